"""Fitting a `Calibration` on the scores of texts the scorer was not fitted on."""

from typing import Any

import numpy as np
import numpy.typing as npt

from chude.model import Calibration

Floats = npt.NDArray[np.float64]

_PENALTY = 1e-3
_MOST_SAMPLES = 60_000
"""Two parameters need no more; the rest would only take time."""

DEFAULT_SLOPE = 3.0
"""Slope where there are too few texts to fit one: between those that squared hinge fits on small and large corpora."""


def uncalibrated(priors: Floats) -> Calibration:
    """Return the calibration of a model fitted without held-out scores."""
    return Calibration(DEFAULT_SLOPE, 0.0, np.zeros(len(priors)), priors)


def fit_calibration(
    scores: Floats, n_terms: npt.NDArray[np.int64], topics: npt.NDArray[np.int64], weights: Floats, priors: Floats
) -> Calibration:
    """Fit slope and length by the least weighted log loss.

    There is no bias for each topic: fitted on some publishers it makes probabilities of others a little better and
    their topics about a point worse (``docs/experiments.md``).

    Parameters
    ----------
    scores : ndarray of shape (n_samples, n_topics), float64
        Out-of-fold decision values.
    n_terms : ndarray of shape (n_samples,), int64
        Distinct known terms of each sample.
    topics : ndarray of shape (n_samples,), int64
    weights : ndarray of shape (n_samples,), float64
    priors : ndarray of shape (n_topics,), float64

    Returns
    -------
    Calibration
    """
    from scipy.optimize import minimize

    used = np.flatnonzero((n_terms > 0) & (weights > 0))
    if not len(used):
        return uncalibrated(priors)
    if len(used) > _MOST_SAMPLES:
        used = np.sort(np.random.default_rng(0).choice(used, _MOST_SAMPLES, replace=False))
    scores, topics, weights = scores[used], topics[used], weights[used] / weights[used].mean()
    depth = np.log1p(n_terms[used])
    center = float(np.average(depth, weights=weights))
    arguments = (scores, depth - center, topics, weights)
    found = minimize(_loss, [DEFAULT_SLOPE, 0.0], args=arguments, jac=True, method="L-BFGS-B")
    slope, length = found.x.tolist()
    return Calibration(slope - length * center, length, np.zeros(len(priors)), priors)


def _loss(
    parameters: Floats, scores: Floats, depth: Floats, topics: npt.NDArray[np.int64], weights: Floats
) -> tuple[float, Any]:
    """Return the mean weighted log loss, lightly penalized for its dependence on length, and its gradient."""
    logits = (parameters[0] + parameters[1] * depth)[:, None] * scores
    logits -= logits.max(axis=1, keepdims=True)
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    rows = np.arange(len(topics))
    loss = -np.average(np.log(np.maximum(probabilities[rows, topics], 1e-300)), weights=weights)
    probabilities[rows, topics] -= 1
    probabilities *= (weights / weights.sum())[:, None]
    along = (probabilities * scores).sum(axis=1)
    gradient = np.array([along.sum(), along @ depth + 2 * _PENALTY * parameters[1]])
    return loss + _PENALTY * float(parameters[1] ** 2), gradient
