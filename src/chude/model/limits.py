"""The limits that a text has to reach so that its best topic is its label."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from chude.topics import EMPTY, NOT_COVERED, NOT_NEWS, UNCERTAIN

DIGITS = 6
"""Decimals of every number in the output, in every format. Limits are compared with the rounded numbers."""


class LimitedModel(Protocol):
    """What the limits need of a model."""

    @property
    def min_probability(self) -> float: ...  # noqa: D102
    @property
    def min_coverage(self) -> float: ...  # noqa: D102


class Limits(NamedTuple):
    """Limits below which a text is ``unknown``: `min_probability`, `min_coverage`, `only_news`, 0 to 1.

    `only_news` is None where a text need not be news.
    """

    min_probability: float
    min_coverage: float
    only_news: float | None = None

    @classmethod
    def of(
        cls,
        model: LimitedModel,
        min_probability: float | None = None,
        min_coverage: float | None = None,
        only_news: float | None = None,
    ) -> "Limits":
        """Return the limits of a model, or in their place those that are given."""
        return cls(
            model.min_probability if min_probability is None else min_probability,
            model.min_coverage if min_coverage is None else min_coverage,
            only_news,
        )

    def reasons(
        self,
        texts: Sequence[str],
        probability: npt.NDArray[np.float64],
        coverage: npt.NDArray[np.float64],
        n_tokens: npt.NDArray[np.int64],
        news: npt.NDArray[np.float64] | None = None,
    ) -> list[str | None]:
        """Say why texts are ``unknown``.

        Parameters
        ----------
        texts : sequence of str
        probability : ndarray of shape (n_texts,), float64
            Of the best topic, as `rounded` gives it.
        coverage : ndarray of shape (n_texts,), float64
            As `rounded` gives it. A text of coverage 0 is not covered, with any limit.
        n_tokens : ndarray of shape (n_texts,), int64
        news : ndarray of shape (n_texts,), float64, optional
            Probability that a text is news, as `rounded` gives it; needed if `only_news` is set.

        Returns
        -------
        list of str or None
            None where the best topic is the label.
        """
        reasons: list[str | None] = [None] * len(texts)
        uncovered = (coverage < self.min_coverage) | (coverage == 0)
        other = np.zeros(len(texts), dtype=np.bool_)
        if news is not None and self.only_news is not None:
            other = news < self.only_news
        for k in np.flatnonzero(uncovered | other | (probability < self.min_probability)).tolist():
            if n_tokens[k] == 0 and not texts[k].strip():
                reasons[k] = EMPTY
            elif uncovered[k]:
                reasons[k] = NOT_COVERED
            else:
                reasons[k] = NOT_NEWS if other[k] else UNCERTAIN
        return reasons


def rounded(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return numbers as the output writes them."""
    return np.round(values, DIGITS)
