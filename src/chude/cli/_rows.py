"""Rows for people to work through, as CSV or JSONL."""

import json
from collections.abc import Sequence
from typing import Any

from chude.atomic import write_atomically
from chude.errors import InputError


def check_ending(path: str) -> None:
    """Check that a name says which format is meant.

    Raises
    ------
    InputError
        If not.
    """
    if not path.lower().endswith((".csv", ".jsonl")):
        raise InputError(f"{path} must end in .csv or .jsonl, which says how the rows are written")


def write_rows(path: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows to a file, which is there when it is complete and not before.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    check_ending(path)
    if path.lower().endswith(".jsonl"):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        from chude.sinks.csv_sink import to_csv

        text = to_csv(columns, rows)
    write_atomically(path, text.encode("utf-8", "backslashreplace"))
