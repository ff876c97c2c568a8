"""JSONL: one JSON object a line."""

from chude.sinks.schema import Labelled
from chude.values import to_json, to_utf8


class JsonlSink:
    """One JSON object a line."""

    header = separator = footer = b""

    def encode(self, labelled: Labelled) -> bytes:
        """Lines of a batch."""
        return to_utf8("".join(f"{to_json(row)}\n" for row in labelled.rows()))
