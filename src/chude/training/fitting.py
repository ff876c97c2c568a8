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
from chude.training.linear import Linear, fit_consensus, fit_linear

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Progress = Callable[[str], None]


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

    return Fitted(vocabulary, *_tables(texts, _rows(texts, chosen, vocabulary, settings), settings, C, seed))


def _rows(
    texts: Texts, chosen: Indices, vocabulary: Vocabulary, settings: Settings
) -> list[tuple[Samples, sp.csr_matrix]]:
    """Return what the weights of whole texts are learned from, and those of short ones where they have their own."""
    learned_from = [samples(texts, chosen, settings)]
    if settings.short_below:
        learned_from.append(short_samples(texts, chosen, settings))
    return [(on, tfidf_rows(texts, on, vocabulary, settings)) for on in learned_from]


def _tables(
    texts: Texts, learned_from: list[tuple[Samples, sp.csr_matrix]], settings: Settings, C: float, seed: int
) -> tuple[Linear, Linear | None]:
    """Fit what `_rows` prepared."""
    on, rows = learned_from[0]
    if settings.consensus and texts.groups is not None:
        whole = fit_consensus(rows, on, texts, texts.groups, settings.consensus, C, seed)
    else:
        whole = fit_linear(rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)
    if len(learned_from) == 1:
        return whole, None
    on, rows = learned_from[1]
    return whole, fit_linear(rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)


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
        fitted_on = _rows(texts, inside, vocabulary, settings)
        unseen = tfidf_rows(texts, off, vocabulary, settings)
        n_terms, covered = np.diff(unseen.indptr).astype(np.int64), coverage(texts, off, vocabulary, settings)
        for place, C in enumerate(candidates):
            progress(f"fold {number} of {len(splits)}, C={C:g}")
            scores = np.empty((len(is_short), texts.n_topics))
            for judged, linear in zip((~is_short, is_short), _tables(texts, fitted_on, settings, C, seed), strict=True):
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
