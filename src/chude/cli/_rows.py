"""Tables of findings, as CSV or JSONL."""

from collections.abc import Sequence
from typing import Any

from chude.atomic import write_atomically
from chude.sinks.formats import rows_writer
from chude.values import to_utf8


def check_ending(path: str) -> None:
    """Check that the name of a file says its format.

    Raises
    ------
    InputError
        If not.
    """
    rows_writer(path)


def write_rows(path: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows to a file, which exists only when it is complete.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_atomically(path, to_utf8(rows_writer(path)(columns, rows)))
