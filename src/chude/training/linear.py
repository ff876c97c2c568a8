"""Weights of the terms, from TF-IDF rows and their topics."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.training.solver import solve

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_TOLERANCE, _MAX_ROUNDS = 0.1, 12
"""LIBLINEAR's own tolerance. With a large C the last digits take hundreds of rounds and change no answer."""


@dataclass(frozen=True)
class Linear:
    """Weights of shape (n_terms, n_topics) and intercept of shape (n_topics,), float64."""

    weights: Floats
    intercept: Floats


def fit_linear(rows: sp.csr_matrix, topics: Indices, n_topics: int, weights: Floats, C: float, seed: int) -> Linear:
    """Fit one linear SVM with squared hinge a topic; a row of weight 0 is not looked at."""
    return Linear(*solve(rows, topics, n_topics, C * weights, seed, _TOLERANCE, _MAX_ROUNDS))


def summed(one: Linear, other: Linear, share: float, rows: sp.csr_matrix) -> Linear:
    """Return the sum of two, `other` times `share`, as if the scores of both were spread alike.

    The scores of the rows are spread as those of `one` are, so that what is calibrated on the sum goes for such a table
    without a share, too.
    """
    left, right, spread = _centred(one), _centred(other), _spread(one, rows)
    by = share * spread / _spread(other, rows)
    found = Linear(left.weights + by * right.weights, left.intercept + by * right.intercept)
    by = spread / _spread(found, rows)
    return Linear(by * found.weights, by * found.intercept)


def _centred(linear: Linear) -> Linear:
    """Take the mean over the topics off, which changes no answer."""
    weights = linear.weights - linear.weights.mean(axis=1, keepdims=True)
    return Linear(weights, linear.intercept - linear.intercept.mean())


def _spread(linear: Linear, rows: sp.csr_matrix) -> float:
    """Return the standard deviation of the scores of rows, the mean over the topics taken off."""
    centred = _centred(linear)
    return float((rows @ centred.weights + centred.intercept).std()) or 1.0
