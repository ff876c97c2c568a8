"""Weights of the terms, from TF-IDF rows and their topics."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.training.calibrating import fit_calibration
from chude.training.features import Samples, Texts
from chude.training.logistic import solve_logistic
from chude.training.solver import solve
from chude.training.splits import folds

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_TOLERANCE, _MOST_ROUNDS = 0.1, 12
"""LIBLINEAR's own tolerance. With a large C the last digits take hundreds of rounds and change no answer."""

_SOFT_TOLERANCE, _SOFT_MOST_ROUNDS = 0.05, 5
_SOFT_COST = 30.0
"""A logistic loss asks for so many times the C of a squared hinge (``docs/experiments.md``)."""

_GROUP_FOLDS = 3


@dataclass(frozen=True)
class Linear:
    """Weights of shape (n_terms, n_topics) and intercept of shape (n_topics,), float64."""

    weights: Floats
    intercept: Floats


def fit_linear(rows: sp.csr_matrix, topics: Indices, n_topics: int, weights: Floats, C: float, seed: int) -> Linear:
    """Fit one linear SVM with squared hinge a topic; a row of weight 0 is not looked at."""
    return Linear(*solve(rows, topics, n_topics, C * weights, seed, _TOLERANCE, _MOST_ROUNDS))


def fit_consensus(
    rows: sp.csr_matrix, on: Samples, texts: Texts, groups: Indices, share: float, C: float, seed: int
) -> Linear:
    """Fit an SVM on the labels, a logistic regression on labels that other groups have a say in, and take their mean.

    Newspapers file the same story under different sections. What fits on the other publishers would call an article is
    part of what one never seen is likely to call it. The SVM is right a little more often, the logistic regression
    knows the second topic better (``docs/experiments.md``).

    Parameters
    ----------
    rows : csr_matrix of shape (n_samples, n_terms)
    on : Samples
        What the rows are of.
    texts : Texts
    groups : ndarray of shape (n_texts,), int64
        The group of each text.
    share : float
        How much of a label is given to what fits on other groups say, 0 to 1.
    C : float
        That of the SVM.
    seed : int

    Returns
    -------
    Linear
        Each part divided by the spread of its scores, so that they count alike.
    """
    svm = fit_linear(rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)
    targets = agreed_labels(rows, on, texts, groups, share, C, seed)
    costs = _SOFT_COST * C * on.weights
    offsets = np.zeros_like(targets)
    soft = Linear(*solve_logistic(rows, targets, offsets, costs, 1.0, seed, _SOFT_TOLERANCE, _SOFT_MOST_ROUNDS))
    return summed(svm, soft, 1.0, rows)


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


def agreed_labels(
    rows: sp.csr_matrix, on: Samples, texts: Texts, groups: Indices, share: float, C: float, seed: int
) -> Floats:
    """Return how probable each topic is of each sample: its label, and what fits on other groups say, mixed.

    Returns
    -------
    ndarray of shape (n_samples, n_topics), float64
        Rows sum to 1. The parameters are those of `fit_consensus`.
    """
    topics = texts.topics[on.owners]
    targets = np.eye(texts.n_topics)[topics]
    scores = np.zeros_like(targets)
    told = np.zeros(len(topics), dtype=np.bool_)
    for inside, outside in folds(topics, groups[on.owners].tolist(), texts.batch, _GROUP_FOLDS, seed):
        weights = np.zeros(len(topics))
        weights[inside] = on.weights[inside]
        linear = fit_linear(rows, topics, texts.n_topics, weights, C, seed)
        scores[outside] = rows[outside] @ linear.weights + linear.intercept
        told[outside] = True
    n_terms = np.diff(rows.indptr).astype(np.int64)
    priors = np.bincount(topics, on.weights, texts.n_topics) / on.weights.sum()
    calibration = fit_calibration(scores[told], n_terms[told], topics[told], on.weights[told], priors)
    targets[told] *= 1 - share
    targets[told] += share * calibration.probabilities(scores[told], n_terms[told])
    return targets
