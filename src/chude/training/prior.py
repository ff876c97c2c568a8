"""A general model as the prior of a fit on a few texts, and prior and fit folded into one table of weights.

The logits of the general model are linear in the terms of a text, except for a temperature that depends on the number
of known terms and on the margin. With a fixed temperature they are ``L = x V + u``, centred over the topics. A fit on a
user's texts adds to them: ``logits = L A + x W + b``, where ``A = trust * match + mixing * M`` maps the general topics
to those of the texts. All of it is linear in ``x``, and folds into the weights ``V A + W``.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.model import Calibration, Head
from chude.training.logistic import solve_logistic

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_BIAS = 0.1
"""It keeps intercepts small: with a hundred texts they depend on the sample more than on the newspaper
(``docs/experiments.md``)."""

_TOLERANCE, _MOST_ROUNDS = 1e-2, 40


class Strength(NamedTuple):
    """How far a fit may go from the general model.

    `trust`: share of the general logits that topics of the same label begin at; `mixing`: factor of the general logits
    as features beside the terms; `C`: inverse of the regularization, 0 for no fit at all.
    """

    trust: float
    mixing: float
    C: float


GENERAL_ALONE = Strength(1.0, 0.0, 0.0)


class Prior(NamedTuple):
    """The logits of a general model at one temperature, for texts of one length (whole or short).

    `weights` (n_terms, n_general) and `intercept` (n_general,) float64: centred over the topics; `calibration`: that of
    the general model; `factor`: what it multiplies scores by, the median over the texts.
    """

    weights: Floats
    intercept: Floats
    calibration: Calibration
    factor: float

    @classmethod
    def of(cls, head: Head, rows: sp.csr_matrix) -> "Prior":
        """Return the prior of a head for texts with these rows."""
        weights, calibration = head.weights_of(np.arange(len(head.scale))), head.calibration
        n_terms = np.diff(rows.indptr)
        factor = float(np.median(calibration.factors(rows @ weights + head.intercept, n_terms)))
        weights *= factor
        intercept = factor * head.intercept + calibration.offsets
        return cls(weights - weights.mean(axis=1, keepdims=True), intercept - intercept.mean(), calibration, factor)

    def logits(self, rows: sp.csr_matrix) -> Floats:
        """Return the logits of the general model for rows, of shape (n_samples, n_general)."""
        logits: Floats = rows @ self.weights + self.intercept
        return logits


class Update(NamedTuple):
    """What a user's texts add to a prior.

    `weights` (n_terms, n_topics), `mapping` (n_general, n_topics), which general logits are multiplied by, and
    `intercept` (n_topics,), all float64.
    """

    weights: Floats
    mapping: Floats
    intercept: Floats

    def logits(self, rows: sp.csr_matrix, prior_logits: Floats) -> Floats:
        """Return the logits of rows, given those of the prior, of shape (n_samples, n_topics)."""
        found: Floats = prior_logits @ self.mapping + rows @ self.weights + self.intercept
        return found

    def folded(self, weights: Floats, intercept: Floats) -> tuple[Floats, Floats]:
        """Return weights and intercept that give these logits alone, given those of the prior."""
        return weights @ self.mapping + self.weights, intercept @ self.mapping + self.intercept


def fit_update(
    rows: sp.csr_matrix,
    prior_logits: Floats,
    topics: Indices,
    match: Floats,
    strength: Strength,
    weights: Floats,
    seed: int,
) -> Update:
    """Fit what texts add to a prior.

    Parameters
    ----------
    rows : csr_matrix of shape (n_samples, n_terms)
    prior_logits : ndarray of shape (n_samples, n_general), float64
    topics : ndarray of shape (n_samples,), int64
    match : ndarray of shape (n_general, n_topics), float64
        1 where a general topic is the same as one of the texts.
    strength : Strength
    weights : ndarray of shape (n_samples,), float64
    seed : int

    Returns
    -------
    Update
    """
    n_terms, n_topics = rows.shape[1], match.shape[1]
    if strength.C == 0:
        return Update(np.zeros((n_terms, n_topics)), strength.trust * match, np.zeros(n_topics))
    features = sp.hstack([rows, sp.csr_matrix(strength.mixing * prior_logits)], format="csr")
    offsets = strength.trust * (prior_logits @ match)
    costs = strength.C * weights
    targets = np.eye(n_topics)[topics]
    found, intercept = solve_logistic(features, targets, offsets, costs, _BIAS, seed, _TOLERANCE, _MOST_ROUNDS)
    return Update(found[:n_terms], strength.trust * match + strength.mixing * found[n_terms:], intercept)
