"""Multinomial logistic regression that begins at somebody else's scores, and learns from labels that may be in doubt.

Minimized is ``|W|² / 2 + |v|² / 2 + sum of costs[i] * cross-entropy of targets[i] and softmax(offsets[i] + rows[i] @ W
+ bias * v)``, by
dual block coordinate ascent (Yu, Huang, Lin 2011, "Dual coordinate descent methods for logistic regression and maximum
entropy models", section 5): the dual variables of a sample are its probabilities, all improved at once. With no sample,
or costs near 0, the answer is that of the offsets alone.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.compiled import compiled

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_LANES = 8
_INNER_STEPS, _INNER_TOLERANCE = 50, 1e-6


def solve_logistic(
    rows: sp.csr_matrix,
    targets: Floats,
    offsets: Floats,
    costs: Floats,
    bias: float,
    seed: int,
    tolerance: float,
    most_rounds: int,
) -> tuple[Floats, Floats]:
    """Fit weights and intercepts.

    Parameters
    ----------
    rows : csr_matrix of shape (n_samples, n_terms)
    targets : ndarray of shape (n_samples, n_topics), float64
        How probable each topic is said to be; rows sum to 1.
    offsets : ndarray of shape (n_samples, n_topics), float64
        Scores to begin at.
    costs : ndarray of shape (n_samples,), float64
        C times the weight of each sample; one of cost 0 is not looked at.
    bias : float
        Value of the feature that the intercept is the weight of; a small one keeps the intercept small.
    seed : int
        Of the order in which samples are visited.
    tolerance : float
        Stop when no probability of a whole round changes by more.
    most_rounds : int

    Returns
    -------
    weights : ndarray of shape (n_terms, n_topics), float64
    intercept : ndarray of shape (n_topics,), float64
    """
    n_topics = offsets.shape[1]
    width = -(-n_topics // _LANES) * _LANES
    weights = np.zeros((rows.shape[1] + 1, width), dtype=np.float32)
    values = rows.data.astype(np.float32)
    squares = np.asarray(rows.multiply(rows).sum(axis=1)).ravel() + bias**2
    duals = targets.copy()
    used = np.flatnonzero(costs > 0)
    order = np.random.default_rng(seed)
    for _ in range(most_rounds):
        change = _round(
            order.permutation(used), rows.indptr.astype(np.int64), rows.indices, values, costs * squares, costs,
            offsets, bias, weights, duals,
        )  # fmt: skip
        if change <= tolerance:
            break
    return weights[:-1, :n_topics].astype(np.float64), bias * weights[-1, :n_topics].astype(np.float64)


@compiled
def _round(
    order: Indices,
    indptr: Indices,
    indices: npt.NDArray[np.int32],
    values: Singles,
    stiffness: Floats,
    costs: Floats,
    offsets: Floats,
    bias: float,
    weights: Singles,
    duals: Floats,
) -> float:
    """Improve the probabilities of each sample in turn; return the largest change."""
    width, n_topics = weights.shape[1], offsets.shape[1]
    last = weights.shape[0] - 1
    sums = np.empty(width, dtype=np.float32)
    steps = np.zeros(width, dtype=np.float32)
    scores, better, softmax = np.empty(n_topics), np.empty(n_topics), np.empty(n_topics)
    worst = 0.0
    for i in order:
        for k in range(width):
            sums[k] = bias * weights[last, k]
        for j in range(indptr[i], indptr[i + 1]):
            row, value = np.uint64(indices[j]), values[j]
            for k in range(width):
                sums[k] += value * weights[row, k]
        for k in range(n_topics):
            scores[k] = sums[k] + offsets[i, k]
        _settle(scores, duals[i], stiffness[i], better, softmax)
        moved = 0.0
        for k in range(n_topics):
            moved = max(moved, abs(better[k] - duals[i, k]))
            steps[k] = costs[i] * (duals[i, k] - better[k])
            duals[i, k] = better[k]
        worst = max(worst, moved)
        if moved > 0:
            for k in range(width):
                weights[last, k] += bias * steps[k]
            for j in range(indptr[i], indptr[i + 1]):
                row, value = np.uint64(indices[j]), values[j]
                for k in range(width):
                    weights[row, k] += value * steps[k]
    return worst


@compiled
def _settle(scores: Floats, before: Floats, stiffness: float, better: Floats, softmax: Floats) -> None:
    """Find the probabilities that are the softmax of the scores they themselves lead to.

    The softmax changes at most half as fast as the scores, so that steps this short come closer each time.
    """
    length = 1.0 / (1.0 + 0.5 * stiffness)
    better[:] = before
    for _ in range(_INNER_STEPS):
        highest = -np.inf
        for k in range(len(scores)):
            softmax[k] = scores[k] + stiffness * (before[k] - better[k])
            highest = max(highest, softmax[k])
        total = 0.0
        for k in range(len(scores)):
            softmax[k] = np.exp(softmax[k] - highest)
            total += softmax[k]
        change = 0.0
        for k in range(len(scores)):
            step = length * (softmax[k] / total - better[k])
            better[k] += step
            change = max(change, abs(step))
        if change < _INNER_TOLERANCE:
            break
