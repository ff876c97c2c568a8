"""Scores of predictions for texts whose topic is known."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.evaluation.calibration import Bin, RiskCoverage, expected_calibration_error, reliability, risk_coverage
from chude.label_names import named
from chude.model import TopicModel

Floats = npt.NDArray[np.float64]


class TopicScores(NamedTuple):
    """Scores of one topic: `texts` is the number of its texts, `said` the number of texts predicted as this topic."""

    topic: str
    precision: float
    recall: float
    f1: float
    texts: int
    said: int


class Confusion(NamedTuple):
    """Number of texts of one topic (`truth`) that are predicted as another (`said`)."""

    truth: str
    said: str
    texts: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Probabilities compared with the true topics.

    Parameters
    ----------
    classes : tuple of str
        Topics of the model, in the order of the columns.
    truth : ndarray of shape (n_texts,), str
        A text of a topic that is not in `classes` counts as wrong.
    probabilities : ndarray of shape (n_texts, n_topics), float64

    Raises
    ------
    InputError
        If the shapes differ, or there is no text.
    """

    classes: tuple[str, ...]
    truth: npt.NDArray[np.str_]
    probabilities: Floats

    def __post_init__(self) -> None:
        expected = (len(self.truth), len(self.classes))
        if self.probabilities.shape != expected or not all(expected):
            raise InputError(
                f"probabilities of shape {self.probabilities.shape} for {expected[0]} texts and {expected[1]} topics; "
                "there must be a row for each text, a column for each topic, and a text"
            )

    @cached_property
    def predicted(self) -> npt.NDArray[np.str_]:
        """The most probable topic of each text."""
        best: npt.NDArray[np.str_] = np.array(self.classes)[self.probabilities.argmax(axis=1)]
        return best

    @cached_property
    def confidence(self) -> Floats:
        """Probability of that topic."""
        highest: Floats = self.probabilities.max(axis=1)
        return highest

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether it is the true one."""
        is_right: npt.NDArray[np.bool_] = self.predicted == self.truth
        return is_right

    @cached_property
    def topics(self) -> list[str]:
        """Topics of the texts: those of the model in its order, then the others."""
        there = set(self.truth.tolist())
        return [topic for topic in self.classes if topic in there] + sorted(there.difference(self.classes))

    @cached_property
    def strangers(self) -> Counter[str]:
        """Topics of texts that the model does not have, with the number of their texts."""
        known = set(self.classes)
        return Counter(topic for topic in self.truth.tolist() if topic not in known)

    @property
    def accuracy(self) -> float:
        """Share of texts whose most probable topic is the true one."""
        return float(self.right.mean())

    @cached_property
    def top2_right(self) -> npt.NDArray[np.bool_]:
        """Whether the true topic is one of the two most probable."""
        order = np.argsort(-self.probabilities, axis=1, kind="stable")[:, :2]
        found: npt.NDArray[np.bool_] = (np.array(self.classes)[order] == self.truth[:, None]).any(axis=1)
        return found

    @property
    def top2(self) -> float:
        """Share of texts whose true topic is one of the two most probable."""
        return float(self.top2_right.mean())

    @cached_property
    def by_topic(self) -> list[TopicScores]:
        """Scores of each of `topics`; a precision or recall without texts is 0."""
        from sklearn.metrics import precision_recall_fscore_support

        said = Counter(self.predicted.tolist())
        columns = precision_recall_fscore_support(self.truth, self.predicted, labels=self.topics, zero_division=0)
        return [
            TopicScores(topic, float(precision), float(recall), float(f1), int(texts), said[topic])
            for topic, precision, recall, f1, texts in zip(self.topics, *columns, strict=True)
        ]

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the topics of the texts."""
        return float(np.mean([scores.f1 for scores in self.by_topic]))

    @property
    def ece(self) -> float:
        """Expected calibration error, 15 bins."""
        return expected_calibration_error(self.confidence, self.right)

    @property
    def reliability(self) -> list[Bin]:
        """Bins of the reliability diagram."""
        return reliability(self.confidence, self.right)

    @property
    def risk_coverage(self) -> RiskCoverage:
        """The risk-coverage curve."""
        return risk_coverage(self.confidence, self.right)

    @cached_property
    def confusion_labels(self) -> list[str]:
        """Labels of the rows and columns of `confusion_matrix`: `topics`, then those that are only predicted."""
        return self.topics + [t for t in self.classes if t not in self.topics and (self.predicted == t).any()]

    @cached_property
    def confusion_matrix(self) -> npt.NDArray[np.int64]:
        """Number of texts by true topic (rows) and predicted topic (columns), in the order of `confusion_labels`."""
        from sklearn.metrics import confusion_matrix

        if len(self.confusion_labels) == 1:  # scikit-learn warns of it
            return np.array([[len(self.truth)]])
        counts: npt.NDArray[np.int64] = confusion_matrix(self.truth, self.predicted, labels=self.confusion_labels)
        return counts

    def confused(self, k: int = 10) -> list[Confusion]:
        """Return the `k` most confused pairs, the most frequent first."""
        wrong = ~self.right
        pairs = Counter(zip(self.truth[wrong].tolist(), self.predicted[wrong].tolist(), strict=True))
        ranked = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
        return [Confusion(truth, said, texts) for (truth, said), texts in ranked[:k]]

    def part(self, chosen: npt.NDArray[Any]) -> "Evaluation":
        """Return the evaluation of some of the texts, by mask or indices."""
        return Evaluation(self.classes, self.truth[chosen], self.probabilities[chosen])

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {
            "texts": len(self.truth),
            "accuracy": self.accuracy,
            "top2": self.top2,
            "macro_f1": self.macro_f1,
            "expected_calibration_error": self.ece,
            "topics": [scores._asdict() for scores in self.by_topic],
            "unknown_to_model": dict(self.strangers),
            "confused": [pair._asdict() for pair in self.confused()],
            "confusion_matrix": {"labels": self.confusion_labels, "counts": self.confusion_matrix.tolist()},
            "reliability": [each._asdict() for each in self.reliability],
        }


def evaluate(model: TopicModel, texts: Sequence[str], topics: Sequence[str]) -> Evaluation:
    """Evaluate a model on labelled texts.

    Parameters
    ----------
    model : TopicModel
    texts, topics : sequence of str
        A topic may be a slug of the model, or the name of one of its topics, in any case.

    Returns
    -------
    Evaluation
    """
    truth = np.array(named(topics, model.topics), dtype=np.str_)
    return Evaluation(tuple(model.classes_.tolist()), truth, model.predict_proba(texts))
