"""Confidence intervals of scores."""

from typing import NamedTuple

import numpy as np

from chude.evaluation.scores import Evaluation
from chude.training.metrics import accuracy_and_macro_f1

LEVEL = 0.95


class Interval(NamedTuple):
    """A score and its 95 % confidence interval."""

    value: float
    low: float
    high: float


def bootstrap(found: Evaluation, n_resamples: int = 1000, seed: int = 0) -> dict[str, Interval]:
    """Return 95 % confidence intervals of accuracy, top-2 and macro-F1.

    The percentile bootstrap (Efron, Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13) over texts. It
    assumes independent texts. Texts of one newspaper are not: for other newspapers the intervals are too narrow.

    Parameters
    ----------
    found : Evaluation
    n_resamples : int
    seed : int

    Returns
    -------
    dict
        ``accuracy``, ``top2``, ``macro_f1``.
    """
    codes = {topic: code for code, topic in enumerate(dict.fromkeys([*found.topics, *found.confusion_labels]))}
    truth = np.array([codes[topic] for topic in found.truth.tolist()])
    predicted = np.array([codes[topic] for topic in found.predicted.tolist()])
    rng = np.random.default_rng(seed)
    drawn = np.empty((n_resamples, 3))
    for row in drawn:
        chosen = rng.integers(0, len(truth), len(truth))
        accuracy, macro_f1 = accuracy_and_macro_f1(truth[chosen], predicted[chosen])
        row[:] = accuracy, found.top2_right[chosen].mean(), macro_f1
    lows, highs = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    values = {"accuracy": found.accuracy, "top2": found.top2, "macro_f1": found.macro_f1}
    return {
        name: Interval(value, float(low), float(high))
        for (name, value), low, high in zip(values.items(), lows, highs, strict=True)
    }


def proportion(hits: int, total: int) -> Interval:
    """Return a share with its 95 % confidence interval, Wilson's."""
    from scipy.stats import binomtest

    found = binomtest(hits, total).proportion_ci(LEVEL, "wilson")
    return Interval(hits / total, float(found.low), float(found.high))
