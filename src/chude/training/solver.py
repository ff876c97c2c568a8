"""One linear SVM for each topic, all fitted in one pass over the rows.

The problem is that of scikit-learn's `LinearSVC` with its defaults (L2 penalty, squared hinge, the intercept a feature
of value 1), the method that of LIBLINEAR. LIBLINEAR reads all rows again for each topic; here a row is read once for
all topics, which is an order of magnitude faster.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.kernels.solving import SvmDual

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_FULL_ROUNDS = 3
_SHRINK, _FEW = 0.2, 0.02
"""After the first rounds a sample is set aside once its gradient is under this share of the tolerance; when no more
than this share of the samples is left, all are used again (Hsieh and others 2008, section 3.2, "shrinking")."""


class Solution(NamedTuple):
    """Weights of shape (n_terms, n_topics), intercept (n_topics,), dual variables (n_samples, n_topics), float32."""

    weights: Singles
    intercept: Singles
    duals: Singles


def solve(
    rows: sp.csr_matrix,
    topics: Indices,
    n_topics: int,
    costs: Floats,
    seed: int,
    tolerance: float,
    max_rounds: int,
    start: Singles | None = None,
) -> Solution:
    """Fit weights and intercepts.

    Parameters
    ----------
    rows : csr_matrix of shape (n_samples, n_terms)
    topics : ndarray of shape (n_samples,), int64
    n_topics : int
        A topic without a sample has an SVM too.
    costs : ndarray of shape (n_samples,), float64
        C times the weight of each sample; a sample of cost 0 is left out.
    seed : int
        Seed of the order in which samples are visited.
    tolerance : float
        Stop after a round in which no projected gradient is larger.
    max_rounds : int
    start : ndarray of shape (n_samples, n_topics), float32, optional
        Dual variables to start at, from a similar problem: the fit then takes fewer rounds.

    Returns
    -------
    Solution
    """
    used = np.flatnonzero(costs > 0)
    indptr, indices, values = csr_parts(rows)
    dual = SvmDual(indptr, indices, values, rows.shape[1], topics, np.where(costs > 0, costs, 1.0), n_topics, start)
    random = np.random.default_rng(seed)
    left = used
    for number in range(1, max_rounds + 1):
        order = random.permutation(left)
        violations = dual.round(order)
        if len(left) == len(used) and violations.max(initial=0) <= tolerance:
            break
        if number >= _FULL_ROUNDS:
            left = np.sort(order[violations > _SHRINK * tolerance])
            if len(left) <= _FEW * len(used):
                left = used
    weights = dual.weights()
    return Solution(weights[:-1], weights[-1], dual.duals())


def csr_parts(rows: sp.csr_matrix) -> tuple[Indices, npt.NDArray[np.int32], Singles]:
    """Return `indptr`, `indices` and values of rows in the types of the kernels; arrays of other types are copied."""
    return (
        rows.indptr.astype(np.int64, copy=False),
        rows.indices.astype(np.int32, copy=False),
        rows.data.astype(np.float32, copy=False),
    )
