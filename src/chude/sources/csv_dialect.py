"""Detects the dialect of a CSV table: its delimiter, and how quotes are escaped."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from chude.sources.rows import plain_name

_DELIMITERS = "\x01\t;,|"
"""Delimiters that are rare in prose come first: of two that fit equally, the first is used. Hive writes U+0001."""
ONE_COLUMN = "\x1f"
"""Delimiter of a table of one column: the unit separator, which occurs in no text."""
_QUOTED_NAMES = re.compile(r'"[^"]*"(?: "[^"]*")+\s*\Z')
"""A header of names in quotes with a space between them, as R writes it by default."""
_FEWEST_UNNAMED = 3
_MOST = 0.5
_BACKSLASHES = re.compile(r'(\\+)"')
_MALFORMED = [""]
_SPACED_QUOTE = re.compile(r'\s+".*"\s*\Z', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The dialect of a table.

    Attributes
    ----------
    delimiter : str
    is_spaced : bool
        Spaces follow the delimiters, and do not belong to the cells.
    has_backslashes : bool
        A quote inside quotes has a backslash before it (Spark, MySQL), instead of being doubled.
    """

    delimiter: str
    is_spaced: bool = False
    has_backslashes: bool = False

    def reader(self, lines: Iterator[str], *, strict: bool = False) -> "Iterator[list[str]]":
        """Return a reader of lines; those of a table with backslashes have to be changed by `doubled` before."""
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.is_spaced, strict=strict)


def doubled(line: str) -> str:
    r"""Return a line in which quotes with a backslash before them are doubled.

    A backslash before such a quote is doubled itself; others are kept.

    Examples
    --------
    >>> print(doubled(r'1,"Ông nói \"được\" rồi đi","C:\\"'))
    1,"Ông nói ""được"" rồi đi","C:\"
    """

    def quote(found: re.Match[str]) -> str:
        pairs, odd = divmod(len(found[1]), 2)
        return "\\" * pairs + ('""' if odd else '"')

    return _BACKSLASHES.sub(quote, line) if '\\"' in line else line


def without_spaces_after_quotes(delimiter: str) -> Callable[[str], str]:
    """Return a function that removes spaces between a closing quote and the delimiter or the end of a line."""
    spaces = re.compile(rf'"[ ]+(?={re.escape(delimiter)}|\r?\n?\Z)')
    return lambda line: spaces.sub('"', line)


def dialect_of(head: Sequence[str], delimiter: str | None, asked: Sequence[str] = ()) -> Dialect:
    """Detect the dialect of a table from its first lines.

    It is one in which the header has the columns that are asked for, if there is one; of several, the one in which the
    largest share of the rows has as many cells as the header. The delimiter has to occur in the header. Backslashes
    escape quotes only if some record is not well-formed otherwise. If the header is the one column that is asked for,
    and most rows are then well-formed, a row is a cell, whatever is in it: lists of texts are written so.

    Parameters
    ----------
    head : sequence of str
        Lines with their ends, the header first; the last record may be incomplete.
    delimiter : str, optional
        If it is known.
    asked : sequence of str
        Columns that are asked for.
    """
    usual = _DELIMITERS + (" " if head and _QUOTED_NAMES.match(head[0]) else "")
    may_be_spaced = [False, True] if any(' "' in line for line in head) or " " in "".join(head[:1]) else [False]
    best, best_fit = Dialect(delimiter or ","), (False, 0.0, 0)
    for one, is_spaced in product(delimiter or usual, may_be_spaced):
        dialect = Dialect(one, is_spaced)
        fit, is_well_formed = _fit(head, dialect, asked, is_given=delimiter is not None)
        if not is_well_formed and any('\\"' in line for line in head):
            escaped = replace(dialect, has_backslashes=True)
            other, _ = _fit(head, escaped, asked, is_given=delimiter is not None)
            if other > fit:
                dialect, fit = escaped, other
        if fit > best_fit:
            best, best_fit = dialect, fit
    if delimiter is None and not best_fit[0] and len(asked) == 1:
        fit, _ = _fit(head, Dialect(ONE_COLUMN), asked, is_given=True)
        if fit > (True, _MOST, 0):
            return Dialect(ONE_COLUMN)
    return best


def with_unnamed(header: list[str], rows: Sequence[str], dialect: Dialect) -> list[str]:
    """Return the header with a name, the empty one, for the column that has none, if every row has a cell more.

    It is the last column if its cells are empty: each row ends in a delimiter. It is the first one if its cells differ
    and are in quotes, or tabs part the cells: names of rows, as R writes them. Otherwise there may be delimiters in
    texts without quotes.

    Parameters
    ----------
    header : list of str
    rows : sequence of str
        Lines below it, with their ends; the last record may be incomplete.
    dialect : Dialect
    """
    lines = [doubled(line) for line in rows] if dialect.has_backslashes else rows
    try:
        records = [record for record in dialect.reader(iter(lines)) if record]
    except csv.Error:
        return header
    if len(records) > _FEWEST_UNNAMED:
        records.pop()  # it may be incomplete
    if len(records) < _FEWEST_UNNAMED or any(len(record) != len(header) + 1 for record in records):
        return header
    if not any(record[-1] for record in records):
        return [*header, ""]
    is_quoted = dialect.delimiter == "\t" or rows[0].startswith('"')
    is_key = len({record[0] for record in records}) == len(records)
    return ["", *header] if is_quoted and is_key else header


def header_below(head: Sequence[str], asked: Sequence[str]) -> int | None:
    """Return the number, from 0, of the first line that has the columns that are asked for, in any dialect."""
    wanted = set(map(plain_name, asked))
    for number, line in enumerate(head):
        for delimiter in _DELIMITERS + ONE_COLUMN:
            cells = _next(csv.reader(iter([line]), delimiter=delimiter))
            if cells is not None and wanted <= set(map(plain_name, cells)):
                return number
    return None


_Fit = tuple[bool, float, int]
"""Whether the columns that are asked for are there, the share of well-formed records, and the number of columns: the
larger, the better a dialect fits."""


def _fit(head: Sequence[str], dialect: Dialect, asked: Sequence[str], *, is_given: bool) -> tuple[_Fit, bool]:
    """Return how well a dialect fits, and whether all records are CSV in it."""
    lines = [doubled(line) for line in head] if dialect.has_backslashes else head
    records = dialect.reader(iter(lines), strict=True)
    header = _next(records)
    if header is None or (len(header) < 2 and not is_given):
        return (False, 0.0, 0), True
    names = header[1:]
    is_spaced = bool(names) and all(name[:1] == " " for name in names)
    good, total = int(not is_spaced and not any('"' in name for name in header)), 1
    is_well_formed = True
    while (record := _next(records)) is not None:
        if record:
            total += 1
            if record is _MALFORMED:
                is_well_formed = False
                continue
            good += len(record) == len(header) and not any(map(_SPACED_QUOTE.match, record))
    columns = set(map(plain_name, header))
    return (all(plain_name(name) in columns for name in asked), good / total, len(header)), is_well_formed


def _next(records: Iterator[list[str]]) -> list[str] | None:
    """Return the next record; `_MALFORMED` if it is not well-formed; None at the end."""
    try:
        return next(records, None)
    except csv.Error as error:
        return None if "unexpected end" in str(error) else _MALFORMED
