"""Excel workbooks (.xlsx): the first sheet that is not empty is the table."""

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
    repaired,
    require_columns,
    text_of,
)
from chude.sources.source import Batch

_LARGEST = 256 << 20
"""Largest size of a workbook in bytes: it has to be in memory as a whole."""

Cells = list[Any]


class WorkbookTable:
    """A workbook; the first row that is not empty holds the names of the columns.

    Other sheets that are not empty are not read; each has a row with an error.

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
        If it is damaged, encrypted or too large.
    MissingExtraError
        If openpyxl is not installed.
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        self._options = options
        self._data = read_limited(stream, _LARGEST)
        with closing(self._sheets()) as sheets:
            _, _, header = next(sheets, ("", 0, []))
        self.columns = ["" if cell is None else str(cell) for cell in header]

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
        first, other, number = None, None, 0
        try:
            for sheet, number, cells in self._sheets():
                if first is None:
                    first = sheet
                elif sheet == first:
                    yield from self._row(number - 1, cells)
                elif sheet != other:
                    other = sheet
                    said = N_(f"a second sheet is not read ({sheet!r}): save it as a table of its own")
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
