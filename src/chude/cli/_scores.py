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


def headline(found: "Evaluation") -> list[str]:
    """Lines with the scores of all texts."""
    return [
        f"accuracy  {percent(found.accuracy):>8}",
        f"top-2     {percent(found.top2):>8}   the true topic is one of the two most probable",
        f"macro-F1  {percent(found.macro_f1):>8}   mean over the {len(found.topics)} topics of the texts",
        f"ECE       {percent(found.ece):>8}   expected calibration error, 15 bins",
    ]


def scores(found: "Evaluation") -> Iterator[str]:
    """Yield all lines of an evaluation."""
    yield from headline(found)
    yield ""
    yield _ROW.format("topic", "precision", "recall", "F1", "texts", "said")
    for topic in found.by_topic:
        shares = (percent(value) for value in (topic.precision, topic.recall, topic.f1))
        yield _ROW.format(cut(topic.topic), *shares, f"{topic.texts:,}", f"{topic.said:,}")
    only_said = found.confusion_labels[len(found.topics) :]
    if only_said:
        yield f"said, but no text is of them: {', '.join(map(cut, only_said))}"
    yield from _strangers(found)
    pairs = found.confused(_PAIRS)
    if pairs:
        yield ""
        yield "most confused"
        for pair in pairs:
            yield f"{pair.texts:>7,}  {cut(pair.truth)} taken for {cut(pair.said)}"


def _strangers(found: "Evaluation") -> Iterator[str]:
    if found.strangers:
        named = ", ".join(f"{cut(topic)} ({count:,})" for topic, count in found.strangers.most_common(5))
        more = f" and {len(found.strangers) - 5} more" if len(found.strangers) > 5 else ""
        yield f"counted as wrong: {found.strangers.total():,} texts of topics the model does not have:"
        yield f"  {named}{more}"
