"""Tables that readers made: texts with the topics they decided on."""

import csv
import io
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from chude.errors import InputError, MissingExtraError
from chude.review.candidates import COLUMNS, Candidate
from chude.sources.csv_dialect import dialect_of
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.tables import TableFile, ending
from chude.values import as_text

_HEAD = 1 << 15
"""Characters from which the delimiter of a table is detected."""


def read_rows(path: str | os.PathLike[str], *required: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read a CSV with a header, all of it, or a workbook (``.xlsx``).

    The delimiter is detected, as for every table: Excel writes semicolons in Vietnam.

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
        If it cannot be read, is no UTF-8, lacks a column, or a row has another number of cells.
    """
    shown = os.fspath(path)
    if ending(shown) == ".xlsx":
        return _read_workbook(shown, required)
    text = _text(path)
    csv.field_size_limit(sys.maxsize)  # a cell may hold a long text
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, required), strict=True))
    except csv.Error as error:
        raise InputError(f"{shown} is no CSV: {error}") from error
    names = lines[0] if lines else []
    _require(names, required, shown)
    rows = [line for line in lines[1:] if line]
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise InputError(f"{shown}, row {number}: {len(row)} cells, but {len(names)} columns")
    return names, [dict(zip(names, row, strict=True)) for row in rows]


def delimiter_of(path: str | os.PathLike[str], *required: str) -> str:
    """Return the delimiter of a CSV that `read_rows` reads; that of chude's own for a workbook."""
    return "," if ending(os.fspath(path)) == ".xlsx" else _delimiter(_text(path), required)


def _text(path: str | os.PathLike[str]) -> str:
    shown = os.fspath(path)
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{shown} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{shown} is not UTF-8; save it as 'CSV UTF-8' in the spreadsheet program it was edited with"
        ) from error


def _delimiter(text: str, required: Sequence[str]) -> str:
    return dialect_of(list(io.StringIO(text[:_HEAD], newline="")), None, required).delimiter


def _read_workbook(path: str, required: Sequence[str]) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with closing(TableFile(path, SourceOptions())) as table:
            names = [name for name in table.columns if name]
        _require(names, required, path)
        options = SourceOptions(text=required[0], keep=tuple(names), mend=False)
        rows = []
        with closing(TableFile(path, options)) as table:
            for batch in table.batches():
                for row, error in zip(batch.rows, batch.errors, strict=True):
                    if error is not None:
                        raise InputError(f"{path}, row {row}: {error}")
                cells = zip(*(batch.kept[name] for name in names), strict=True)
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
    _, found = read_rows(path, *COLUMNS[:4])
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
    if not (cell.isascii() and cell.isdigit()):
        raise InputError(f"{os.fspath(path)}: the column 'row' holds {cell!r}, where the number of a row belongs")
    return int(cell)
