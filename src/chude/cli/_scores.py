"""Scores as lines of at most 80 characters."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chude.cli._fitted import cut
from chude.locale import _, number
from chude.pages.numbers import percent

if TYPE_CHECKING:
    from chude.evaluation import Evaluation

_ROW = "{:<26} {:>9} {:>8} {:>8} {:>8} {:>8}"
_PAIRS = 8


def headline(evaluation: "Evaluation") -> list[str]:
    """Lines with the scores of all texts."""
    return [
        _("accuracy  {share:>8}", share=percent(evaluation.accuracy)),
        _("top-2     {share:>8}   the true topic is one of the two most probable", share=percent(evaluation.top2)),
        _(
            "macro-F1  {share:>8}   mean over the {topics} topics of the texts",
            share=percent(evaluation.macro_f1),
            topics=len(evaluation.topics),
        ),
        _("ECE       {share:>8}   expected calibration error, 15 bins", share=percent(evaluation.ece)),
    ]


def scores(evaluation: "Evaluation", names: Mapping[str, str]) -> Iterator[str]:
    """Yield all lines of an evaluation, with the names of topics by their slugs; labels without one stay."""

    def named(topic: str) -> str:
        return cut(names.get(topic, topic))

    yield from headline(evaluation)
    yield ""
    yield _ROW.format(_("topic"), _("precision"), _("recall"), "F1", _("texts"), _("said"))
    for topic in evaluation.by_topic:
        shares = (percent(value) for value in (topic.precision, topic.recall, topic.f1))
        yield _ROW.format(named(topic.topic), *shares, number(topic.texts), number(topic.said))
    only_said = evaluation.confusion_labels[len(evaluation.topics) :]
    if only_said:
        yield _("said, but no text is of them: {topics}", topics=", ".join(map(named, only_said)))
    yield from _strangers(evaluation)
    pairs = evaluation.confused(_PAIRS)
    if pairs:
        yield ""
        yield _("most confused")
        for pair in pairs:
            taken = _("{truth} taken for {said}", truth=named(pair.truth), said=named(pair.said))
            yield f"{number(pair.texts):>7}  {taken}"


def _strangers(evaluation: "Evaluation") -> Iterator[str]:
    if evaluation.strangers:
        named = ", ".join(f"{cut(topic)} ({number(count)})" for topic, count in evaluation.strangers.most_common(5))
        if len(evaluation.strangers) > 5:
            named = _("{named} and {n:,} more", named=named, n=len(evaluation.strangers) - 5)
        yield _("counted as wrong: {n:,} texts of topics the model does not have:", n=evaluation.strangers.total())
        yield f"  {named}"
