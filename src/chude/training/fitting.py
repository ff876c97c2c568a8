"""Fitting a scorer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.errors import InputError
from chude.model import Calibration, Head, Scorer
from chude.training.features import (
    Candidates,
    Samples,
    Settings,
    Texts,
    Vocabulary,
    learn_vocabulary,
    samples,
    short_samples,
    tfidf_rows,
)
from chude.training.linear import Linear, fit_linear, summed
from chude.vectorizer.vocabulary import terms_of

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
    """Terms with their idf and weights, and with the weights of short texts where they have some of their own."""

    terms: list[str]
    vocabulary: Vocabulary
    linear: Linear
    short: Linear | None

    def scorer(
        self, texts: Texts, settings: Settings, calibration: Calibration, short_calibration: Calibration | None = None
    ) -> Scorer:
        """Return it as a `Scorer`; `short_calibration` goes with the weights of short texts, if it has any."""
        short = None
        if self.short is not None and short_calibration is not None:
            short = Head.of(self.short.weights, self.short.intercept, short_calibration)
        return Scorer.of(
            texts.tokenizer,
            settings.ngram_range,
            settings.sublinear_tf,
            settings.lead,
            self.terms,
            self.vocabulary.idf,
            Head.of(self.linear.weights, self.linear.intercept, calibration),
            short,
            settings.short_below if short else 0,
        )


def fit(texts: Texts, chosen: Indices, settings: Settings, C: float, seed: int) -> Fitted:
    """Fit a scorer on the chosen texts."""
    candidates = Candidates.of(texts, settings)
    vocabulary, chosen_terms = learn_vocabulary(texts, chosen, candidates, settings)
    if not len(chosen_terms):
        raise InputError(
            f"no term occurs in {settings.min_df} of the {len(chosen)} texts; give more texts, or lower min_df"
        )
    terms = terms_of(candidates.counts, chosen_terms, texts.texts, texts.batch, texts.tokenizer)
    return Fitted(
        terms, vocabulary, *fit_tables(texts, rows_of(texts, chosen, vocabulary, settings), settings, C, seed)
    )


def rows_of(
    texts: Texts, chosen: Indices, vocabulary: Vocabulary, settings: Settings
) -> list[tuple[Samples, sp.csr_matrix]]:
    """Return what the weights of whole texts are learned from, and those of short ones where they have their own."""
    learned_from = [samples(texts, chosen, settings)]
    if settings.short_below:
        learned_from.append(short_samples(texts, chosen, settings))
    return [(on, tfidf_rows(texts, on, vocabulary, settings)) for on in learned_from]


def fit_tables(
    texts: Texts, learned_from: list[tuple[Samples, sp.csr_matrix]], settings: Settings, C: float, seed: int
) -> tuple[Linear, Linear | None]:
    """Fit what `rows_of` prepared."""
    on, rows = learned_from[0]
    whole = fit_linear(rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)
    if len(learned_from) == 1:
        return whole, None
    on, short_rows = learned_from[1]
    short = fit_linear(short_rows, texts.topics[on.owners], texts.n_topics, on.weights, C, seed)
    if settings.short_share:
        whole = summed(whole, short, settings.short_share, rows)
    return whole, short
