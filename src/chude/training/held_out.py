"""What fits are worth on texts they have not seen, and the calibration that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chude.model import Calibration
from chude.training.calibrating import fit_calibration, uncalibrated
from chude.training.features import (
    Candidates,
    Samples,
    Settings,
    Texts,
    coverage,
    held_out_samples,
    learn_vocabulary,
    tfidf_rows,
)
from chude.training.fitting import Progress, fit_tables, rows_of

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class HeldOut:
    """Scores of samples by fits that did not see their texts.

    `samples`: what was scored; `scores` (n_samples, n_topics) float64; `n_terms` (n_samples,) int64; `coverage`
    (n_samples,) float64; `is_short` (n_samples,) bool: scored by the weights of short texts.
    """

    samples: Samples
    scores: Floats
    n_terms: Indices
    coverage: Floats
    is_short: npt.NDArray[np.bool_]

    def merit(self, texts: Texts) -> float:
        """Return the mean of weighted accuracy and macro-F1 on whole texts: what C is chosen by.

        By accuracy alone a strong regularization that gives up rare topics wins by a hair.
        """
        from sklearn.metrics import accuracy_score, f1_score

        whole = self.whole(texts)
        answers, truth = self.scores[whole].argmax(axis=1), texts.topics[self.samples.owners[whole]]
        weights = self.samples.weights[whole]
        macro_f1 = f1_score(truth, answers, average="macro", labels=np.unique(truth), sample_weight=weights)
        return float(accuracy_score(truth, answers, sample_weight=weights) + macro_f1) / 2

    def whole(self, texts: Texts) -> Indices:
        """Return which samples are whole texts, not copies cut short."""
        lengths = np.diff(texts.batch.bounds)[self.samples.owners]
        return np.flatnonzero(self.samples.stops - self.samples.starts == lengths)


def cross_score(
    texts: Texts,
    splits: Sequence[tuple[Indices, Indices]],
    settings: Settings,
    costs: Sequence[float],
    seed: int,
    progress: Progress,
) -> list[HeldOut]:
    """Score each text by fits on the other folds, for each value of C; vocabulary and idf too are those folds' own.

    Returns
    -------
    list of HeldOut
        One for each of `costs`.
    """
    parts: list[list[HeldOut]] = [[] for _ in costs]
    candidates = Candidates.of(texts, settings)
    for number, (inside, outside) in enumerate(splits, 1):
        vocabulary, _ = learn_vocabulary(texts, inside, candidates, settings)
        off = held_out_samples(texts, outside, settings)
        is_short = off.stops - off.starts < settings.short_below
        fitted_on = rows_of(texts, inside, vocabulary, settings)
        unseen = tfidf_rows(texts, off, vocabulary, settings)
        n_terms, covered = np.diff(unseen.indptr).astype(np.int64), coverage(texts, off, vocabulary, settings)
        for place, C in enumerate(costs):
            progress(f"fold {number} of {len(splits)}, C={C:g}")
            scores = np.empty((len(is_short), texts.n_topics))
            for judged, linear in zip(
                (~is_short, is_short), fit_tables(texts, fitted_on, settings, C, seed), strict=True
            ):
                if linear is not None:
                    scores[judged] = unseen[judged] @ linear.weights + linear.intercept
            parts[place].append(HeldOut(off, scores, n_terms, covered, is_short))
    return [_joined(folds) for folds in parts]


def _joined(parts: Sequence[HeldOut]) -> HeldOut:
    columns = [np.concatenate([getattr(part.samples, name) for part in parts]) for name in Samples.__dataclass_fields__]
    return HeldOut(
        Samples(*columns),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.n_terms for part in parts]),
        np.concatenate([part.coverage for part in parts]),
        np.concatenate([part.is_short for part in parts]),
    )


def calibrations(held_out: HeldOut | None, texts: Texts) -> tuple[Calibration, Calibration]:
    """Return the calibration of whole texts, and that of texts judged by the weights of short ones."""
    priors = np.bincount(texts.topics, texts.weights, texts.n_topics) / texts.weights.sum()
    if held_out is None:
        return uncalibrated(priors), uncalibrated(priors)
    off = held_out.samples

    def fitted(judged: npt.NDArray[np.bool_]) -> Calibration:
        topics, weights = texts.topics[off.owners[judged]], off.weights[judged]
        return fit_calibration(held_out.scores[judged], held_out.n_terms[judged], topics, weights, priors)

    return fitted(~held_out.is_short), fitted(held_out.is_short)


def accuracy_and_macro_f1(
    held_out: HeldOut, calibration: Calibration, short: Calibration, texts: Texts
) -> tuple[float, float]:
    """Return accuracy and macro-F1 of whole texts by fits that did not see them."""
    from sklearn.metrics import accuracy_score, f1_score

    whole = held_out.whole(texts)
    scores, n_terms, is_short = held_out.scores[whole], held_out.n_terms[whole], held_out.is_short[whole]
    by_length = [each.probabilities(scores, n_terms) for each in (calibration, short)]
    answers = np.where(is_short[:, None], by_length[1], by_length[0]).argmax(axis=1)
    truth = texts.topics[held_out.samples.owners[whole]]
    macro_f1 = f1_score(truth, answers, average="macro", labels=np.unique(truth))
    return float(accuracy_score(truth, answers)), float(macro_f1)
