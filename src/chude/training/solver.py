"""One linear SVM a topic, all fitted in one pass over the rows.

The problem is that of scikit-learn's `LinearSVC` with its defaults (L2 penalty, squared hinge, the intercept a feature
of value 1), the method that of LIBLINEAR. LIBLINEAR reads all rows anew for each topic; here a row is read once for all
of them, which is an order of magnitude faster.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.kernels.solving import SvmDual

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


def solve(
    rows: sp.csr_matrix, topics: Indices, n_topics: int, costs: Floats, seed: int, tolerance: float, max_rounds: int
) -> tuple[Floats, Floats]:
    """Fit weights and intercepts.

    Parameters
    ----------
    rows : csr_matrix of shape (n_samples, n_terms)
    topics : ndarray of shape (n_samples,), int64
    n_topics : int
        A topic without a sample is told from all others as any is.
    costs : ndarray of shape (n_samples,), float64
        C times the weight of each sample; one of cost 0 is not looked at.
    seed : int
        Of the order in which samples are visited.
    tolerance : float
        Stop when no projected gradient of a whole round is larger.
    max_rounds : int

    Returns
    -------
    weights : ndarray of shape (n_terms, n_topics), float64
    intercept : ndarray of shape (n_topics,), float64
    """
    used = np.flatnonzero(costs > 0)
    indptr, indices, values = csr_parts(rows)
    dual = SvmDual(indptr, indices, values, rows.shape[1], topics, np.where(costs > 0, costs, 1.0), n_topics)
    order = np.random.default_rng(seed)
    for _ in range(max_rounds):
        if dual.round(order.permutation(used)).max(initial=0) <= tolerance:
            break
    weights = dual.weights().astype(np.float64)
    return weights[:-1], weights[-1]


def csr_parts(rows: sp.csr_matrix) -> tuple[Indices, npt.NDArray[np.int32], Singles]:
    """Return `indptr`, `indices` and values of rows in the types that kernels read; copies only what has another."""
    return (
        rows.indptr.astype(np.int64, copy=False),
        rows.indices.astype(np.int32, copy=False),
        rows.data.astype(np.float32, copy=False),
    )
