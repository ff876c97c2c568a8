"""Scores of parts of the texts: by length, by publisher, by confidence."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.evaluation.intervals import Interval, proportion
from chude.evaluation.scores import Evaluation
from chude.locale import N_

LENGTHS = (0, 10, 20, 50, 100, 200, 400, 800)
"""Lower limits of the bins of length, in tokens."""

COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)

_MOST_PUBLISHERS = 30


class Slice(NamedTuple):
    """A part of the texts with a common property."""

    name: str
    texts: int
    accuracy: Interval
    macro_f1: float


class Threshold(NamedTuple):
    """A limit of probability, the share of texts that reach it, and the accuracy on these."""

    probability: float
    coverage: float
    accuracy: float


def by_length(found: Evaluation, tokens: npt.NDArray[np.int64]) -> list[Slice]:
    """Return the scores of texts by their number of tokens, the shortest first."""
    slices = []
    for low, high in zip(LENGTHS, (*LENGTHS[1:], None), strict=True):
        name = N_(f"{low} or more") if high is None else N_(f"{low} to {high - 1}")
        chosen = (tokens >= low) & (tokens < (np.inf if high is None else high))
        if chosen.any():
            slices.append(_slice(name, found, chosen))
    return slices


def by_publisher(found: Evaluation, publishers: Sequence[str]) -> list[Slice]:
    """Return the scores of texts by publisher, the one with most texts first; all after the thirtieth are one slice."""
    listed = np.array(publishers, dtype=np.str_)
    ranked = sorted(Counter(publishers).items(), key=lambda item: (-item[1], item[0]))
    slices = [_slice(name or N_("(not named)"), found, listed == name) for name, _ in ranked[:_MOST_PUBLISHERS]]
    others = [name for name, _ in ranked[_MOST_PUBLISHERS:]]
    if others:
        slices.append(_slice(N_(f"{len(others)} others"), found, np.isin(listed, others)))
    return slices


def thresholds(found: Evaluation) -> list[Threshold]:
    """Return limits of probability for answering all texts, 95 % of them, and so on down to half."""
    curve = found.risk_coverage
    rows = []
    for coverage in COVERAGES:
        at = int(np.searchsorted(curve.coverage, coverage - 1e-12))
        rows.append(Threshold(float(curve.threshold[at]), float(curve.coverage[at]), float(curve.accuracy[at])))
    return list(dict.fromkeys(rows))


def _slice(name: str, found: Evaluation, chosen: npt.NDArray[np.bool_]) -> Slice:
    part = found.part(chosen)
    return Slice(name, len(part.truth), proportion(int(part.right.sum()), len(part.truth)), part.macro_f1)
