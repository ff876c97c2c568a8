"""Fitting a reading, and what its scores are worth on texts it has not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.errors import InputError
from chude.model import Reading
from chude.training.features import (
    Samples,
    Settings,
    Texts,
    Vocabulary,
    coverage,
    learn_vocabulary,
    samples,
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
    """A vocabulary with its weights."""

    vocabulary: Vocabulary
    linear: Linear

    def reading(self, texts: Texts, settings: Settings) -> Reading:
        """Return it as a `Reading`."""
        return Reading.of(
            texts.tokenizer,
            settings.ngram_range,
            settings.sublinear_tf,
            self.vocabulary.terms,
            self.vocabulary.idf,
            self.linear.weights,
            self.linear.intercept,
            settings.lead,
        )


def fit(texts: Texts, chosen: Indices, settings: Settings, C: float, seed: int) -> Fitted:
    """Fit a reading on the chosen texts."""
    vocabulary = learn_vocabulary(texts, chosen, settings)
    if not vocabulary.terms:
        raise InputError(
            f"no term occurs in {settings.min_df} of the {len(chosen)} texts; give more texts, or lower min_df"
        )
    on = samples(texts, chosen, settings)
    rows = tfidf_rows(texts, on, vocabulary, settings)
    linear = fit_linear(rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)
    return Fitted(vocabulary, linear)


@dataclass(frozen=True)
class HeldOut:
    """Scores of samples by fits that did not see their texts.

    `samples`: what was scored; `scores` (n_samples, n_topics) float64; `n_terms` (n_samples,) int64; `coverage`
    (n_samples,) float64.
    """

    samples: Samples
    scores: Floats
    n_terms: Indices
    coverage: Floats

    def accuracy(self, texts: Texts) -> float:
        """Weighted share of samples whose best topic is right, cut copies included: what C is chosen by."""
        right = self.scores.argmax(axis=1) == texts.topics[self.samples.owners]
        return float(np.average(right, weights=self.samples.weights))

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
        on, off = samples(texts, inside, settings), samples(texts, outside, settings)
        rows, unseen = (tfidf_rows(texts, s, vocabulary, settings) for s in (on, off))
        n_terms, covered = np.diff(unseen.indptr).astype(np.int64), coverage(texts, off, vocabulary, settings)
        for place, C in enumerate(candidates):
            progress(f"fold {number} of {len(splits)}, C={C:g}")
            linear = fit_linear(rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)
            parts[place].append(HeldOut(off, unseen @ linear.weights + linear.intercept, n_terms, covered))
    return [_joined(folds) for folds in parts]


def _joined(parts: Sequence[HeldOut]) -> HeldOut:
    columns = [np.concatenate([getattr(part.samples, name) for part in parts]) for name in Samples.__dataclass_fields__]
    return HeldOut(
        Samples(*columns),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.n_terms for part in parts]),
        np.concatenate([part.coverage for part in parts]),
    )
