"""From scores to labels: the columns of the output for each text."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.labelling.kinds import Kinds
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.rules import Rules
from chude.model.limits import rounded
from chude.sinks.schema import Labelled
from chude.sources.source import Batch
from chude.topics import TOPIC_SEPARATOR, UNKNOWN, UNKNOWN_NAME, topic


class Labeller:
    """Labels batches. It may be called from several threads.

    Parameters
    ----------
    model : TopicModel
    rules : Rules
    threads : int, optional
        Threads that the model may use in one call.
    """

    def __init__(self, model: ModelProtocol, rules: Rules, threads: int | None = None) -> None:
        self.model = model
        self.rules = rules
        self.limits = rules.limits(model)
        self.threads = threads
        self._kinds = Kinds(model, threads) if rules.tells_kinds else None
        self._slugs = [each.slug for each in model.topics]
        self._names = [each.vi for each in model.topics]

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


def with_second(
    topics: Sequence[str],
    second_topics: Sequence[str | None],
    second_probabilities: Sequence[float | None],
    reasons: Sequence[str | None],
    least: float,
) -> list[str]:
    """Return the topics of each text: its topic, and the second one if that is probable enough.

    Parameters
    ----------
    topics, second_topics, second_probabilities, reasons : sequences of length n_texts
        Columns of the output; a text with a reason is ``unknown``, and has no second topic.
    least : float
        Least probability of a second topic.

    Examples
    --------
    >>> with_second(["xe", "xe"], ["du-lich", "du-lich"], [0.3, 0.1], [None, None], 0.2)
    ['xe|du-lich', 'xe']
    """
    rows = zip(topics, second_topics, second_probabilities, reasons, strict=True)
    return [
        first
        if reason is not None or second is None or probability is None or probability < least
        else f"{first}{TOPIC_SEPARATOR}{second}"
        for first, second, probability, reason in rows
    ]


def iptc_codes(topics: str) -> str | None:
    """Return the IPTC Media Topics of topics joined by ``|``, each once; None if none of them has one.

    Examples
    --------
    >>> iptc_codes("the-thao|du-lich"), iptc_codes("the-gioi"), iptc_codes("unknown")
    ('medtop:15000000|medtop:10000000', None, None)
    """
    codes = dict.fromkeys(topic(label).iptc for label in topics.split(TOPIC_SEPARATOR))
    return TOPIC_SEPARATOR.join(code for code in codes if code is not None) or None
