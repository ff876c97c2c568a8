"""For `chude.adapt` only: multinomial logistic regression with offsets (scores of another model).

Its targets are probabilities. Without samples, or with costs near 0, the scores are the offsets alone.
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
        Probability of each topic; rows sum to 1.
    offsets : ndarray of shape (n_samples, n_topics), float64
        Scores to which those of the fit are added.
    costs : ndarray of shape (n_samples,), float64
        C times the weight of each sample; a sample of cost 0 is left out.
    bias : float
        Value of the feature whose weight is the intercept; a small value keeps the intercept small.
    seed : int
        Seed of the order in which samples are visited.
    tolerance : float
        Stop after a round in which no probability changes by more.
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
