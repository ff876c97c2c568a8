"""Fitting a scorer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.errors import InputError
from chude.model import Calibration, Head, Scorer
from chude.tokenizer import Tokenizer
from chude.training.features import (
    CandidateTerms,
    Samples,
    Settings,
    Texts,
    Vocabulary,
    learn_vocabulary,
    samples,
    short_samples,
    tfidf_rows,
)
from chude.training.linear import Costs, Linear, fit_linear, summed
from chude.training.parallel import run
from chude.training.solver import Singles, Solution
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
        self,
        tokenizer: Tokenizer,
        settings: Settings,
        calibration: Calibration,
        short_calibration: Calibration | None = None,
    ) -> Scorer:
        """Return it as a `Scorer`; `short_calibration` is for the weights of short texts, if there are any."""
        short = None
        if self.short is not None and short_calibration is not None:
            short = Head.of(self.short.weights, self.short.intercept, short_calibration)
        return Scorer.of(
            tokenizer,
            settings.ngram_range,
            settings.sublinear_tf,
            settings.lead_tokens,
            self.terms,
            self.vocabulary.idf,
            Head.of(self.linear.weights, self.linear.intercept, calibration),
            short,
            settings.short_below if short else 0,
        )


def fit(
    texts: Texts,
    chosen: Indices,
    settings: Settings,
    costs: Costs,
    seed: int,
    *,
    candidates: CandidateTerms | None = None,
    starts: Sequence[Singles] = (),
    threads: int = 1,
) -> Fitted:
    """Fit a scorer on the chosen texts.

    Parameters
    ----------
    candidates : CandidateTerms, optional
        Those of the texts, if they are counted already.
    starts : sequence of ndarray, optional
        Dual variables at which the fit of each of `samplers` starts.
    threads : int, default 1
    """
    candidates = CandidateTerms.of(texts, settings) if candidates is None else candidates
    vocabulary, chosen_terms = learn_vocabulary(texts, chosen, candidates, settings)
    if not len(chosen_terms):
        raise InputError(
            f"no term occurs in {settings.min_df} of the {len(chosen)} texts; give more texts, or lower min_df"
        )
    makers = samplers(settings)

    def table(number: int) -> tuple[sp.csr_matrix, Solution]:
        on = makers[number](texts, chosen, settings)
        rows = tfidf_rows(texts, on, vocabulary, settings)
        start = starts[number] if starts else None
        solution = fit_linear(
            rows, texts.topics[on.owners], texts.n_topics, costs.weights(texts, on), costs.C, seed, start
        )
        return rows if number == 0 else rows[:0], solution  # those of short texts are no longer needed

    tables = run([partial(table, number) for number in range(len(makers))], threads)
    linear, short = combined([solution for _, solution in tables], settings, tables[0][0])
    terms = terms_of(candidates.counts, chosen_terms, texts.texts, texts.batch, texts.tokenizer)
    return Fitted(terms, vocabulary, linear, short)


def samplers(settings: Settings) -> list[Callable[[Texts, Indices, Settings], Samples]]:
    """Return the functions that make the samples: of whole texts, and of short ones if these have their own weights."""
    return [samples, short_samples] if settings.short_below else [samples]


def combined(solutions: Sequence[Solution], settings: Settings, rows: sp.csr_matrix) -> tuple[Linear, Linear | None]:
    """Return the weights of whole texts, with a share of those of short texts added, and the weights of short texts.

    `rows`: the rows that the first solution was learned from.
    """
    whole, *shorts = (Linear(solution.weights, solution.intercept) for solution in solutions)
    if not shorts:
        return whole, None
    return summed(whole, shorts[0], settings.short_blend, rows) if settings.short_blend else whole, shorts[0]
