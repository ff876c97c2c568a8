"""Excel workbooks (.xlsx): the first sheet that has the columns is the table."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from chude.errors import DecodingError
from chude.locale import N_
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream, read_limited
from chude.sources.rows import (
    Row,
    asked_columns,
    batched,
    column_places,
    matches,
    plain_name,
    repaired,
    require_columns,
    text_of,
)
from chude.sources.source import Batch

_LARGEST = 256 << 20
"""Largest size of a workbook in bytes: it has to be in memory as a whole."""

Cells = list[Any]


class WorkbookTable:
    """A workbook; the first row of a sheet that is not empty holds the names of its columns.

    The table is the first sheet with the columns that are asked for: a cover may stand before it. Other sheets that are
    not empty are not read; each has a row with an error.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Attributes
    ----------
    columns : list of str

    Raises
    ------
    Unreadable
        If it is damaged, encrypted, too large or empty.
    MissingExtraError
        If openpyxl is not installed.
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        self._options = options
        self._data = read_limited(stream, _LARGEST)
        self._sheet, self.columns = self._table()

    def _table(self) -> tuple[str, list[str]]:
        """Return the name and the columns of the sheet that is the table."""
        asked = set(map(plain_name, asked_columns(self._options)))
        first: tuple[str, list[str]] | None = None
        name = None
        with closing(self._sheets()) as sheets:
            for sheet, _, cells in sheets:
                if sheet == name:
                    continue
                name = sheet
                columns = ["" if cell is None else str(cell) for cell in cells]
                first = first or (sheet, columns)
                if asked <= set(map(plain_name, columns)):
                    return sheet, columns
        if first is None:
            raise Unreadable("empty table: no cell has a value")
        return first

    def check(self, path: str) -> None:
        """Check that the columns asked for are there."""
        require_columns(self.columns, self._options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every row that --where selects. An empty row is left out, but counts for the numbers of rows."""
        self.check(path)
        self._places = column_places(self.columns, asked_columns(self._options), path)
        return batched(self._rows(), path, self._options.keep, lambda: len(self._data))

    def _rows(self) -> Iterator[Row]:
        nothing = (None,) * len(self._options.keep)
        other, number, has_header = None, 0, False
        try:
            for sheet, number, cells in self._sheets():
                if sheet == self._sheet:
                    if has_header:
                        yield from self._row(number - 1, cells)
                    has_header = True
                elif sheet != other:
                    other = sheet
                    said = N_(f"another sheet is not read ({sheet!r}): save it as a table of its own")
                    yield Row(number, "", nothing, "xlsx", said)
        except Unreadable as error:
            yield Row(number, "", nothing, "xlsx", str(error))

    def _sheets(self) -> Generator[tuple[str, int, Cells], None, None]:
        """Sheet, number from 1 and cells of each row that is not empty."""
        from chude.decoding.documents import workbook_rows  # most runs need no process

        name, number = None, 0
        try:
            with closing(workbook_rows(self._data)) as pieces:
                for sheet, rows in pieces:
                    number = number if sheet == name else 0
                    name = sheet
                    for cells in rows:
                        number += 1
                        if any(cell is not None for cell in cells):
                            yield sheet, number, cells
        except DecodingError as error:
            raise Unreadable(str(error)) from None

    def _row(self, number: int, cells: Cells) -> Iterator[Row]:
        options = self._options
        values = {name: cells[place] if place < len(cells) else None for name, place in self._places.items()}
        if options.where and not matches([values[name] for name, _ in options.where], [v for _, v in options.where]):
            return
        kept: Sequence[Any] = [values[name] for name in options.keep]
        title = values[options.title] if options.title is not None else None
        joined, error = text_of(values[str(options.text)], title)
        text, encoding, spoilt = repaired(joined, "xlsx", options)
        yield Row(number, text, kept, encoding, error or spoilt)
