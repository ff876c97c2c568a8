"""Tables that readers made: texts with the topics they decided on."""

import csv
import io
import os
import sys
from pathlib import Path

from chude.errors import InputError
from chude.review.candidates import COLUMNS, Candidate


def read_rows(path: str | os.PathLike[str], *required: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read a CSV with a header, all of it.

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
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{shown} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{shown} is not UTF-8; save it as 'CSV UTF-8' in the spreadsheet program it was edited with"
        ) from error
    csv.field_size_limit(sys.maxsize)  # a cell may hold a long text
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"{shown} is no CSV: {error}") from error
    names = lines[0] if lines else []
    missing = [repr(name) for name in required if name not in names]
    if missing:
        raise InputError(f"{shown} has no column {', '.join(missing)}; its columns are: {', '.join(names) or 'none'}")
    rows = [line for line in lines[1:] if line]
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise InputError(f"{shown}, row {number}: {len(row)} cells, but {len(names)} columns")
    return names, [dict(zip(names, row, strict=True)) for row in rows]


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
