"""Rounds of dual coordinate descent: linear SVMs, and multinomial logistic regression.

Both hold a problem over the rows of a CSR matrix of shape (n_samples, n_terms), given by `indptr` int64, `indices`
int32 and `values` float32; ValueError where they make no such matrix, or other arrays do not fit it. A round visits
samples in turn and improves the dual variables of each; the weights follow.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Terms = npt.NDArray[np.int32]

_INNER_STEPS, _INNER_TOLERANCE = 50, 1e-6


class _Rows:
    """The rows, with a term more that all of them hold: what the intercept is the weight of."""

    def __init__(self, indptr: Indices, indices: Terms, values: Singles, n_terms: int, bias: float) -> None:
        if (
            not len(indptr)
            or indptr[0] != 0
            or (np.diff(indptr) < 0).any()
            or not indptr[-1] == len(indices) == len(values)
            or (len(indices) and not 0 <= indices.min() <= indices.max() < n_terms)
        ):
            raise ValueError("the rows are not a CSR matrix")
        self.n_terms, self.bias = n_terms, bias
        self.terms = [np.append(part, n_terms) for part in np.split(indices, indptr[1:-1])]
        self.values = [np.append(part, bias).astype(np.float64) for part in np.split(values, indptr[1:-1])]

    def __len__(self) -> int:
        return len(self.terms)

    def check(self, order: Indices) -> None:
        """Refuse samples that are not there."""
        if len(order) and not 0 <= order.min() <= order.max() < len(self):
            raise ValueError("there is no such sample")


class SvmDual:
    """Linear SVMs with squared hinge, one for each topic against all others.

    Minimized is ``|w|² / 2 + b² / 2 + sum of costs[i] * max(0, 1 - y[i] * (rows[i] @ w + b))²``, with y 1 for samples
    of the topic and -1 for others, by LIBLINEAR's method (Hsieh and others 2008, "A Dual Coordinate Descent Method for
    Large-scale Linear SVM", algorithm 1).

    Parameters
    ----------
    indptr, indices, values : ndarray
    n_terms : int
    topics : ndarray of shape (n_samples,), int64
        From 0 to ``n_topics - 1``.
    costs : ndarray of shape (n_samples,), float64
        Above 0.
    n_topics : int
    duals : ndarray of shape (n_samples, n_topics), float32, optional
        Where to begin, from 0; by default at 0.
    """

    def __init__(
        self,
        indptr: Indices,
        indices: Terms,
        values: Singles,
        n_terms: int,
        topics: Indices,
        costs: Floats,
        n_topics: int,
        duals: Singles | None = None,
    ) -> None:
        self._rows = rows = _Rows(indptr, indices, values, n_terms, 1.0)
        self._duals = np.zeros((len(rows), n_topics)) if duals is None else duals.astype(np.float64)
        if not len(topics) == len(costs) == len(rows) or self._duals.shape != (len(rows), n_topics):
            raise ValueError("topics, costs and duals are one for each row")
        if ((topics < 0) | (topics >= n_topics)).any() or not (costs > 0).all() or not (self._duals >= 0).all():
            raise ValueError(f"topics lie from 0 to {n_topics - 1}, costs above 0, duals from 0")
        self._signs = np.where(topics[:, None] == np.arange(n_topics), 1.0, -1.0)
        self._diagonal = 0.5 / costs
        self._squares = np.array([row_values @ row_values for row_values in rows.values])
        self._weights = np.zeros((n_terms + 1, n_topics))
        for i in range(len(rows)):
            np.add.at(self._weights, rows.terms[i], np.outer(rows.values[i], self._signs[i] * self._duals[i]))

    def round(self, order: Indices) -> Singles:
        """Visit samples; return the largest projected gradient of each before it was improved, float32."""
        rows = self._rows
        rows.check(order)
        violations = np.zeros(len(order), dtype=np.float32)
        for place, i in enumerate(order.tolist()):
            before = self._duals[i].copy()
            gradient = self._signs[i] * (rows.values[i] @ self._weights[rows.terms[i]]) - 1
            gradient += self._diagonal[i] * before
            projected = np.where(before > 0, gradient, np.minimum(gradient, 0))
            violations[place] = np.abs(projected).max(initial=0)
            self._duals[i] = np.maximum(before - gradient / (self._squares[i] + self._diagonal[i]), 0)
            step = self._signs[i] * (self._duals[i] - before)
            np.add.at(self._weights, rows.terms[i], np.outer(rows.values[i], step))
        return violations

    def weights(self) -> Singles:
        """Return the weights of terms, and last the intercepts, of shape (n_terms + 1, n_topics), float32."""
        return self._weights.astype(np.float32)

    def duals(self) -> Singles:
        """Return the dual variables, of shape (n_samples, n_topics), float32."""
        return self._duals.astype(np.float32)


class LogisticDual:
    """Multinomial logistic regression that begins at given scores.

    Minimized is ``|W|² / 2 + |v|² / 2 + sum of costs[i] * cross-entropy of targets[i] and softmax(offsets[i] + rows[i]
    @ W + bias * v)``, by dual block coordinate ascent (Yu, Huang, Lin 2011, "Dual coordinate descent methods for
    logistic regression and maximum entropy models", section 5): the dual variables of a sample are its probabilities,
    all improved at once.

    Parameters
    ----------
    indptr, indices, values : ndarray
    n_terms : int
    targets, offsets : ndarray of shape (n_samples, n_topics), float64
        Targets lie from 0 and sum to 1.
    costs : ndarray of shape (n_samples,), float64
    bias : float
        Value of the feature that the intercept is the weight of.
    """

    def __init__(
        self,
        indptr: Indices,
        indices: Terms,
        values: Singles,
        n_terms: int,
        targets: Floats,
        offsets: Floats,
        costs: Floats,
        bias: float,
    ) -> None:
        self._rows = rows = _Rows(indptr, indices, values, n_terms, bias)
        if targets.shape != offsets.shape or not len(targets) == len(costs) == len(rows):
            raise ValueError("targets, offsets and costs are one for each row")
        self._probabilities, self._offsets, self._costs = targets.copy(), offsets, costs
        self._stiffness = costs * np.array([row_values @ row_values for row_values in rows.values])
        self._weights = np.zeros((n_terms + 1, targets.shape[1]))

    def round(self, order: Indices) -> float:
        """Visit samples; return the largest change of a probability."""
        rows = self._rows
        rows.check(order)
        largest = 0.0
        for i in order.tolist():
            before = self._probabilities[i].copy()
            scores = self._offsets[i] + rows.values[i] @ self._weights[rows.terms[i]]
            self._probabilities[i] = _settled(scores, before, self._stiffness[i])
            change = before - self._probabilities[i]
            largest = max(largest, float(np.abs(change).max(initial=0)))
            np.add.at(self._weights, rows.terms[i], np.outer(rows.values[i], self._costs[i] * change))
        return largest

    def weights(self) -> Singles:
        """Return the weights of terms, and last the intercepts, of shape (n_terms + 1, n_topics), float32."""
        weights = self._weights.astype(np.float32)
        weights[-1] *= np.float32(self._rows.bias)
        return weights


def _settled(scores: Floats, before: Floats, stiffness: float) -> Floats:
    """Find the probabilities that are the softmax of the scores they themselves lead to.

    The softmax changes at most half as fast as the scores, so that steps this short come closer each time.
    """
    length = 1.0 / (1.0 + 0.5 * stiffness)
    found = before.copy()
    for _ in range(_INNER_STEPS):
        logits = scores + stiffness * (before - found)
        softmax = np.exp(logits - logits.max())
        step = length * (softmax / softmax.sum() - found)
        found += step
        if np.abs(step).max() < _INNER_TOLERANCE:
            break
    return found
