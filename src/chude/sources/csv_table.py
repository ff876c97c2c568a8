"""CSV and TSV tables, read row by row."""

import csv
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from chude.sources.batch import Batch
from chude.sources.options import SourceOptions
from chude.sources.rawfile import RawStream, Unreadable
from chude.sources.rows import Row, batched, matches, require_columns, text_of
from chude.sources.textstream import Lines, TextStream

_DELIMITERS = ",;\t"


class CsvTable:
    """A CSV or TSV table that is being read. The first line names the columns.

    The delimiter is the one of comma, semicolon and tab that is most frequent in the first line. Excel writes
    semicolons in many countries, Vietnam among them.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Attributes
    ----------
    columns : list of str
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        self._options = options
        self._stream = TextStream(stream, options)
        if not self._stream.encoding:
            raise Unreadable("empty file")
        lines = Lines(self._stream, options.max_size)
        first = next(lines, "")
        delimiter = max(_DELIMITERS, key=first.count)
        csv.field_size_limit(max(csv.field_size_limit(), options.max_size))
        self._records = csv.reader(_Again(first, lines), delimiter=delimiter)
        self.columns: list[str] = next(self._records, [])

    def check(self, path: str) -> None:
        """Check that the columns asked for are there."""
        require_columns(self.columns, self._options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every row that --where selects. A row that cannot be read has an error."""
        self.check(path)
        return batched(self._rows(), path, self._options.keep, self._stream.position)

    def _rows(self) -> Iterator[Row]:
        options = self._options
        kept = _cells(self.columns, options.keep)
        where, wanted = _cells(self.columns, [name for name, _ in options.where]), [value for _, value in options.where]
        text = self.columns.index(options.text) if options.text is not None else 0
        title = self.columns.index(options.title) if options.title is not None else None
        nothing = (None,) * len(options.keep)
        for number, record in self._numbered():
            if isinstance(record, str):
                yield Row(number, "", nothing, self._stream.encoding, record)
            elif len(record) != len(self.columns):
                message = f"row with another number of columns than the header ({len(record)}, not {len(self.columns)})"
                yield Row(number, "", nothing, self._stream.encoding, message)
            elif not wanted or matches(where(record), wanted):
                joined, error = text_of(record[text], None if title is None else record[title])
                finished, encoding, spoilt = self._stream.finish_row(joined)
                yield Row(number, finished, kept(record), encoding, error or spoilt)

    def _numbered(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield the number (from 1) and the cells of each row, or its error.

        A blank line is no row, except in a table of one column.
        """
        number = 0
        while True:
            record: list[str] | str | None
            try:
                record = next(self._records, None)
            except csv.Error as error:
                record = f"not a row of CSV ({error})"
            except Unreadable as error:
                record = str(error)
            if record is None:
                return
            if record == []:
                if len(self.columns) != 1:
                    continue
                record = [""]
            number += 1
            yield number, record


class _Again:
    """The first line, which was read already, and the other lines. Unlike a generator, it continues after an error."""

    def __init__(self, first: str, lines: Lines) -> None:
        self._first: str | None = first
        self._lines = lines

    def __iter__(self) -> "_Again":
        return self

    def __next__(self) -> str:
        if self._first:
            line, self._first = self._first, None
            return line
        return next(self._lines)


def _cells(columns: Sequence[str], names: Sequence[str]) -> Callable[[list[str]], Sequence[Any]]:
    """Return a function that picks the cells of the named columns out of a row."""
    places = [columns.index(name) for name in names if name in columns]
    if not places:
        return lambda _: ()
    if len(places) == 1:
        return lambda record, place=places[0]: (record[place],)  # type: ignore[misc]
    return itemgetter(*places)
