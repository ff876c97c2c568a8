"""From scores to labels: the columns of the output for each text."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from chude.labelling.kinds import Kinds
from chude.labelling.rules import Rules
from chude.labelling.subjects import iptc_codes, with_second
from chude.model.limits import rounded
from chude.sinks.schema import Labelled
from chude.sources.batch import Batch
from chude.topics import UNKNOWN, UNKNOWN_NAME


class NamedTopic(Protocol):
    """The part of `Topic` that labelling uses."""

    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def vi(self) -> str: ...  # noqa: D102


class Prediction(Protocol):
    """The part of `chude.Prediction` that labelling uses, of `n` texts."""

    @property
    def probabilities(self) -> npt.NDArray[np.float64]: ...  # noqa: D102
    @property
    def coverage(self) -> npt.NDArray[np.float64]: ...  # noqa: D102
    @property
    def n_tokens(self) -> npt.NDArray[np.int64]: ...  # noqa: D102


class Model(Protocol):
    """The part of `chude.TopicModel` that labelling uses."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def min_probability(self) -> float: ...  # noqa: D102
    @property
    def min_coverage(self) -> float: ...  # noqa: D102
    @property
    def topics(self) -> Sequence[NamedTopic]: ...  # noqa: D102
    def score_texts(self, texts: Sequence[str], *, threads: int | None = None) -> Prediction: ...  # noqa: D102
    def to_bytes(self) -> bytes: ...  # noqa: D102


class Labeller:
    """Labels batches. It may be called from several threads.

    Parameters
    ----------
    model : TopicModel
    rules : Rules
    threads : int, optional
        Threads that the model may use in one call.
    """

    def __init__(self, model: Model, rules: Rules, threads: int | None = None) -> None:
        self.model = model
        self.rules = rules
        self.limits = rules.limits(model)
        self.threads = threads
        self._kinds = Kinds(model, threads) if rules.tells_kinds else None
        self._slugs = [topic.slug for topic in model.topics]
        self._names = [topic.vi for topic in model.topics]

    def __call__(self, batch: Batch) -> Labelled:
        """Label a batch. A text that could not be read keeps its error and gets no label."""
        if self._kinds is None:
            prediction, news, kind_columns = self.model.score_texts(batch.texts, threads=self.threads), None, {}
        else:
            prediction, kinds = self._kinds.score(batch.texts)
            news, kind_columns = self._kinds.news(kinds), self._kinds.columns(kinds)
        best, coverage = _Ranked(rounded(prediction.probabilities), self._slugs), rounded(prediction.coverage)
        columns: dict[str, list[Any]] = {
            "topic": [self._slugs[k] for k in best.first],
            "best_topic": [self._slugs[k] for k in best.first],
            "topic_name": [self._names[k] for k in best.first],
            "probability": best.first_probability,
            "second_topic": best.second_slug,
            "second_probability": best.second_probability,
            "coverage": coverage.tolist(),
            "reason": self.limits.reasons(batch.texts, best.top_values, coverage, prediction.n_tokens, news),
            "encoding": batch.encodings,
            "error": batch.errors,
        }
        if self.rules.top:
            columns["top"] = best.listed(self.rules.top)
        _abstain(columns)
        self._add_subjects(columns)
        columns |= kind_columns
        _erase_labels_of_errors(columns)
        return Labelled({"path": batch.paths, "row": batch.rows, **batch.kept, **columns}, batch.texts, batch.size)

    def _add_subjects(self, columns: dict[str, list[Any]]) -> None:
        if self.rules.also is not None:
            columns["topics"] = with_second(
                columns["topic"],
                columns["second_topic"],
                columns["second_probability"],
                columns["reason"],
                self.rules.also,
            )
        if self.rules.iptc:
            columns["iptc"] = [iptc_codes(topics) for topics in columns.get("topics", columns["topic"])]


def _abstain(columns: dict[str, list[Any]]) -> None:
    """Make a text that has a reason ``unknown``; ``best_topic`` keeps its topic."""
    for k in (k for k, reason in enumerate(columns["reason"]) if reason is not None):
        columns["topic"][k], columns["topic_name"][k] = UNKNOWN, UNKNOWN_NAME


class _Ranked:
    """The best and the second topic of each text; of equally probable topics, the earlier one."""

    def __init__(self, probabilities: npt.NDArray[np.float64], slugs: list[str]) -> None:
        self._probabilities, self._slugs = probabilities, slugs
        every = np.arange(len(probabilities))
        first = probabilities.argmax(axis=1)
        self.first: list[int] = first.tolist()
        self.top_values = probabilities[every, first]
        self.first_probability: list[float] = self.top_values.tolist()
        self.second_slug: list[str | None] = [None] * len(every)
        self.second_probability: list[float | None] = [None] * len(every)
        if len(slugs) > 1:
            others = probabilities.copy()
            others[every, first] = -1.0
            second = others.argmax(axis=1)
            self.second_slug = [slugs[k] for k in second.tolist()]
            self.second_probability = others[every, second].tolist()

    def listed(self, count: int) -> list[Any]:
        """Return the `count` best topics of each text as ``slug:probability``, joined by ``;``."""
        order = np.argsort(-self._probabilities, axis=1, kind="stable")[:, :count]
        values = np.take_along_axis(self._probabilities, order, axis=1)
        return [
            ";".join(f"{self._slugs[k]}:{value}" for k, value in zip(topics, row, strict=True))
            for topics, row in zip(order.tolist(), values.tolist(), strict=True)
        ]


def _erase_labels_of_errors(columns: dict[str, list[Any]]) -> None:
    failed = [k for k, error in enumerate(columns["error"]) if error is not None]
    for k in failed:
        for name, values in columns.items():
            if name not in {"encoding", "error"}:
                values[k] = None
