"""Weights of the terms, from TF-IDF rows and their topics."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.training.features import Samples, Texts
from chude.training.solver import Singles, Solution, solve

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_TOLERANCE, _MAX_ROUNDS = 0.1, 20
"""The tolerance of LIBLINEAR. With a large C, a smaller one takes hundreds of rounds and changes no predicted topic."""


class Costs(NamedTuple):
    """Costs of errors in a fit.

    `C`: inverse of the regularization; `balance`: the weight of a text is divided by this power of the number of texts
    of its topic: with 0 every text weighs the same, with 1 every topic.
    """

    C: float
    balance: float = 0.0

    def __str__(self) -> str:
        return f"C={self.C:g}" + (f", class_weight={self.balance:g}" if self.balance else "")

    def weights(self, texts: Texts, on: Samples) -> Floats:
        """Return the weights of samples in the fit; their mean over all texts is unchanged."""
        if not self.balance:
            return on.weights
        of_topic = np.bincount(texts.topics, texts.weights, texts.n_topics)
        factors = np.divide(1.0, of_topic**self.balance, out=np.zeros_like(of_topic), where=of_topic > 0)
        factors *= of_topic.sum() / (of_topic @ factors)
        balanced: Floats = on.weights * factors[texts.topics[on.owners]]
        return balanced


@dataclass(frozen=True)
class Linear:
    """Weights of shape (n_terms, n_topics) and intercept of shape (n_topics,), float32."""

    weights: Singles
    intercept: Singles

    def scores(self, rows: sp.csr_matrix) -> Singles:
        """Return the scores of rows, of shape (n_samples, n_topics)."""
        found: Singles = rows @ self.weights + self.intercept
        return found


def fit_linear(
    rows: sp.csr_matrix,
    topics: Indices,
    n_topics: int,
    weights: Floats,
    C: float,
    seed: int,
    start: Singles | None = None,
) -> Solution:
    """Fit one linear SVM with squared hinge a topic, from `start` on; a row of weight 0 is left out."""
    return solve(rows, topics, n_topics, C * weights, seed, _TOLERANCE, _MAX_ROUNDS, start)


def summed(one: Linear, other: Linear, share: float, rows: sp.csr_matrix) -> Linear:
    """Return `one` plus `share` times `other`, as if the scores of both had the same standard deviation.

    The sum is scaled so that the scores of the rows have the standard deviation of those of `one`: one calibration fits
    both the sum and `one` alone.
    """
    left, right = _centred(one), _centred(other)
    scores, others = left.scores(rows), right.scores(rows)
    spread = _spread(scores)
    by = np.float32(share * spread / _spread(others))
    scale = np.float32(spread / _spread(scores + by * others))
    return Linear(scale * (left.weights + by * right.weights), scale * (left.intercept + by * right.intercept))


def _centred(linear: Linear) -> Linear:
    """Subtract the mean over topics, which changes no predicted topic."""
    weights = linear.weights - linear.weights.mean(axis=1, keepdims=True)
    return Linear(weights, linear.intercept - linear.intercept.mean())


def _spread(scores: Singles) -> float:
    """Return the standard deviation of centred scores; 1 where they are all the same."""
    return float(scores.std(dtype=np.float64)) or 1.0
