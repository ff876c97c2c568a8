"""Shares of what was drawn and of all texts it stands for, and how far two readers agree."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from benchmarks.accuracy.reading.drawing import Drawn, Item
    from benchmarks.accuracy.reading.kept import Reading

CONFIDENCE = 0.95

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1, and its interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Shares:
    """Of disagreements, of agreements, and of all texts that they were drawn from."""

    disagreements: Share
    agreements: Share
    projected: Share


def share(good: Booleans) -> Share:
    """Return the share of what is true, with Wilson's interval; anything is possible where there is nothing."""
    from scipy.stats import binomtest

    if not len(good):
        return Share(math.nan, 0.0, 1.0)
    test = binomtest(int(good.sum()), len(good))
    interval = test.proportion_ci(CONFIDENCE, method="wilson")
    return Share(float(test.statistic), float(interval.low), float(interval.high))


def shares(drawn: "Drawn", good: Booleans) -> Shares:
    """Return the share of items of which something is true.

    Notes
    -----
    With w the share of disagreements among all texts, p and q the shares among the disagreements and the agreements
    drawn, the share among all texts is w p + (1 - w) q. With u_p and u_q the upper ends of their intervals, the upper
    end of its interval is w p + (1 - w) q + sqrt(w² (u_p - p)² + (1 - w)² (u_q - q)²), the lower end likewise (G. Y.
    Zou and A. Donner, Construction of confidence limits about effect measures, Statistics in Medicine 27, 2008,
    1693-1702).
    """
    agreement = np.array([item.agreement for item in drawn.items])
    parts = share(good[~agreement]), share(good[agreement])
    w = drawn.disagreements / (drawn.disagreements + drawn.agreements)
    weighted = [(weight, part) for weight, part in zip((w, 1 - w), parts, strict=True) if weight]
    value = sum(weight * part.value for weight, part in weighted)
    below = math.hypot(*(weight * (part.value - part.low) for weight, part in weighted))
    above = math.hypot(*(weight * (part.high - part.value) for weight, part in weighted))
    return Shares(*parts, Share(value, max(0.0, value - below), min(1.0, value + above)))


def written_down(reading: "Reading", labels: Sequence[str]) -> Booleans:
    """Return of each item whether its label is among the topics written down before any label was seen."""
    return np.array([label in said.topics for label, said in zip(labels, reading.judgements, strict=True)])


def accepted(reading: "Reading", labels: Sequence[str]) -> Booleans:
    """Return of each item whether its label, one of the two that were shown, was accepted."""
    return np.array([label in said.acceptable for label, said in zip(labels, reading.judgements, strict=True)])


@dataclass(frozen=True)
class Better:
    """Of the disagreements drawn, numbers of items.

    `model`, `newspaper`, `neither`: whose label is the better one; `only_model`, `only_newspaper`, `both`, `none`:
    whose are acceptable; `p_value`: of McNemar's exact test that either is as often the only acceptable one.
    """

    model: int
    newspaper: int
    neither: int
    only_model: int
    only_newspaper: int
    both: int
    none: int
    p_value: float


def better(drawn: "Drawn", reading: "Reading") -> Better:
    """Count whose label a reader thinks better where they disagree."""
    from scipy.stats import binomtest

    apart = np.array([not item.agreement for item in drawn.items])
    pairs = [
        (item, said.better) for item, said in zip(drawn.items, reading.judgements, strict=True) if not item.agreement
    ]
    model = sum(item.topics[0] == label for item, label in pairs)
    newspaper = sum(item.newspaper == label for item, label in pairs)
    ours, theirs = (accepted(reading, labels)[apart] for labels in (drawn.model, drawn.newspapers))
    only_model, only_newspaper = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    decided = only_model + only_newspaper
    return Better(
        model,
        newspaper,
        len(pairs) - model - newspaper,
        only_model,
        only_newspaper,
        int((ours & theirs).sum()),
        int((~ours & ~theirs).sum()),
        float(binomtest(only_model, decided).pvalue) if decided else 1.0,
    )


@dataclass(frozen=True)
class Agreement:
    """How far two readers agree.

    `overlap`: items where they wrote down a topic in common, or both none; `first_topic`, `accepted`: Cohen's kappa of
    the first topic written down, and of whether each of the labels shown is acceptable; the ``all_`` ones are of all
    texts that the items stand for.
    """

    overlap: Shares
    first_topic: float
    all_first_topic: float
    accepted: float
    all_accepted: float


def agreement(drawn: "Drawn", one: "Reading", other: "Reading") -> Agreement:
    """Compare two readers."""
    pairs = list(zip(one.judgements, other.judgements, strict=True))
    common = [bool(set(a.topics) & set(b.topics)) or not (a.topics or b.topics) for a, b in pairs]
    weights = drawn.weights()
    first = [[said.topics[0] if said.topics else "" for said in reading.judgements] for reading in (one, other)]
    of_labels = [
        [
            label in said.acceptable
            for item, said in zip(drawn.items, reading.judgements, strict=True)
            for label in item.labels
        ]
        for reading in (one, other)
    ]
    return Agreement(
        shares(drawn, np.array(common)),
        _kappa(first[0], first[1]),
        _kappa(first[0], first[1], weights),
        _kappa(of_labels[0], of_labels[1]),
        _kappa(of_labels[0], of_labels[1], np.repeat(weights, 2)),
    )


def _kappa(one: Sequence[object], other: Sequence[object], weights: npt.NDArray[np.float64] | None = None) -> float:
    from sklearn.metrics import cohen_kappa_score

    if len({*one, *other}) == 1:  # nothing to disagree about: kappa is 0 / 0
        return math.nan
    return float(cohen_kappa_score(one, other, sample_weight=weights))


@dataclass(frozen=True)
class Also:
    """What ``--also`` gives, of all texts that the items stand for.

    `second`: share of texts that get a second topic; `right`: share of the topics named that are among those written
    down; `found`: share of those written down that are named.
    """

    second: float
    right: float
    found: float


def also(drawn: "Drawn", reading: "Reading", items: Sequence["Item"], min_probability: float | None) -> Also:
    """Say what a second topic of at least a probability gives, by the answers in `items`; None for no second topic."""
    weights = drawn.weights()
    counts = []
    for item, said in zip(items, reading.judgements, strict=True):
        two = min_probability is not None and item.probabilities[1] >= min_probability
        named = item.topics[: 1 + two]
        counts.append((two, len(named), len(set(named) & set(said.topics)), len(said.topics)))
    two, named, right, written = weights @ np.array(counts, dtype=np.float64)
    return Also(two / weights.sum(), right / named, right / written if written else math.nan)
