"""Excel workbooks (.xlsx): the first sheet that has the columns is the table, below the row that names them."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from chude.decoding import no_workbook
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

_SEARCHED = 20
"""Rows of a sheet, of those that are not empty, among which the header is."""

Cells = list[Any]


class _Header(NamedTuple):
    """The row that names the columns: its sheet, its number from 1, its cells."""

    sheet: str
    number: int
    columns: list[str]

    @property
    def width(self) -> int:
        return sum(map(bool, self.columns))


class WorkbookTable:
    """A workbook; the header is the first row that has the columns that are asked for, among the first 20 of a sheet.

    A cover may stand before that sheet, and titles above the header, which are fewer cells than it has. Any other row
    above, and other sheets that are not empty, are not read; each has a row with an error. Where no column is asked
    for, or one is missing, the header is the first row with more than one cell, or else the first one.

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
        if not self._data:
            raise Unreadable("empty file")
        self._header = self._find_header()
        self.columns = self._header.columns

    def _find_header(self) -> _Header:
        asked = set(map(plain_name, asked_columns(self._options)))
        first: _Header | None = None
        name, searched = None, 0
        with closing(self._sheets()) as sheets:
            for sheet, number, cells in sheets:
                searched = searched + 1 if sheet == name else 1
                name = sheet
                if searched > _SEARCHED:
                    continue
                row = _Header(sheet, number, ["" if cell is None else str(cell) for cell in cells])
                if first is None or first.width == 1 < row.width:
                    first = row
                if asked and asked <= set(map(plain_name, row.columns)):
                    return row
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
        header, other, number = self._header, None, 0
        try:
            for sheet, number, cells in self._sheets():
                if sheet == header.sheet and number > header.number:
                    yield from self._row(number - 1, cells)
                elif sheet == header.sheet:
                    if number < header.number and _width(cells) >= header.width:
                        said = N_(f"above the header, and not read (row {number:,} of sheet {sheet!r})")
                        yield Row(number, "", nothing, "xlsx", said)
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
            raise Unreadable(no_workbook(self._data) or str(error)) from None

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


def _width(cells: Cells) -> int:
    return sum(cell not in (None, "") for cell in cells)
