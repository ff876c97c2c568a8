"""Tasks with predictions for Label Studio."""

from typing import Any

from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.values import to_json, to_utf8


class LabelStudioSink:
    """Tasks with predictions, as Label Studio imports them.

    A labelling configuration with ``<Choices name="topic" toName="text">`` over ``<Text name="text" value="$text"/>``
    shows them. The choice is the slug. An ``unknown`` text has no prediction; a text with an error is empty, too.

    Parameters
    ----------
    options : SinkOptions
        `model_version` is shown as the model of the predictions.
    """

    header = b"[\n"
    separator = b",\n"
    footer = b"\n]\n"

    def __init__(self, options: SinkOptions) -> None:
        self._version = options.model_version

    def encode(self, labelled: Labelled) -> bytes:
        """Return the tasks of a batch."""
        rows = zip(labelled.rows(), labelled.texts, strict=True)
        return to_utf8(",\n".join(to_json(self._task(row, text)) for row, text in rows))

    def _task(self, row: dict[str, Any], text: str) -> dict[str, Any]:
        predictions = []
        if row["topic"] is not None and row["reason"] is None:
            choice = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [row["topic"]]}}
            predictions.append({"model_version": self._version, "score": row["probability"], "result": [choice]})
        return {"data": {"text": text, **row}, "predictions": predictions}
