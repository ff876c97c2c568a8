"""Two models on the same texts: where they differ, and whether the difference is significant."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.evaluation import Evaluation, evaluate
from chude.model import TopicModel


class TopicChange(NamedTuple):
    """F1 of a topic by both models, and how many of its texts only the second (`gained`) or the first has right."""

    topic: str
    texts: int
    first_f1: float
    second_f1: float
    gained: int
    lost: int


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two models evaluated on the same texts."""

    first: Evaluation
    second: Evaluation

    def __post_init__(self) -> None:
        if not np.array_equal(self.first.truth, self.second.truth):
            raise InputError("two models can be compared on the same texts only")

    @property
    def gained(self) -> npt.NDArray[np.bool_]:
        """Texts that only the second model has right."""
        only: npt.NDArray[np.bool_] = self.second.right & ~self.first.right
        return only

    @property
    def lost(self) -> npt.NDArray[np.bool_]:
        """Texts that only the first model has right."""
        only: npt.NDArray[np.bool_] = self.first.right & ~self.second.right
        return only

    @property
    def differ(self) -> npt.NDArray[np.int64]:
        """Texts for which the models predict different topics, in their order."""
        return np.flatnonzero(self.first.predicted != self.second.predicted)

    @property
    def p_value(self) -> float:
        """P-value of McNemar's exact test; a small one means that the models are not right equally often.

        McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; a two-sided
        binomial test of the texts that only one model has right. 1 if there are none.
        """
        from scipy.stats import binomtest

        gained, lost = int(self.gained.sum()), int(self.lost.sum())
        return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0

    @property
    def by_topic(self) -> list[TopicChange]:
        """Each topic of the texts, the one with the largest gain in F1 first."""
        second = {scores.topic: scores for scores in self.second.by_topic}
        changes = []
        for scores in self.first.by_topic:
            of_topic = self.first.truth == scores.topic
            gained, lost = int((self.gained & of_topic).sum()), int((self.lost & of_topic).sum())
            changes.append(TopicChange(scores.topic, scores.texts, scores.f1, second[scores.topic].f1, gained, lost))
        return sorted(changes, key=lambda change: (change.first_f1 - change.second_f1, change.topic))

    def moved(self, k: int = 10) -> list[tuple[str, str, str, int]]:
        """Return the most frequent differences: true topic, topic by the first and by the second model, texts."""
        at = self.differ
        answers = (self.first.truth[at], self.first.predicted[at], self.second.predicted[at])
        counts = Counter(zip(*(column.tolist() for column in answers), strict=True))
        return [(*key, count) for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:k]]

    def rows(self, places: Sequence[str]) -> list[dict[str, Any]]:
        """Return a row for each text with different predictions; first those that only the first model has right."""
        order = sorted(self.differ.tolist(), key=lambda i: (-int(self.lost[i]), int(self.gained[i]), i))
        return [
            {
                "place": places[i],
                "topic": str(self.first.truth[i]),
                "first": str(self.first.predicted[i]),
                "first_probability": round(float(self.first.confidence[i]), 6),
                "second": str(self.second.predicted[i]),
                "second_probability": round(float(self.second.confidence[i]), 6),
                "right": "first" if self.lost[i] else "second" if self.gained[i] else "neither",
            }
            for i in order
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON values."""
        sides = {
            name: {"accuracy": found.accuracy, "macro_f1": found.macro_f1, "top2": found.top2}
            for name, found in (("first", self.first), ("second", self.second))
        }
        return {
            "texts": len(self.first.truth),
            **sides,
            "answered_differently": len(self.differ),
            "only_first_right": int(self.lost.sum()),
            "only_second_right": int(self.gained.sum()),
            "p_value": self.p_value,
            "topics": [change._asdict() for change in self.by_topic],
            "moved": [
                {"topic": truth, "first": first, "second": second, "texts": count}
                for truth, first, second, count in self.moved()
            ],
        }


def compare(first: TopicModel, second: TopicModel, texts: Sequence[str], topics: Sequence[str]) -> Comparison:
    """Evaluate two models on labelled texts.

    Parameters
    ----------
    first, second : TopicModel
    texts, topics : sequence of str

    Returns
    -------
    Comparison
    """
    return Comparison(evaluate(first, texts, topics), evaluate(second, texts, topics))
