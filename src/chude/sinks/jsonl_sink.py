"""JSONL: one JSON object a line."""

from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.values import to_json, to_utf8


class JsonlSink:
    """One JSON object a line."""

    header = separator = footer = b""

    def __init__(self, options: SinkOptions) -> None:
        del options  # none concerns JSONL

    def encode(self, labelled: Labelled) -> bytes:
        """Lines of a batch."""
        return to_utf8("".join(f"{to_json(row)}\n" for row in labelled.rows()))
