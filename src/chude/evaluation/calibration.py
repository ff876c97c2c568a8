"""Calibration of probabilities, and accuracy when the least confident texts are not answered."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

N_BINS = 15


class Bin(NamedTuple):
    """Texts whose confidence is in (`low`, `high`]: their number, mean confidence, and the share that is right."""

    low: float
    high: float
    texts: int
    confidence: float
    accuracy: float


def reliability(confidence: Floats, right: npt.NDArray[np.bool_], n_bins: int = N_BINS) -> list[Bin]:
    """Sort texts into bins of equal width by confidence.

    Parameters
    ----------
    confidence : ndarray of shape (n_texts,), float64
        Probability of the best topic, 0 to 1.
    right : ndarray of shape (n_texts,), bool
        Whether that topic is the true one.
    n_bins : int

    Returns
    -------
    list of Bin
        Those that contain a text, the lowest first.
    """
    edges = np.linspace(0, 1, n_bins + 1)
    numbers = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, n_bins - 1)
    texts = np.bincount(numbers, minlength=n_bins)
    confidences = np.bincount(numbers, confidence, n_bins)
    rights = np.bincount(numbers, right, n_bins)
    return [
        Bin(
            float(edges[i]),
            float(edges[i + 1]),
            int(texts[i]),
            float(confidences[i] / texts[i]),
            float(rights[i] / texts[i]),
        )
        for i in np.flatnonzero(texts).tolist()
    ]


def expected_calibration_error(confidence: Floats, right: npt.NDArray[np.bool_], n_bins: int = N_BINS) -> float:
    """Return the mean difference of confidence and accuracy over bins of equal width, weighted by their texts.

    Naeini, Cooper, Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; with the
    confidence of the best class as in Guo and others 2017, "On Calibration of Modern Neural Networks".

    Returns
    -------
    float
        0 to 1; NaN without a text.
    """
    if not len(confidence):
        return float("nan")
    bins = reliability(confidence, right, n_bins)
    return sum(b.texts * abs(b.accuracy - b.confidence) for b in bins) / len(confidence)


class RiskCoverage(NamedTuple):
    """Accuracy when only the most confident texts are answered.

    `threshold`, `coverage`, `accuracy`: ndarrays of one length, float64: of the texts, the share `coverage` has at
    least the confidence `threshold`, and of these the share `accuracy` is right. Coverage ascends.
    """

    threshold: Floats
    coverage: Floats
    accuracy: Floats


def risk_coverage(confidence: Floats, right: npt.NDArray[np.bool_]) -> RiskCoverage:
    """Return the risk-coverage curve, one point for each distinct confidence.

    El-Yaniv, Wiener 2010, "On the Foundations of Noise-free Selective Classification"; the risk is 1 - accuracy.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    ends = np.flatnonzero(np.diff(sorted_confidence, append=-1.0))
    answered = ends + 1.0
    accuracy = np.cumsum(right[order])[ends] / answered
    return RiskCoverage(sorted_confidence[ends], answered / max(len(confidence), 1), accuracy)
