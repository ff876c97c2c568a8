"""Fitting a `Calibration` on the scores of texts that the scorer was not fitted on."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.model import Calibration
from chude.model.head import margins

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_PENALTIES = np.array([1e-3, 1e-4])
"""Penalty of the coefficients of length and margin."""

_MOST_SAMPLES = 60_000
"""At most so many samples are used: three parameters need no more."""

_ROUNDS = 3
"""`few` and the other coefficients are fitted in turn; more rounds change only the third digit."""

_MOST_FEW = 20.0
"""Largest value of `few`: a text with one known term then has 20/21 of its probabilities from the priors."""

DEFAULT_SLOPE = 3.0
"""Slope where the texts are too few to fit one: between those of fits on small and on large corpora."""


def uncalibrated(priors: Floats) -> Calibration:
    """Return the calibration of a model fitted without held-out scores."""
    return Calibration(DEFAULT_SLOPE, 0.0, np.zeros(len(priors)), priors)


class CalibrationSet(NamedTuple):
    """Samples that a fit did not see.

    `scores` (n_samples, n_topics) float64; `n_terms` (n_samples,) int64: distinct known terms; `topics` int64;
    `weights` float64.
    """

    scores: Floats
    n_terms: Indices
    topics: Indices
    weights: Floats

    def used(self) -> "CalibrationSet":
        """Return the samples that a calibration can be fitted on, at most `_MOST_SAMPLES`, with weights of mean 1."""
        used = np.flatnonzero((self.n_terms > 0) & (self.weights > 0))
        if len(used) > _MOST_SAMPLES:
            used = np.sort(np.random.default_rng(0).choice(used, _MOST_SAMPLES, replace=False))
        weights = self.weights[used]
        return CalibrationSet(
            self.scores[used], self.n_terms[used], self.topics[used], weights / (weights.mean() if len(used) else 1)
        )


def fit_calibration(
    scores: Floats,
    n_terms: Indices,
    topics: Indices,
    weights: Floats,
    priors: Floats,
    scraps: CalibrationSet | None = None,
) -> Calibration:
    """Fit slope, length and margin by the weighted log loss of samples, and `few` by that of scraps.

    They are fitted in turn: slope, length and margin are for ordinary texts, and scraps are not such texts.

    There is no bias for each topic: fitted on some publishers, it makes the probabilities of other publishers a little
    better and their topics about a point worse (``docs/experiments.md``).

    Parameters
    ----------
    scores : ndarray of shape (n_samples, n_topics), float64
        Out-of-fold decision values.
    n_terms : ndarray of shape (n_samples,), int64
        Distinct known terms of each sample.
    topics : ndarray of shape (n_samples,), int64
    weights : ndarray of shape (n_samples,), float64
    priors : ndarray of shape (n_topics,), float64
    scraps : CalibrationSet, optional
        Texts of about one to five known terms; without them `Calibration.few` is 0.

    Returns
    -------
    Calibration
    """
    usual = CalibrationSet(scores, n_terms, topics, weights).used()
    found = uncalibrated(priors) if not len(usual.topics) else _fitted(usual, uncalibrated(priors))
    few = None if scraps is None else scraps.used()
    if few is None or not len(few.topics):
        return found
    for _ in range(_ROUNDS):
        found = _with_few(few, found)
        found = _fitted(usual, found) if len(usual.topics) else found
    return found


def _fitted(usual: CalibrationSet, begin: Calibration) -> Calibration:
    """Fit slope, length and margin; `few` stays."""
    from scipy.optimize import minimize

    trust, depth = begin.trust(usual.n_terms), np.log1p(usual.n_terms)
    center = float(np.average(depth, weights=usual.weights))
    ahead, prior = margins(usual.scores), begin.priors[usual.topics]
    arguments = (usual.scores, depth - center, ahead, trust, prior, usual.topics, usual.weights)
    bounds = [(None, None), (None, None), (0.0, None)]
    first = [begin.slope + begin.length * center, begin.length, begin.margin]
    found = minimize(_loss, first, arguments, "L-BFGS-B", jac=True, bounds=bounds)
    slope, length, margin = found.x.tolist()
    return replace(begin, slope=slope - length * center, length=length, margin=margin)


def _with_few(scraps: CalibrationSet, begin: Calibration) -> Calibration:
    """Fit `few` by the log loss of scraps; the other coefficients stay."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(scraps.topics))

    def loss(few: float) -> float:
        probabilities = replace(begin, few=few).probabilities(scraps.scores, scraps.n_terms)
        of_truth = np.maximum(probabilities[rows, scraps.topics], 1e-300)
        return float(-np.average(np.log(of_truth), weights=scraps.weights))

    found = minimize_scalar(loss, bounds=(0.0, _MOST_FEW), method="bounded", options={"xatol": 1e-4})
    return replace(begin, few=float(found.x))


def _loss(
    parameters: Floats,
    scores: Floats,
    depth: Floats,
    ahead: Floats,
    trust: Floats,
    prior: Floats,
    topics: Indices,
    weights: Floats,
) -> tuple[float, Any]:
    """Return the weighted mean log loss, with a light penalty of length and margin, and its gradient."""
    slope, length, margin = parameters
    shrink = 1.0 / (1.0 + margin * ahead)
    factors = trust * (slope + length * depth) * shrink
    logits = factors[:, None] * scores
    logits -= logits.max(axis=1, keepdims=True)
    powers = np.exp(logits)
    powers /= powers.sum(axis=1, keepdims=True)
    rows = np.arange(len(topics))
    of_scores = trust * powers[rows, topics]
    of_truth = np.maximum(of_scores + (1 - trust) * prior, 1e-300)
    loss = -np.average(np.log(of_truth), weights=weights)
    powers[rows, topics] -= 1
    powers *= (weights / weights.sum() * of_scores / of_truth)[:, None]
    along = (powers * scores).sum(axis=1) * trust * shrink
    gradient = np.array([along.sum(), along @ depth, -(powers * scores).sum(axis=1) @ (factors * shrink * ahead)])
    gradient[1:] += 2 * _PENALTIES * parameters[1:]
    return loss + float(_PENALTIES @ parameters[1:] ** 2), gradient
