"""Decision values to probabilities."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
        factor = np.maximum(self.slope + self.length * np.log1p(n_terms), 0.0)
        logits = factor[:, None] * scores
        logits += self.offsets
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        logits[n_terms == 0] = self.priors
        return logits
