"""Fitting a `Calibration` on the scores of texts the scorer was not fitted on."""

from typing import Any

import numpy as np
import numpy.typing as npt

from chude.model import Calibration

Floats = npt.NDArray[np.float64]

_PENALTY = 1e-3
_MOST_SAMPLES = 60_000
"""The two or three dozen parameters of a calibration need no more; the rest would only take time."""

DEFAULT_SLOPE = 3.0
"""Slope where there are too few texts to fit one: between those that squared hinge fits on small and large corpora."""


def uncalibrated(priors: Floats) -> Calibration:
    """Return the calibration of a model fitted without held-out scores."""
    return Calibration(DEFAULT_SLOPE, 0.0, np.zeros(len(priors)), priors)


def fit_calibration(
    scores: Floats, n_terms: npt.NDArray[np.int64], topics: npt.NDArray[np.int64], weights: Floats, priors: Floats
) -> Calibration:
    """Fit slope, length and offsets by the least weighted log loss.

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
    if len(used) > _MOST_SAMPLES:
        used = np.sort(np.random.default_rng(0).choice(used, _MOST_SAMPLES, replace=False))
    scores, topics, weights = scores[used], topics[used], weights[used] / weights[used].mean()
    depth = np.log1p(n_terms[used])
    center = float(np.average(depth, weights=weights))
    arguments = (scores, depth - center, topics, weights)
    start = np.concatenate([[DEFAULT_SLOPE, 0.0], np.zeros(len(priors))])
    found = minimize(_loss, start, args=arguments, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    slope, length = float(found.x[0]), float(found.x[1])
    return Calibration(slope - length * center, length, found.x[2:] - found.x[2:].mean(), priors)


def _loss(
    parameters: Floats, scores: Floats, depth: Floats, topics: npt.NDArray[np.int64], weights: Floats
) -> tuple[float, Any]:
    """Return the mean weighted log loss, lightly penalized, and its gradient."""
    factor = parameters[0] + parameters[1] * depth
    logits = factor[:, None] * scores + parameters[2:]
    logits -= logits.max(axis=1, keepdims=True)
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    rows = np.arange(len(topics))
    loss = -np.average(np.log(np.maximum(probabilities[rows, topics], 1e-300)), weights=weights)
    probabilities[rows, topics] -= 1
    probabilities *= (weights / weights.sum())[:, None]
    along = (probabilities * scores).sum(axis=1)
    gradient = np.concatenate([[along.sum(), along @ depth], probabilities.sum(axis=0)])
    penalized = np.concatenate([[0.0], parameters[1:]])
    return loss + _PENALTY * float(penalized @ penalized), gradient + 2 * _PENALTY * penalized
