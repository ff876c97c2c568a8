"""Fitting a `Calibration` on the scores of texts the scorer was not fitted on."""

from typing import Any

import numpy as np
import numpy.typing as npt

from chude.model import Calibration
from chude.model.calibration import margins

Floats = npt.NDArray[np.float64]

_PENALTIES = np.array([1e-3, 1e-4])
"""Of length and doubt."""

_MOST_SAMPLES = 60_000
"""Three parameters need no more; the rest would only take time."""

DEFAULT_SLOPE = 3.0
"""Slope where there are too few texts to fit one: between those that squared hinge fits on small and large corpora."""


def uncalibrated(priors: Floats) -> Calibration:
    """Return the calibration of a model fitted without held-out scores."""
    return Calibration(DEFAULT_SLOPE, 0.0, np.zeros(len(priors)), priors)


def fit_calibration(
    scores: Floats, n_terms: npt.NDArray[np.int64], topics: npt.NDArray[np.int64], weights: Floats, priors: Floats
) -> Calibration:
    """Fit slope, length and doubt by the least weighted log loss.

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
    arguments = (scores, depth - center, margins(scores), topics, weights)
    bounds = [(None, None), (None, None), (0.0, None)]
    found = minimize(_loss, [DEFAULT_SLOPE, 0.0, 0.0], arguments, "L-BFGS-B", jac=True, bounds=bounds)
    slope, length, doubt = found.x.tolist()
    return Calibration(slope - length * center, length, np.zeros(len(priors)), priors, doubt)


def _loss(
    parameters: Floats,
    scores: Floats,
    depth: Floats,
    ahead: Floats,
    topics: npt.NDArray[np.int64],
    weights: Floats,
) -> tuple[float, Any]:
    """Return the mean weighted log loss, lightly penalized for what it depends on, and its gradient."""
    slope, length, doubt = parameters
    shrink = 1.0 / (1.0 + doubt * ahead)
    factors = (slope + length * depth) * shrink
    logits = factors[:, None] * scores
    logits -= logits.max(axis=1, keepdims=True)
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    rows = np.arange(len(topics))
    loss = -np.average(np.log(np.maximum(probabilities[rows, topics], 1e-300)), weights=weights)
    probabilities[rows, topics] -= 1
    probabilities *= (weights / weights.sum())[:, None]
    along = (probabilities * scores).sum(axis=1) * shrink
    gradient = np.array([along.sum(), along @ depth, -(along * factors) @ ahead])
    gradient[1:] += 2 * _PENALTIES * parameters[1:]
    return loss + float(_PENALTIES @ parameters[1:] ** 2), gradient
