"""JSONL: each line is a JSON object."""

from collections.abc import Mapping, Sequence
from typing import Any

from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.values import to_json, to_utf8


class JsonlSink:
    """JSONL: each line is a JSON object."""

    header = separator = footer = b""

    def __init__(self, options: SinkOptions) -> None:
        del options  # JSONL has no options

    def encode(self, labelled: Labelled) -> bytes:
        """Return the lines of a batch."""
        return to_utf8("".join(f"{to_json(row)}\n" for row in labelled.rows()))


def to_jsonl(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    r"""Write rows as JSONL, each with the columns of these names.

    Examples
    --------
    >>> to_jsonl(["path", "row"], [{"path": "a.txt", "row": None}])
    '{"path": "a.txt", "row": null}\n'
    """
    return "".join(f"{to_json({name: row[name] for name in names})}\n" for row in rows)
