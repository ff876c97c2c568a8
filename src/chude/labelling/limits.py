"""What a text has to reach so that its best topic is its label."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from chude.labelling.rules import EMPTY, NOT_COVERED, UNCERTAIN, Rules

DIGITS = 6
"""Decimals of every number in the output, in every format. Limits are compared with the rounded numbers."""


class LimitedModel(Protocol):
    """What the limits need of a model."""

    @property
    def min_probability(self) -> float: ...  # noqa: D102
    @property
    def min_coverage(self) -> float: ...  # noqa: D102


class Limits(NamedTuple):
    """What a text has to reach so that it is not ``unknown``; `min_probability` and `min_coverage`, each 0 to 1."""

    min_probability: float
    min_coverage: float

    @classmethod
    def of(cls, model: LimitedModel, rules: Rules | None = None) -> "Limits":
        """Return the limits of a model, with those of the rules in their place where they set any."""
        rules = rules or Rules()
        return cls(
            model.min_probability if rules.min_probability is None else rules.min_probability,
            model.min_coverage if rules.min_coverage is None else rules.min_coverage,
        )

    def reasons(
        self,
        texts: Sequence[str],
        probability: npt.NDArray[np.float64],
        coverage: npt.NDArray[np.float64],
        n_tokens: npt.NDArray[np.int64],
    ) -> list[str | None]:
        """Say why texts are ``unknown``.

        Parameters
        ----------
        texts : sequence of str
        probability : ndarray of shape (n_texts,), float64
            Of the best topic, as `rounded` gives it.
        coverage : ndarray of shape (n_texts,), float64
            As `rounded` gives it. A text of which nothing is known is not covered, whatever the limit.
        n_tokens : ndarray of shape (n_texts,), int64

        Returns
        -------
        list of str or None
            None where the best topic is the label.
        """
        reasons: list[str | None] = [None] * len(texts)
        uncovered = (coverage < self.min_coverage) | (coverage == 0)
        for k in np.flatnonzero(uncovered | (probability < self.min_probability)).tolist():
            if n_tokens[k] == 0 and not texts[k].strip():
                reasons[k] = EMPTY
            else:
                reasons[k] = NOT_COVERED if uncovered[k] else UNCERTAIN
        return reasons


def rounded(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return numbers as the output writes them."""
    return np.round(values, DIGITS)
