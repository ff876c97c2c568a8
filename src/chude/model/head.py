"""Linear weights with the calibration of their scores."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from chude.model.calibration import Calibration
from chude.model.readonly import read_only


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
