"""Linear weights with the calibration of their scores: arrays that are read-only, so that threads can share them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from chude.kernels.scoring import Calibrator, softmax

Array = TypeVar("Array", bound=np.ndarray)
Floats = npt.NDArray[np.float64]


def read_only(array: Array) -> Array:
    """Return the array if it is contiguous and read-only, otherwise a copy that is."""
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy()
        array.setflags(write=False)
    return array


def margins(scores: Floats) -> Floats:
    """Return the highest score of each row minus the second; 0 if there is only one topic."""
    if scores.shape[1] < 2:
        return np.zeros(len(scores))
    second, first = np.partition(scores, -2, axis=1)[:, -2:].T
    ahead: Floats = first - second
    return ahead


@dataclass(frozen=True, eq=False)
class Calibration:
    """A softmax whose temperature depends on the number of known terms and on the margin of the best topic.

    ``probabilities = trust * softmax(factor * scores + offsets) + (1 - trust) * priors`` with ``factor = trust * (slope
    + length * log(1 + n_terms)) / (1 + margin * ahead)`` and ``trust = n_terms / (n_terms + few)``: temperature scaling
    (Guo and others 2017, "On Calibration of Modern Neural Networks") with a bias for each topic, the number of distinct
    known terms, and the margin by which the highest score is above the second. Even a clear
    text may be filed under another topic by another newspaper: the larger the margin, the less it adds. The factor is
    never negative.

    One word says little, even a clear one: the fewer terms are known, the closer probabilities are to the priors, as if
    the text had `few` more terms that tell nothing (the interpolation of Jelinek and Mercer 1980, "Interpolated
    estimation of Markov source parameters from sparse data"). A text without a known term gets `priors`.

    Parameters
    ----------
    slope : float
    length : float
        Coefficient of the logarithm of the number of known terms.
    offsets, priors : ndarray of shape (n_topics,), float64
        The priors sum to 1.
    margin : float, default 0
        Coefficient of the margin. Not negative.
    few : float, default 0
        Number of known terms at which half of a probability comes from the priors. Not negative. It matters for texts
        of one to five known terms, and hardly for others.
    """

    slope: float
    length: float
    offsets: Floats
    priors: Floats
    margin: float = 0.0
    few: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "offsets", read_only(self.offsets))
        object.__setattr__(self, "priors", read_only(self.priors))

    @cached_property
    def calibrator(self) -> Calibrator:
        """The numbers as the kernel reads them."""
        slope, length, margin, few = map(float, (self.slope, self.length, self.margin, self.few))
        return Calibrator(slope, length, margin, few, self.offsets, self.priors)

    def trust(self, n_terms: npt.ArrayLike) -> Floats:
        """Return the share of probabilities that is not from the priors, of shape (n_texts,); 0 if no term is known."""
        known = np.asarray(n_terms, dtype=np.float64)
        return np.divide(known, known + self.few, out=np.zeros_like(known), where=known > 0)

    def factors(self, scores: Floats, n_terms: npt.ArrayLike) -> Floats:
        """Return the factors, of shape (n_texts,), of the scores of texts, of shape (n_texts, n_topics)."""
        factors: Floats = self.trust(n_terms) * np.maximum(self.slope + self.length * np.log1p(n_terms), 0.0)
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


@dataclass(frozen=True, eq=False)
class Head:
    """The weight of each term of a vocabulary for each topic, and the calibration of the scores they give.

    Parameters
    ----------
    scale : ndarray of shape (n_terms,), float32
    weights : ndarray of shape (n_terms, n_topics), int8
        The weight of a term for a topic is ``scale[term] * weights[term, topic]``.
    intercept : ndarray of shape (n_topics,), float64
    calibration : Calibration
    """

    scale: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    intercept: npt.NDArray[np.float64]
    calibration: Calibration

    @classmethod
    def of(
        cls, weights: npt.NDArray[np.floating], intercept: npt.NDArray[np.floating], calibration: Calibration
    ) -> Self:
        """Build a head from weights of shape (n_terms, n_topics), which are rounded to 8 bits."""
        scale = (np.abs(weights).max(axis=1, initial=0.0) / 127).astype(np.float32)
        rounded = np.rint(weights / np.where(scale > 0, scale, 1)[:, None]).clip(-127, 127).astype(np.int8)
        return cls(scale, rounded, intercept.astype(np.float64), calibration)

    def __post_init__(self) -> None:
        for name in ("scale", "weights", "intercept"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def weights_of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the weights of some terms, of shape (n_rows, n_topics), float64."""
        weights: npt.NDArray[np.float64] = self.scale[rows].astype(np.float64)[:, None] * self.weights[rows]
        return weights
