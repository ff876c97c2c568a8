"""Multinomial logistic regression that begins at somebody else's scores, and learns from labels that may be in doubt.

With no sample, or costs near 0, the answer is that of the offsets alone.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.kernels.solving import LogisticDual
from chude.training.solver import csr_parts

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


def solve_logistic(
    rows: sp.csr_matrix,
    targets: Floats,
    offsets: Floats,
    costs: Floats,
    bias: float,
    seed: int,
    tolerance: float,
    max_rounds: int,
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
    max_rounds : int

    Returns
    -------
    weights : ndarray of shape (n_terms, n_topics), float64
    intercept : ndarray of shape (n_topics,), float64
    """
    used = np.flatnonzero(costs > 0)
    targets, offsets, costs = (np.ascontiguousarray(array) for array in (targets, offsets, costs))
    dual = LogisticDual(*csr_parts(rows), rows.shape[1], targets, offsets, costs, bias)
    order = np.random.default_rng(seed)
    for _ in range(max_rounds):
        if dual.round(order.permutation(used)) <= tolerance:
            break
    weights = dual.weights().astype(np.float64)
    return weights[:-1], weights[-1]
