"""Texts on their way to a reader: where each is, what it says, what the model says of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chude.columns import STANDS_FOR
from chude.model.limits import DIGITS
from chude.model.topic_model import TopicModel
from chude.sources.label_studio import CHOICE
from chude.values import to_json, to_utf8

Place = tuple[str, str]
"""Path and row of a text, as tables have them; the row is empty where there is none."""

CANDIDATE_COLUMNS = ("path", "row", "title", "text", "topic", "best_topic", "probability", STANDS_FOR)
"""Columns of texts picked and of texts reviewed; ``topic`` is empty where nobody has decided."""


class LabelledTexts(Protocol):
    """What labelling says of some texts (`chude.label_files` yields such)."""

    @property
    def columns(self) -> dict[str, Sequence[Any]]: ...  # noqa: D102
    @property
    def texts(self) -> Sequence[str]: ...  # noqa: D102
    def rows(self) -> Iterator[dict[str, Any]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that somebody may label.

    Parameters
    ----------
    path : str
    row : int or None
        Number of its row from 1, in a table or a text read line by line.
    title : str
        From the column of titles; empty where there is none.
    text : str
        Without the title.
    stands_for : int or None
        How many texts it was picked for; None if it was not picked.
    """

    path: str
    row: int | None
    title: str
    text: str
    stands_for: int | None = None

    @property
    def whole(self) -> str:
        """The text as models read it, the title in front."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def place(self) -> Place:
        """Path and row, as tables have them."""
        return self.path, "" if self.row is None else str(self.row)


class Failures(list[tuple[str, str]]):
    """Place of each text that cannot be read, and why.

    Attributes
    ----------
    left_alone : Counter
        Files of folders that were not read, by ending.
    """

    def __init__(self) -> None:
        super().__init__()
        self.left_alone: Counter[str] = Counter()


def candidates(batches: Iterable[LabelledTexts], title: str | None, failures: Failures) -> Iterator[Candidate]:
    """Yield the texts of labelled batches; those that cannot be read go to `failures`.

    Parameters
    ----------
    batches : iterable
        As `chude.label_files` or `chude.label_table` give them.
    title : str, optional
        Column of titles, which labelling was told to keep.
    failures : Failures
    """
    for batch in batches:
        for row, text in zip(batch.rows(), batch.texts, strict=True):
            if row["error"] is not None:
                place = row["path"] if row["row"] is None else f"{row['path']}:{row['row']}"
                failures.append((place, row["error"]))
                continue
            heading = "" if title is None or row[title] is None else str(row[title])
            yield Candidate(row["path"], row["row"], heading, text.removeprefix(f"{heading}\n") if heading else text)


def guesses(model: TopicModel, chosen: Sequence[Candidate]) -> list[tuple[str, float]]:
    """Return the best topic of each text and its probability."""
    tops = model.top([each.whole for each in chosen], 1)
    return [(slug, round(probability, DIGITS)) for ((slug, probability),) in tops]


def rows(model: TopicModel, chosen: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Return a row of `CANDIDATE_COLUMNS` for each text, without a topic."""
    return [
        {
            "path": each.path,
            "row": each.row,
            "title": each.title,
            "text": each.text,
            "topic": "",
            "best_topic": slug,
            "probability": probability,
            STANDS_FOR: each.stands_for,
        }
        for each, (slug, probability) in zip(chosen, guesses(model, chosen), strict=True)
    ]


def label_studio_tasks(model: TopicModel, chosen: Sequence[Candidate]) -> bytes:
    """Return the texts as tasks for Label Studio, the model's guesses as predictions.

    The labelling configuration is that of labels in this format; the topic that a person chose is not among the data.
    """
    tasks = []
    for row, each in zip(rows(model, chosen), chosen, strict=True):
        choice = {"from_name": CHOICE, "to_name": "text", "type": "choices", "value": {"choices": [row["best_topic"]]}}
        prediction = {"model_version": model.name, "score": row["probability"], "result": [choice]}
        data = {"text": each.whole} | {
            name: row[name] for name in ("path", "row", "best_topic", "probability", STANDS_FOR)
        }
        tasks.append({"data": data, "predictions": [prediction]})
    return to_utf8("[\n" + ",\n".join(map(to_json, tasks)) + "\n]\n")
