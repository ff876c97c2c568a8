"""JSONL: each line is a JSON object."""

from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.values import to_json, to_utf8


class JsonlSink:
    """JSONL: each line is a JSON object."""

    header = separator = footer = b""

    def __init__(self, options: SinkOptions) -> None:
        del options  # none concerns JSONL

    def encode(self, labelled: Labelled) -> bytes:
        """Return the lines of a batch."""
        return to_utf8("".join(f"{to_json(row)}\n" for row in labelled.rows()))
