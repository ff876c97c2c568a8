"""Tables in memory: pandas DataFrames, Arrow tables, and other objects with the Arrow interface."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from chude.errors import InputError
from chude.sources.arrow import arrow_batches, check_arrow
from chude.sources.batch import BATCH_TEXTS, Batch
from chude.sources.options import SourceOptions
from chude.sources.source import STDIN, Survey


class MemoryTable:
    """A table in memory as a source of texts.

    Parameters
    ----------
    table : pandas.DataFrame, pyarrow.Table or object with ``__arrow_c_stream__``
    options : SourceOptions

    Raises
    ------
    InputError
        If it is not a table, a column is missing, or the column of text holds no strings.
    """

    not_resumable_reason = "a table in memory is gone in another run; write it to a file first"

    def __init__(self, table: Any, options: SourceOptions) -> None:
        self.options = options
        self.given = ["a table in memory"]
        self._table = as_arrow(table, options)
        check_arrow(self._table.schema, options, "the table")

    @property
    def survey(self) -> Survey:
        """What the table holds."""
        rows = self._table.num_rows
        return Survey(1, self._table.nbytes, None if self.options.where else rows, "")

    @contextmanager
    def open(self) -> Iterator["MemoryTable"]:
        """Nothing has to be opened."""
        yield self

    def tasks(self, skip: int = 0) -> Iterator[Batch]:  # noqa: ARG002
        """Yield the rows in batches; a run over a table in memory is never resumed."""
        done = 0
        for record_batch in self._table.to_batches(max_chunksize=BATCH_TEXTS):
            yield from arrow_batches(record_batch, self.options, STDIN, done)
            done += record_batch.num_rows


def as_arrow(table: Any, options: SourceOptions) -> pa.Table:
    """Return a table in memory as an Arrow table; of a DataFrame, only the columns that were asked for.

    Raises
    ------
    InputError
        If it is not a table, or a DataFrame that lacks one of the columns.
    """
    try:
        return table if isinstance(table, pa.Table) else pa.table(_wanted(table, options))
    except (TypeError, ValueError) as error:
        raise InputError(f"not a table chude can read ({type(table).__name__}): {error}") from None


def _wanted(table: Any, options: SourceOptions) -> Any:
    """Select the columns that were asked for of a pandas DataFrame: others may have types that Arrow does not know."""
    if type(table).__module__.partition(".")[0] != "pandas":
        return table
    asked = [options.text, options.title, *options.keep, *(name for name, _ in options.where)]
    there = [name for name in dict.fromkeys(asked) if name in table.columns]
    missing = [name for name in asked if name is not None and name not in there]
    if missing:
        names = ", ".join(map(str, table.columns))
        raise InputError(f"the table has no column {', '.join(map(repr, missing))}; its columns are: {names}")
    return table[there].reset_index(drop=True)
