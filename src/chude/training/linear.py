"""Weights of the terms, from TF-IDF rows and their topics."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.training.solver import solve

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_TOLERANCE, _MOST_ROUNDS = 0.1, 12
"""LIBLINEAR's own tolerance. With a large C the last digits take hundreds of rounds and change no answer."""


@dataclass(frozen=True)
class Linear:
    """Weights of shape (n_terms, n_topics) and intercept of shape (n_topics,), float64."""

    weights: Floats
    intercept: Floats


def fit_linear(rows: sp.csr_matrix, topics: Indices, n_topics: int, weights: Floats, C: float, seed: int) -> Linear:
    """Fit one linear SVM with squared hinge a topic; a row of weight 0 is not looked at."""
    return Linear(*solve(rows, topics, n_topics, C * weights, seed, _TOLERANCE, _MOST_ROUNDS))


def summed(one: Linear, other: Linear, share: float, rows: sp.csr_matrix) -> Linear:
    """Return the sum of two, `other` times `share`; each is divided by the spread of its scores of the rows first."""
    left, right = _spread_of_one(one, rows), _spread_of_one(other, rows)
    return Linear(left.weights + share * right.weights, left.intercept + share * right.intercept)


def _spread_of_one(linear: Linear, rows: sp.csr_matrix) -> Linear:
    """Scale weights so that the scores of a row's topics, whose mean is taken off, have a standard deviation of 1."""
    weights = linear.weights - linear.weights.mean(axis=1, keepdims=True)
    intercept = linear.intercept - linear.intercept.mean()
    spread = float((rows @ weights + intercept).std()) or 1.0
    return Linear(weights / spread, intercept / spread)
