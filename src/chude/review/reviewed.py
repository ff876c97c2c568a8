"""Tables that readers made: texts with the topics they decided on."""

import codecs
import csv
import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from chude.errors import InputError, MissingExtraError
from chude.review.candidates import CANDIDATE_COLUMNS, Candidate, Place
from chude.sinks.schema import as_list
from chude.sources.csv_dialect import dialect_of
from chude.sources.csv_lines import named_delimiter
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rows import plain_name
from chude.sources.tables import TABLES, TableFile, ending
from chude.values import as_text

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What Unicode text of Excel begins with."""
_OTHERS = frozenset(TABLES) - {".csv", ".tsv"}
_PAGES = frozenset({".html", ".htm"})
_HEAD = 1 << 15
"""Characters from which the delimiter of a table is detected."""


def read_rows(path: str | os.PathLike[str], *required: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read a CSV with a header, all of it, or a table in another format that `chude label` writes.

    The delimiter is detected, as for every table: Excel writes semicolons in Vietnam. Names of columns are in NFC and
    without spaces around them.

    Parameters
    ----------
    path : path
    *required : str
        Columns it has to have.

    Returns
    -------
    names : list of str
        Its columns.
    rows : list of dict

    Raises
    ------
    InputError
        If it cannot be read, is neither UTF-8 nor UTF-16, lacks a column, or a row has another number of cells.
    """
    shown = os.fspath(path)
    if ending(shown) in _OTHERS:
        return _read_table(shown, required)
    if ending(shown) in _PAGES and Path(path).is_file():
        raise InputError(f"{shown} is a web page; give the table that its button Save makes, such as reviewed.csv")
    text = _text(path)
    csv.field_size_limit(sys.maxsize)  # a cell may hold a long text
    content = text[_after_sep(text)[1] :]
    try:
        table = csv.reader(io.StringIO(content, newline=""), delimiter=_delimiter(text, required), strict=True)
        lines = [line for line in table if line]
    except csv.Error as error:
        raise InputError(f"{shown} is no CSV: {error}") from error
    names = list(map(plain_name, lines[0])) if lines else []
    _require(names, required, shown)
    rows = lines[1:]
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise InputError(f"{shown}, row {number}: {len(row)} cells, but {len(names)} columns")
    return names, [dict(zip(names, row, strict=True)) for row in rows]


def delimiter_of(path: str | os.PathLike[str], *required: str) -> str:
    """Return the delimiter of a CSV that `read_rows` reads; that of chude's own for other formats."""
    return "," if ending(os.fspath(path)) in _OTHERS else _delimiter(_text(path), required)


def _text(path: str | os.PathLike[str]) -> str:
    shown = os.fspath(path)
    try:
        data = Path(path).read_bytes()
        return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except OSError as error:
        raise InputError(f"{shown} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{shown} is not UTF-8; save it as 'CSV UTF-8' in the spreadsheet program it was edited with"
        ) from error


def _delimiter(text: str, required: Sequence[str]) -> str:
    named, start = _after_sep(text)
    return dialect_of(list(io.StringIO(text[start : start + _HEAD], newline="")), named, required).delimiter


def _after_sep(text: str) -> tuple[str | None, int]:
    """Return the delimiter that a first line ``sep=;`` names, and where the table begins."""
    line = text[: text.find("\n") + 1]
    named = named_delimiter(line)
    return named, 0 if named is None else len(line)


def _read_table(path: str, required: Sequence[str]) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with closing(TableFile(path, SourceOptions())) as table:
            names = [plain_name(name) for name in table.columns if plain_name(name)]
        _require(names, required, path)
        options = SourceOptions(text=required[0], keep=tuple(names), mend=False)
        rows = []
        with closing(TableFile(path, options)) as table:
            for batch in table.batches():
                for row, error in zip(batch.rows, batch.errors, strict=True):
                    if error is not None:
                        raise InputError(f"{path}, row {row}: {error}")
                cells = zip(*(as_list(batch.kept[name]) for name in names), strict=True)
                rows += [{n: "" if v is None else as_text(v) for n, v in zip(names, row, strict=True)} for row in cells]
    except (Unreadable, MissingExtraError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    return names, rows


def _require(names: Sequence[str], required: Sequence[str], shown: str) -> None:
    missing = [repr(name) for name in required if name not in names]
    if missing:
        raise InputError(f"{shown} has no column {', '.join(missing)}; its columns are: {', '.join(names) or 'none'}")


def read_reviewed(path: str | os.PathLike[str]) -> list[Candidate]:
    """Read texts that were picked or reviewed.

    Raises
    ------
    InputError
        As `read_rows`; also if a row's number is none.
    """
    _, found = read_rows(path, *CANDIDATE_COLUMNS[:4])
    return [Candidate(row["path"], row_number(row["row"], path), row["title"], row["text"]) for row in found]


def row_number(cell: str, path: str | os.PathLike[str]) -> int | None:
    """Return the number in a cell of the column ``row``; None for an empty one.

    Raises
    ------
    InputError
        If it is no number.
    """
    if not cell:
        return None
    number = cell.removesuffix(".0")  # as pandas writes a column in which some cells are empty
    if not (number.isascii() and number.isdigit()):
        raise InputError(f"{os.fspath(path)}: the column 'row' holds {cell!r}, where the number of a row belongs")
    return int(number)


def place_of(row: Mapping[str, str], path: str | os.PathLike[str]) -> Place:
    """Return the path and the row of a text, by which texts are told apart.

    Raises
    ------
    InputError
        As `row_number`.
    """
    number = row_number(row["row"], path)
    return row["path"], "" if number is None else str(number)
