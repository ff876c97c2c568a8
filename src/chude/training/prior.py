"""A general model as what a fit on a few texts begins at, and the way back into one table of weights.

What the general model says of a text is linear in the text's terms, but for a temperature that depends on how many of
them are known, and on how far ahead a topic is. Held fixed, it leaves logits ``L = x V + u``, centred over the topics.
A fit on texts of one's own adds to them: ``logits = L A + x W + b``, where ``A = trust * match + mixing * M`` carries
the general topics over to those of the texts. All of it is linear in ``x``, and folds into the weights ``V A + W``.
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
"""Intercepts stay small: those of a hundred texts say more of the draw than of the newspaper (docs/experiments.md)."""

_TOLERANCE, _MOST_ROUNDS = 1e-2, 40


class Strength(NamedTuple):
    """How far a fit may go from the general model.

    `trust`: the share of the general logits that topics of the same label begin at; `mixing`: what the general logits
    are multiplied by as features beside the terms; `C`: inverse of the regularization, 0 for no fit at all.
    """

    trust: float
    mixing: float
    C: float


GENERAL_ALONE = Strength(1.0, 0.0, 0.0)


class Prior(NamedTuple):
    """The logits of a general model at one temperature, for texts of one kind.

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
        """Return what the general model says of rows, of shape (n_samples, n_general)."""
        said: Floats = rows @ self.weights + self.intercept
        return said


class Own(NamedTuple):
    """What texts of one's own add to a prior.

    `weights` (n_terms, n_topics), `carried` (n_general, n_topics), which general logits are multiplied by, and
    `intercept` (n_topics,), all float64.
    """

    weights: Floats
    carried: Floats
    intercept: Floats

    def logits(self, rows: sp.csr_matrix, said: Floats) -> Floats:
        """Return the logits of rows of which the prior says `said`, of shape (n_samples, n_topics)."""
        found: Floats = said @ self.carried + rows @ self.weights + self.intercept
        return found

    def folded(self, weights: Floats, intercept: Floats) -> tuple[Floats, Floats]:
        """Return weights and intercept that give these logits by themselves, from those of the prior."""
        return weights @ self.carried + self.weights, intercept @ self.carried + self.intercept


def fit_own(
    rows: sp.csr_matrix, said: Floats, topics: Indices, match: Floats, strength: Strength, weights: Floats, seed: int
) -> Own:
    """Fit what texts add to a prior.

    Parameters
    ----------
    rows : csr_matrix of shape (n_samples, n_terms)
    said : ndarray of shape (n_samples, n_general), float64
        What the prior says of them.
    topics : ndarray of shape (n_samples,), int64
    match : ndarray of shape (n_general, n_topics), float64
        1 where a general topic and one of the texts are the same.
    strength : Strength
    weights : ndarray of shape (n_samples,), float64
    seed : int

    Returns
    -------
    Own
    """
    n_terms, n_topics = rows.shape[1], match.shape[1]
    if strength.C == 0:
        return Own(np.zeros((n_terms, n_topics)), strength.trust * match, np.zeros(n_topics))
    features = sp.hstack([rows, sp.csr_matrix(strength.mixing * said)], format="csr")
    offsets = strength.trust * (said @ match)
    costs = strength.C * weights
    targets = np.eye(n_topics)[topics]
    found, intercept = solve_logistic(features, targets, offsets, costs, _BIAS, seed, _TOLERANCE, _MOST_ROUNDS)
    return Own(found[:n_terms], strength.trust * match + strength.mixing * found[n_terms:], intercept)
