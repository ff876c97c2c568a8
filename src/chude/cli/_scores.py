"""Scores as lines of at most 80 characters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chude.pages.figures import percent

if TYPE_CHECKING:
    from chude.evaluation import Evaluation

_NAME = 26
_ROW = "{:<26} {:>9} {:>8} {:>8} {:>8} {:>8}"
_PAIRS = 8


def cut(text: str, room: int = _NAME) -> str:
    """Return a name that fits its column, without control characters."""
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return shown if len(shown) <= room else shown[: room - 1] + "…"


def headline(evaluation: "Evaluation") -> list[str]:
    """Lines with the scores of all texts."""
    return [
        f"accuracy  {percent(evaluation.accuracy):>8}",
        f"top-2     {percent(evaluation.top2):>8}   the true topic is one of the two most probable",
        f"macro-F1  {percent(evaluation.macro_f1):>8}   mean over the {len(evaluation.topics)} topics of the texts",
        f"ECE       {percent(evaluation.ece):>8}   expected calibration error, 15 bins",
    ]


def scores(evaluation: "Evaluation") -> Iterator[str]:
    """Yield all lines of an evaluation."""
    yield from headline(evaluation)
    yield ""
    yield _ROW.format("topic", "precision", "recall", "F1", "texts", "said")
    for topic in evaluation.by_topic:
        shares = (percent(value) for value in (topic.precision, topic.recall, topic.f1))
        yield _ROW.format(cut(topic.topic), *shares, f"{topic.texts:,}", f"{topic.said:,}")
    only_said = evaluation.confusion_labels[len(evaluation.topics) :]
    if only_said:
        yield f"said, but no text is of them: {', '.join(map(cut, only_said))}"
    yield from _strangers(evaluation)
    pairs = evaluation.confused(_PAIRS)
    if pairs:
        yield ""
        yield "most confused"
        for pair in pairs:
            yield f"{pair.texts:>7,}  {cut(pair.truth)} taken for {cut(pair.said)}"


def _strangers(evaluation: "Evaluation") -> Iterator[str]:
    if evaluation.strangers:
        named = ", ".join(f"{cut(topic)} ({count:,})" for topic, count in evaluation.strangers.most_common(5))
        more = f" and {len(evaluation.strangers) - 5} more" if len(evaluation.strangers) > 5 else ""
        yield f"counted as wrong: {evaluation.strangers.total():,} texts of topics the model does not have:"
        yield f"  {named}{more}"
