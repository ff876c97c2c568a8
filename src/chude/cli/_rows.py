"""Tables of findings, as CSV or JSONL."""

import json
from collections.abc import Sequence
from typing import Any

from chude.atomic import write_atomically
from chude.errors import InputError


def check_ending(path: str) -> None:
    """Check that the name of a file says its format.

    Raises
    ------
    InputError
        If not.
    """
    if not path.lower().endswith((".csv", ".jsonl")):
        raise InputError(f"{path} must end in .csv or .jsonl, which says its format")


def write_rows(path: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows to a file, which exists only when it is complete.

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
