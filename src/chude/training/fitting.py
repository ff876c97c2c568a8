"""Fitting a reading, and what its scores are worth on texts it has not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.errors import InputError
from chude.model import Calibration, Reading, ShortTexts
from chude.training.features import (
    Samples,
    Settings,
    Texts,
    Vocabulary,
    coverage,
    held_out_samples,
    learn_vocabulary,
    samples,
    short_samples,
    tfidf_rows,
)
from chude.training.solver import solve

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Progress = Callable[[str], None]

_TOLERANCE, _MOST_ROUNDS = 0.1, 12
"""LIBLINEAR's own tolerance. With a large C the last digits take hundreds of rounds and change no answer."""


@dataclass(frozen=True)
class Linear:
    """Weights of shape (n_terms, n_topics) and intercept of shape (n_topics,), float64."""

    weights: Floats
    intercept: Floats


def fit_linear(rows: sp.csr_matrix, topics: Indices, n_topics: int, weights: Floats, C: float, seed: int) -> Linear:
    """Fit one linear SVM with squared hinge a topic."""
    return Linear(*solve(rows, topics, n_topics, C * weights, seed, _TOLERANCE, _MOST_ROUNDS))


def normalized(weights: Floats) -> Floats:
    """Return sample weights with mean 1, so that C means the same whatever their scale."""
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise InputError("sample_weight must hold finite numbers from 0, not all of them 0")
    scaled: Floats = weights / weights.mean()
    return scaled


@dataclass(frozen=True)
class Fitted:
    """A vocabulary with its weights, and with those of short texts where they have some of their own."""

    vocabulary: Vocabulary
    linear: Linear
    short: Linear | None

    def reading(self, texts: Texts, settings: Settings, short_calibration: Calibration | None = None) -> Reading:
        """Return it as a `Reading`; `short_calibration` goes with the weights of short texts, if it has any."""
        short = None
        if self.short is not None and short_calibration is not None:
            short = ShortTexts.of(settings.short_below, self.short.weights, self.short.intercept, short_calibration)
        return Reading.of(
            texts.tokenizer,
            settings.ngram_range,
            settings.sublinear_tf,
            self.vocabulary.terms,
            self.vocabulary.idf,
            self.linear.weights,
            self.linear.intercept,
            settings.lead,
            short,
        )


def fit(texts: Texts, chosen: Indices, settings: Settings, C: float, seed: int) -> Fitted:
    """Fit a reading on the chosen texts."""
    vocabulary = learn_vocabulary(texts, chosen, settings)
    if not vocabulary.terms:
        raise InputError(
            f"no term occurs in {settings.min_df} of the {len(chosen)} texts; give more texts, or lower min_df"
        )

    def on(learned_from: Samples) -> Linear:
        rows = tfidf_rows(texts, learned_from, vocabulary, settings)
        return fit_linear(rows, texts.topics[learned_from.owners], texts.n_topics, learned_from.weights, C, seed)

    short = on(short_samples(texts, chosen, settings)) if settings.short_below else None
    return Fitted(vocabulary, on(samples(texts, chosen, settings)), short)


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

    def accuracy(self, texts: Texts) -> float:
        """Weighted share of whole texts whose best topic is right: what C is chosen by."""
        whole = self.whole(texts)
        right = self.scores[whole].argmax(axis=1) == texts.topics[self.samples.owners[whole]]
        return float(np.average(right, weights=self.samples.weights[whole]))

    def whole(self, texts: Texts) -> Indices:
        """Return which samples are whole texts, not copies cut short."""
        lengths = np.diff(texts.batch.bounds)[self.samples.owners]
        return np.flatnonzero(self.samples.stops - self.samples.starts == lengths)


def cross_score(
    texts: Texts,
    splits: Sequence[tuple[Indices, Indices]],
    settings: Settings,
    candidates: Sequence[float],
    seed: int,
    progress: Progress,
) -> list[HeldOut]:
    """Score each text by fits on the other folds, for each candidate of C; vocabulary and idf too are those folds' own.

    Returns
    -------
    list of HeldOut
        One a candidate.
    """
    parts: list[list[HeldOut]] = [[] for _ in candidates]
    for number, (inside, outside) in enumerate(splits, 1):
        vocabulary = learn_vocabulary(texts, inside, settings)
        off = held_out_samples(texts, outside, settings)
        is_short = off.stops - off.starts < settings.short_below
        learned_from = [samples(texts, inside, settings)]
        if settings.short_below:
            learned_from.append(short_samples(texts, inside, settings))
        fitted_on = [tfidf_rows(texts, on, vocabulary, settings) for on in learned_from]
        unseen = tfidf_rows(texts, off, vocabulary, settings)
        n_terms, covered = np.diff(unseen.indptr).astype(np.int64), coverage(texts, off, vocabulary, settings)
        for place, C in enumerate(candidates):
            progress(f"fold {number} of {len(splits)}, C={C:g}")
            scores = np.empty((len(is_short), texts.n_topics))
            for judged, on, rows in zip((~is_short, is_short), learned_from, fitted_on, strict=False):
                linear = fit_linear(rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)
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
