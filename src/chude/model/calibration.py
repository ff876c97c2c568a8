"""Decision values to probabilities."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chude.kernels.scoring import Calibrator, softmax
from chude.model.readonly import read_only

Floats = npt.NDArray[np.float64]


def margins(scores: Floats) -> Floats:
    """Return how far the highest of each row's scores is above the second; 0 where there is but one."""
    if scores.shape[1] < 2:
        return np.zeros(len(scores))
    second, first = np.partition(scores, -2, axis=1)[:, -2:].T
    ahead: Floats = first - second
    return ahead


@dataclass(frozen=True, eq=False)
class Calibration:
    """A softmax whose temperature depends on how much of a text is known and on how far its best topic is ahead.

    ``probabilities = softmax(factor * scores + offsets)`` with ``factor = (slope + length * log(1 + n_terms)) / (1 +
    margin * ahead)``: temperature scaling (Guo and others 2017, "On Calibration of Modern Neural Networks") with a bias
    for each topic, the number of distinct known terms, and the margin by which the highest score is above the second.
    However clear a text is, another newspaper may file it elsewhere, so that being further ahead makes less and less of
    a difference. The factor is never negative. A text without a known term gets `priors`.

    Parameters
    ----------
    slope : float
    length : float
        Coefficient of the logarithm of the number of known terms.
    offsets, priors : ndarray of shape (n_topics,), float64
        The priors sum to 1.
    margin : float, default 0
        Coefficient of the margin. Not negative.
    """

    slope: float
    length: float
    offsets: Floats
    priors: Floats
    margin: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "offsets", read_only(self.offsets))
        object.__setattr__(self, "priors", read_only(self.priors))

    @cached_property
    def calibrator(self) -> Calibrator:
        """The numbers as the kernel reads them."""
        return Calibrator(float(self.slope), float(self.length), float(self.margin), self.offsets, self.priors)

    def factors(self, scores: Floats, n_terms: npt.ArrayLike) -> Floats:
        """Return what the scores of texts, of shape (n_texts, n_topics), are multiplied by, of shape (n_texts,)."""
        factors: Floats = np.maximum(self.slope + self.length * np.log1p(n_terms), 0.0)
        return factors / (1.0 + self.margin * margins(scores))

    def probabilities(self, scores: Floats, n_terms: npt.NDArray[np.integer]) -> Floats:
        """Return probabilities.

        Parameters
        ----------
        scores : ndarray of shape (n_texts, n_topics), float64
        n_terms : ndarray of shape (n_texts,), integers

        Returns
        -------
        ndarray of shape (n_texts, n_topics), float64
            Rows sum to 1.
        """
        return softmax(scores, n_terms.astype(np.int64), self.calibrator)
