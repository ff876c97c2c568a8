"""CSV and TSV tables, read row by row."""

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from chude.errors import InputError
from chude.sources.csv_dialect import dialect_of, header_below, with_unnamed
from chude.sources.csv_lines import CsvLines
from chude.sources.csv_records import CsvRecords
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream
from chude.sources.rows import Row, asked_columns, batched, column_places, matches, require_columns, text_of
from chude.sources.source import Batch
from chude.sources.textstream import Lines, TextStream

_SEARCHED = 20
"""Lines that are searched for the header, if the first one is not."""
_NULL = "\\N"


class CsvTable:
    """A CSV or TSV table. The first line that is not blank holds the names of the columns.

    The delimiter is a comma, semicolon, tab or bar: the one with which the columns that were asked for are there and
    most rows have as many cells as the header, unless the options or a line ``sep=;`` name it. Excel writes semicolons
    in many countries, for example in Vietnam. A table of one column needs no quotes. The names of rows
    that R writes have no name in the header, and become a column without one.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions
    delimiter : str, optional
        If the name of the file tells it.

    Attributes
    ----------
    columns : list of str
    """

    def __init__(self, stream: RawStream, options: SourceOptions, delimiter: str | None = None) -> None:
        self._options = options
        self._stream = TextStream(stream, options)
        if not self._stream.encoding:
            raise Unreadable("empty file")
        lines = CsvLines(Lines(self._stream, options.max_size))
        named = lines.skip_preamble()
        self._head = lines.head()
        dialect = dialect_of(self._head, options.delimiter or named or delimiter, asked_columns(options))
        self._records = CsvRecords(lines, dialect, options.max_size)
        self._records.header = with_unnamed(self._records.header, lines.head(), dialect)
        self.columns = self._records.header
        if not self.columns:
            raise Unreadable("empty table: every line is blank")

    def check(self, path: str) -> None:
        """Check that the columns asked for are there."""
        try:
            require_columns(self.columns, self._options, path)
        except InputError as error:
            below = header_below(self._head[:_SEARCHED], asked_columns(self._options))
            if below:
                line = below + 1
                raise InputError(f"{error}; line {line} has it: remove the lines above") from None
            if len(self.columns) == 1 and self._options.text is not None and self._options.text in self.columns[0]:
                raise InputError(f"{error}; --delimiter says what parts the cells") from None
            raise

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every row that --where selects. A row that cannot be read has an error."""
        self.check(path)
        return batched(self._rows(), path, self._options.keep, self._stream.position)

    def _rows(self) -> Iterator[Row]:
        options = self._options
        places = column_places(self.columns, asked_columns(options), "the table")
        kept = _cells([places[name] for name in options.keep])
        where, wanted = _cells([places[name] for name, _ in options.where]), [value for _, value in options.where]
        text = places[str(options.text)]
        title = places[options.title] if options.title is not None else None
        nothing = (None,) * len(options.keep)
        for number, record in self._numbered():
            if isinstance(record, str):
                yield Row(number, "", nothing, self._stream.encoding, record)
            elif not wanted or matches(where(record), wanted):
                joined, error = text_of(_value(record[text]), None if title is None else _value(record[title]))
                finished, encoding, spoilt = self._stream.finish_row(joined)
                yield Row(number, finished, kept(record), encoding, error or spoilt)

    def _numbered(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield the number (from 1) and the cells of each row, or its error.

        A blank line is no row, except in a table of one column.
        """
        number = 0
        for record in self._records:
            if record or len(self.columns) == 1:
                number += 1
                yield number, record or [""]


def _value(cell: str) -> str | None:
    """Return a cell; None for the null of MySQL, PostgreSQL and Hive."""
    return None if cell == _NULL else cell


def _cells(places: Sequence[int]) -> Callable[[list[str]], Sequence[Any]]:
    """Return a function that returns the cells of a row at these places."""
    if not places:
        return lambda _: ()
    if len(places) == 1:
        return lambda record, place=places[0]: (record[place],)  # type: ignore[misc]
    return itemgetter(*places)
