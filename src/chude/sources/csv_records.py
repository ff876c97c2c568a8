"""The records of a CSV table, also where quotes are not well-formed.

If a quote is never closed, the text after it looks like one long cell, up to the next quote. A record is accepted if it
is on one line, or if it has as many cells as the header and its quotes are closed before a delimiter or the end of a
line. Its quote counts as never closed if

- a quote inside is followed by other text: the next cell in quotes, which seems to close it, has such a quote;
- the table ends inside the quotes, or the record becomes longer than a text may be;
- at least three lines follow its first, each of which would be a row of its own, and either tabs part the cells, or
  the first cells are numbers that count on.

Then the line with the quote has an error, and the lines after it are read again, as rows of their own.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from enum import Enum, auto

from chude.locale import N_
from chude.sources.csv_dialect import Dialect, doubled, without_spaces_after_quotes
from chude.sources.csv_lines import CsvLines, Item, TooFarError
from chude.sources.opening import Unreadable

_SHORTEST_REACH = 1 << 16
_FEWEST_ROWS = 3


class _End(Enum):
    """Results of reading a record, other than a record."""

    MALFORMED = auto()
    OPEN = auto()
    ROWS = auto()
    TABLE = auto()


class CsvRecords:
    """The records of a table. Iteration yields the cells of each, or its error.

    A blank line is a record without cells.

    Parameters
    ----------
    lines : CsvLines
        The header comes first.
    dialect : Dialect
    limit : int
        Largest number of characters of a record that has more than one line, and of text in memory.

    Attributes
    ----------
    header : list of str
    """

    def __init__(self, lines: CsvLines, dialect: Dialect, limit: int) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), limit))
        self._lines = lines
        self._dialect = dialect
        self._limit = self._reach = limit
        self._strict = dialect.reader(lines, strict=True)
        self._usual: Callable[[str], str] | None = doubled if dialect.has_backslashes else None
        self._other = None if dialect.has_backslashes else doubled
        self._closed = without_spaces_after_quotes(dialect.delimiter)
        self.header: list[str] = []
        self.header = self._read_header()

    def __iter__(self) -> Iterator[list[str] | str]:
        lines, width = self._lines, len(self.header)
        while True:
            record: list[str] | str | None
            try:
                found = self._attempt(self._usual)
                if isinstance(found, list) and len(found) == width and len(lines.taken) == 1:
                    record = found
                else:
                    record = self._judged(found)
            except Unreadable as error:
                record = str(error)
            if record is None:
                return
            yield record

    def _read_header(self) -> list[str]:
        """Read the first record; if it is not well-formed, its first line."""
        header = self._attempt(self._usual)
        if isinstance(header, list):
            return header
        self._lines.push_back(keep=1)
        line = self._lines.taken[0] if self._lines.taken else ""
        if isinstance(line, Unreadable):
            raise line
        return self._alone(line.rstrip("\r\n"))[0] if line else []

    def _judged(self, found: list[str] | _End) -> list[str] | str | None:
        """Return a record that is not a single simple line; None at the end of the table."""
        width = len(self.header)
        if found is _End.TABLE:
            return None
        taken = self._lines.taken
        if isinstance(found, list) and (len(found) == width or not found):
            if len(taken) == 1 or not self._are_rows(found, taken[1:]):
                self._trust(taken)
                return found
            found = _End.ROWS
        elif not isinstance(found, list) and (better := self._otherwise(taken)) is not None:
            return better
        taken = self._lines.taken
        if isinstance(found, list) and (len(taken) == 1 or not self._are_rows(found, taken[1:])):
            return _wrong_number(len(found), width, len(taken))
        return self._first_line(_End.ROWS if isinstance(found, list) else found)

    def _attempt(self, change: Callable[[str], str] | None) -> list[str] | _End:
        """Read a record strictly."""
        self._lines.begin(self._reach, change)
        try:
            record = next(self._strict, None)
        except csv.Error as error:
            return _End.OPEN if "unexpected end" in str(error) else _End.MALFORMED
        except TooFarError:
            return _End.OPEN
        except Unreadable:
            if len(self._lines.taken) == 1:
                raise
            return _End.OPEN
        return _End.TABLE if record is None else record

    def _otherwise(self, taken: Sequence[Item]) -> list[str] | None:
        """Read a record that is not well-formed leniently, if it then has as many cells as the header."""
        first = taken[0]
        changes: list[Callable[[str], str] | None] = []
        if any('\\"' in line for line in taken if isinstance(line, str)):
            changes.append(self._other)
        if isinstance(first, str) and '" ' in first:
            changes.append(self._closed)
        for change in changes:
            before = len(self._lines.taken)
            self._lines.push_back()
            found = self._attempt(change)
            if isinstance(found, list) and len(found) == len(self.header):
                return found
            self._lines.push_back()
            self._lines.begin(self._limit)
            for _ in range(before):
                self._take()
        return None

    def _take(self) -> None:
        with suppress(Unreadable, TooFarError):
            next(self._lines)

    def _first_line(self, end: _End) -> list[str] | str:
        """Return the first line alone, and put the others back."""
        taken = list(self._lines.taken)
        length = sum(len(line) for line in taken if isinstance(line, str))
        self._lines.push_back(keep=1)
        cells, is_open = self._alone(str(taken[0]))
        if not is_open:
            width = len(self.header)
            return cells if len(cells) == width else _wrong_number(len(cells), width, 1)
        if end is not _End.OPEN:
            below = _lines_of(taken)
            if end is _End.ROWS:
                return N_(
                    f"a quote is opened and not closed: the next one, {below} below, the lines behind it are rows"
                )
            return N_(
                f"a quote is opened and not closed: the next one, {below} below, is not followed by the end of a cell"
            )
        if length > _SHORTEST_REACH:  # otherwise each of many such lines would read far ahead
            self._reach = min(self._limit, max(_SHORTEST_REACH, self._reach // 2))
            return N_(f"a quote is opened and not closed in the {length:,} characters that follow")
        return N_(f"a quote is opened and not closed: there is none in what follows ({_lines_of(taken)})")

    def _alone(self, line: str) -> tuple[list[str], bool]:
        """Read a line as a record of its own, leniently; also return whether it ends inside quotes."""
        line = line if self._usual is None else self._usual(line)
        reader = csv.reader(
            iter((line, "")), delimiter=self._dialect.delimiter, skipinitialspace=self._dialect.is_spaced
        )
        try:
            return next(reader), reader.line_num > 1
        except csv.Error:  # a cell that is too long
            return [], False

    def _are_rows(self, record: list[str], lines: Sequence[Item]) -> bool:
        """Whether lines inside quotes are rows of their own."""
        width = len(self.header)
        if len(lines) < _FEWEST_ROWS or width < 2:
            return False
        counts = None if self._dialect.delimiter == "\t" else _number(record[0])
        if counts is None and self._dialect.delimiter != "\t":
            return False
        for number, line in enumerate(lines, 1):
            cells, is_open = self._alone(str(line))
            if is_open or len(cells) != width or (counts is not None and _number(cells[0]) != counts + number):
                return False
        return True

    def _trust(self, taken: Sequence[Item]) -> None:
        """Read further ahead again after a long record that was well-formed."""
        if len(taken) > 1 and self._reach < self._limit:
            self._reach = min(self._limit, max(self._reach, 4 * sum(len(str(line)) for line in taken)))


def _number(cell: str) -> int | None:
    return int(cell) if cell.isdecimal() and len(cell) < 19 else None


def _lines_of(taken: Sequence[Item]) -> str:
    """Say how many lines follow the first one."""
    number = len(taken) - 1
    return N_(f"{number:,} line") if number == 1 else N_(f"{number:,} lines")


def _wrong_number(found: int, width: int, lines: int) -> str:
    wrong = N_(f"row with another number of columns than the header ({found}, not {width})")
    return N_(f"{wrong}; it has {lines:,} lines: a quote may not be closed") if lines > 1 else wrong
