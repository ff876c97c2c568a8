"""The learning curve of a user's texts: with a general model, and without."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.training.adapting import Fitting, Splits
from chude.training.features import Settings, Texts
from chude.training.fitting import Progress
from chude.training.held_out import calibrated, cross_score
from chude.training.linear import Costs
from chude.training.prior import Strength

Floats = npt.NDArray[np.float64]

SHARES = (0.1, 0.2, 0.4, 0.7)
"""Shares of the texts at which the curve has a point, besides all of them."""

_FEWEST, _FEW = 10, 100


class CurvePoint(NamedTuple):
    """Cross-validated accuracy with so many texts: of them alone, and of them and the general model together."""

    texts: int
    own: float
    both: float


def learning_curve(
    fitting: Fitting, strength: Strength, own: float, both: float, progress: Progress
) -> list[CurvePoint]:
    """Score fits on growing shares of each fold; `own` and `both` are the accuracies with all texts."""
    rng = np.random.default_rng(fitting.seed)
    orders = [rng.permutation(inside) for inside, _ in fitting.splits]
    points = []
    for share in SHARES:
        sizes = [round(share * len(order)) for order in orders]
        if min(sizes) < _FEWEST:
            continue
        percent = 100 * share
        progress(f"learning curve, {percent:.0f} %")
        splits = [
            (np.sort(order[:size]), outside)
            for order, size, (_, outside) in zip(orders, sizes, fitting.splits, strict=True)
        ]
        answers = (texts_alone(fitting, splits), fitting.whole(fitting.held_out(strength, splits)))
        points.append(CurvePoint(round(float(np.mean(sizes))), *(_accuracy(fitting.texts, each) for each in answers)))
    size = round(float(np.mean([len(inside) for inside, _ in fitting.splits])))
    return [*points, CurvePoint(size, own, both)]


def texts_alone(fitting: Fitting, splits: Splits) -> Floats:
    """Return probabilities by fits on the other folds, without a general model; NaN for texts never held out."""
    texts = fitting.texts
    settings = Settings(min_df=usual_min_df(len(splits[0][0])))
    (found,) = cross_score(texts, splits, settings, (Costs(1.0),), fitting.seed, lambda _: None, fitting.threads)
    owners = found.samples.owners
    priors = np.bincount(texts.topics, texts.weights, texts.n_topics) / texts.weights.sum()
    calibration = calibrated(found, texts, priors)
    probabilities = np.full((len(texts.texts), texts.n_topics), np.nan)
    probabilities[owners] = calibration.probabilities(found.scores, found.n_terms)
    return probabilities


def usual_min_df(n_texts: int) -> int:
    """Return the `min_df` of an ordinary fit on this number of texts."""
    return 2 if n_texts > _FEW else 1


def _accuracy(texts: Texts, found: Floats) -> float:
    held = ~np.isnan(found[:, 0])
    return float((found[held].argmax(axis=1) == texts.topics[held]).mean())
