"""Tables in memory: pandas DataFrames, Arrow tables, and other objects with the Arrow interface."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pyarrow as pa

from chude.errors import InputError
from chude.locale import N_
from chude.sources.arrow import arrow_batches, asked_part, check_arrow
from chude.sources.options import SourceOptions
from chude.sources.rows import asked_columns, column_places, not_a_string
from chude.sources.source import BATCH_TEXTS, STDIN, Batch, Survey
from chude.values import as_text

_REFUSED = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)
"""Errors of pyarrow for objects of several types in a column."""


class MemoryTable:
    """A table in memory as a source of texts.

    Parameters
    ----------
    table : pandas.DataFrame, pyarrow.Table or object with ``__arrow_c_stream__``
        Or one column of texts: a Series of pandas or polars, an Arrow array.
    options : SourceOptions

    Attributes
    ----------
    index : pandas.Index or None
        Index of a DataFrame or Series of pandas.

    Raises
    ------
    InputError
        If it is not a table, a column is missing, or the column of text holds no strings.
    """

    not_resumable_reason = N_("a table in memory is gone in another run; write it to a file first")

    def __init__(self, table: Any, options: SourceOptions) -> None:
        self.options = _named(options)
        self.given = ["a table in memory"]
        self._strange: dict[int, str] = {}
        try:
            table = _as_table(table, self.options.text)
            self.index = table.index if _is_frame(table) else None
            if _is_frame(table):
                self._table = self._of_frame(table)
            else:
                whole = table if isinstance(table, pa.Table) else pa.table(table)
                self._table = asked_part(whole, self.options, "the table")
        except (TypeError, ValueError) as error:
            name, example = type(table).__name__, "{'text': texts}"
            raise InputError(
                f"not a table chude can read ({name}): {error}; give a DataFrame, Arrow table or columns, as {example}"
            ) from None
        check_arrow(self._table.schema, self.options, "the table")

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns that were asked for."""
        return self._table.schema

    @property
    def survey(self) -> Survey:
        """The survey of the table."""
        rows = self._table.num_rows
        return Survey(1, self._table.nbytes, None if self.options.where else rows, "")

    @contextmanager
    def open(self) -> Iterator["MemoryTable"]:
        """Return the table itself: nothing has to be opened."""
        yield self

    def tasks(self, skip: int = 0) -> Iterator[Batch]:  # noqa: ARG002
        """Yield the rows in batches; a run over a table in memory is never resumed."""
        done = 0
        for record_batch in self._table.to_batches(max_chunksize=BATCH_TEXTS):
            yield from arrow_batches(record_batch, self.options, STDIN, done, self._strange)
            done += record_batch.num_rows

    def _of_frame(self, frame: Any) -> pa.Table:
        """Return the columns of a DataFrame that were asked for: others may have types that Arrow does not know."""
        names = [str(name) for name in frame.columns]
        places = column_places(names, asked_columns(self.options), "the table")
        columns = {}
        for name, place in places.items():
            column = frame.iloc[:, place]
            columns[name] = self._texts(column) if name == self.options.text else _values(column)
        return pa.table(columns)

    def _texts(self, column: Any) -> Any:
        """Return the texts of a DataFrame, with nulls for cells without a text; remember the content of these cells."""
        if not len(column) and column.dtype == float:  # the type that pandas gives a column of an empty list
            return pa.array([], pa.large_string())
        if column.dtype != object:
            return pa.array(column)
        cells, is_null = column.tolist(), column.isna().tolist()
        if not any(isinstance(cell, str) for cell in cells):
            return pa.array(column)
        texts: list[str | None] = []
        for number, (cell, without) in enumerate(zip(cells, is_null, strict=True), 1):
            if isinstance(cell, str):
                texts.append(cell.encode(errors="replace").decode())
                continue
            texts.append(None)
            if not without:
                self._strange[number] = not_a_string(cell)
        return pa.array(texts, pa.large_string())


def _named(options: SourceOptions) -> SourceOptions:
    """Return options with strings as names of columns; those of a DataFrame without a header are numbers."""
    title = options.title
    return replace(
        options,
        text=str(options.text),
        title=None if title is None else str(title),
        keep=tuple(map(str, options.keep)),
        where=tuple((str(name), value) for name, value in options.where),
    )


def _as_table(table: Any, text: str | None) -> Any:
    """Return a table; a single column becomes its column of text."""
    if isinstance(table, pa.Array | pa.ChunkedArray):
        return pa.table({text: table})
    if not hasattr(table, "columns") and hasattr(table, "to_frame"):
        return table.to_frame(text)
    return table


def _is_frame(table: Any) -> bool:
    return type(table).__module__.partition(".")[0] == "pandas" and hasattr(table, "columns")


def _values(column: Any) -> Any:
    """Return a column of a DataFrame; values of several types as text."""
    try:
        return pa.array(column)
    except _REFUSED:
        cells = zip(column.tolist(), column.isna().tolist(), strict=True)
        return pa.array([None if is_null else as_text(cell) for cell, is_null in cells], pa.large_string())
