"""Decision values to probabilities."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chude.model.kernel import Calibrator, softmax_rows
from chude.model.readonly import read_only

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calibration:
    """A softmax whose temperature knows how much of a text there was to judge by.

    ``probabilities = softmax((slope + length * log(1 + n_terms)) * scores + offsets)``: temperature scaling (Guo and
    others 2017, "On Calibration of Modern Neural Networks") with a bias for each topic and the number of distinct
    known terms. The factor is never negative. A text without a known term gets `priors`.

    Parameters
    ----------
    slope, length : float
    offsets, priors : ndarray of shape (n_topics,), float64
        The priors sum to 1.
    """

    slope: float
    length: float
    offsets: Floats
    priors: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "offsets", read_only(self.offsets))
        object.__setattr__(self, "priors", read_only(self.priors))

    @cached_property
    def calibrator(self) -> Calibrator:
        """The numbers as the compiled loop reads them."""
        return Calibrator(float(self.slope), float(self.length), self.offsets, self.priors)

    def probabilities(self, scores: Floats, n_terms: npt.NDArray[np.int64]) -> Floats:
        """Return probabilities.

        Parameters
        ----------
        scores : ndarray of shape (n_texts, n_topics), float64
        n_terms : ndarray of shape (n_texts,), int64

        Returns
        -------
        ndarray of shape (n_texts, n_topics), float64
            Rows sum to 1.
        """
        probabilities = np.empty((len(scores), len(self.priors)))
        softmax_rows(scores, n_terms, self.calibrator, probabilities)
        return probabilities
