"""Scores and probabilities of texts, and the arrays that the kernel writes them to."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


class Prediction(NamedTuple):
    """What a model says of texts.

    Attributes
    ----------
    scores : ndarray of shape (n_texts, n_topics), float64
        Decision values.
    probabilities : ndarray of shape (n_texts, n_topics), float64
        Rows sum to 1.
    coverage : ndarray of shape (n_texts,), float64
        Share of the tokens that are in the vocabulary, 0 to 1.
    n_tokens : ndarray of shape (n_texts,), int64

    Examples
    --------
    >>> import chude
    >>> model = chude.load()
    >>> found = model.score_texts(["Giá vàng tăng mạnh", "Đội tuyển thắng trận"])
    >>> found.scores.shape, found.probabilities.shape
    ((2, 13), (2, 13))
    >>> found.n_tokens.tolist()
    [4, 4]
    """

    scores: Floats
    probabilities: Floats
    coverage: Floats
    n_tokens: Counts


class Rows:
    """The arrays that the kernel writes: one row for each text (`chude.kernels.scoring.Scorer.score`)."""

    __slots__ = ("counts", "n_topics", "values")

    def __init__(self, n_texts: int, n_topics: int) -> None:
        self.n_topics = n_topics
        self.values: Floats = np.empty((n_texts, 2 * n_topics + 1))
        self.counts: Counts = np.empty((n_texts, 3), dtype=np.int64)

    def part(self, start: int, stop: int) -> "Rows":
        """Return the rows from `start` to `stop`; what is written to them is written here."""
        rows = Rows(0, self.n_topics)
        rows.values, rows.counts = self.values[start:stop], self.counts[start:stop]
        return rows

    @property
    def prediction(self) -> Prediction:
        """The rows as a `Prediction`."""
        n = self.n_topics
        return Prediction(self.values[:, :n], self.values[:, n : 2 * n], self.values[:, 2 * n], self.counts[:, 0])
