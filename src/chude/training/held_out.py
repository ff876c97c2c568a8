"""Scores of texts by fits without them, and the calibration that is fitted on these scores."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.model import Calibration
from chude.training.calibrating import CalibrationSet, fit_calibration, uncalibrated
from chude.training.features import (
    CandidateTerms,
    Samples,
    Settings,
    Texts,
    coverage,
    held_out_samples,
    learn_vocabulary,
    scraps,
    tfidf_rows,
)
from chude.training.fitting import Progress, combined, samplers
from chude.training.linear import Costs, Linear, fit_linear
from chude.training.parallel import one_at_a_time, run
from chude.training.solver import Singles

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scored:
    """Scores of samples; the fields are those of `HeldOut`."""

    samples: Samples
    scores: Floats
    n_terms: Indices
    is_short: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class HeldOut:
    """Scores of samples, by fits without their texts.

    `samples`: the scored samples; `scores` (n_samples, n_topics) float64; `n_terms` (n_samples,) int64; `coverage`
    (n_samples,) float64; `is_short` (n_samples,) bool: scored by the weights of short texts. `scraps`: the scores of a
    few tokens each, by the weights of whole texts and by those of short ones.
    """

    samples: Samples
    scores: Floats
    n_terms: Indices
    coverage: Floats
    is_short: npt.NDArray[np.bool_]
    scraps: Scored

    def whole(self, texts: Texts) -> Indices:
        """Return which samples are whole texts, not copies cut short."""
        lengths = np.diff(texts.batch.bounds)[self.samples.owners]
        return np.flatnonzero(self.samples.stops - self.samples.starts == lengths)


@dataclass(frozen=True)
class Fold:
    """Scores of the texts of a fold by a fit on the other folds, with one `Costs`.

    `inside`: the texts it was fitted on; `duals`: for each of `samplers`, the dual variables of its samples.
    """

    held_out: HeldOut
    inside: Indices
    duals: list[Singles]


def score_fold(
    texts: Texts,
    split: tuple[Indices, Indices],
    candidates: CandidateTerms,
    settings: Settings,
    costs: Sequence[Costs],
    seed: int,
    progress: Progress,
) -> list[Fold]:
    """Score the texts of a fold by a fit on the other folds, with each of `costs`.

    Vocabulary and idf are those of the other folds too: nothing may be learned from the texts that are scored.
    """
    inside, outside = split
    vocabulary, _ = learn_vocabulary(texts, inside, candidates, settings)
    learned_from = [sampler(texts, inside, settings) for sampler in samplers(settings)]
    rows = [tfidf_rows(texts, on, vocabulary, settings) for on in learned_from]
    off = held_out_samples(texts, outside, settings)
    is_short = off.stops - off.starts < settings.short_below
    found = []
    for cost in costs:
        progress(str(cost))
        solutions = [
            fit_linear(its_rows, texts.topics[on.owners], texts.n_topics, cost.weights(texts, on), cost.C, seed)
            for on, its_rows in zip(learned_from, rows, strict=True)
        ]
        found.append((combined(solutions, settings, rows[0]), [solution.duals for solution in solutions]))
    del rows
    unseen = tfidf_rows(texts, off, vocabulary, settings)
    n_terms, covered = np.diff(unseen.indptr).astype(np.int64), coverage(texts, off, vocabulary, settings)
    few = scraps(texts, outside)
    few_rows = tfidf_rows(texts, few, vocabulary, settings)
    folds = []
    for tables, duals in found:
        scores = np.empty((len(is_short), texts.n_topics))
        for is_scored, linear in zip((~is_short, is_short), tables, strict=True):
            if linear is not None:
                scores[is_scored] = linear.scores(unseen[is_scored])
        folds.append(
            Fold(HeldOut(off, scores, n_terms, covered, is_short, _scored(few, few_rows, tables)), inside, duals)
        )
    return folds


def _scored(few: Samples, rows: sp.csr_matrix, tables: tuple[Linear, Linear | None]) -> Scored:
    """Score scraps by each table of weights."""
    n_terms = np.diff(rows.indptr).astype(np.int64)
    parts = [
        Scored(few, linear.scores(rows).astype(np.float64), n_terms, np.full(len(n_terms), number > 0))
        for number, linear in enumerate(tables)
        if linear is not None
    ]
    return _all_scored(parts)


def _all_scored(parts: Sequence[Scored]) -> Scored:
    return Scored(
        _all_samples([part.samples for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.n_terms for part in parts]),
        np.concatenate([part.is_short for part in parts]),
    )


def _all_samples(parts: Sequence[Samples]) -> Samples:
    return Samples(*(np.concatenate([getattr(part, name) for part in parts]) for name in Samples.__dataclass_fields__))


def fold_tasks(
    texts: Texts,
    splits: Sequence[tuple[Indices, Indices]],
    candidates: CandidateTerms,
    settings: Settings,
    costs: Sequence[Costs],
    seed: int,
    progress: Progress,
) -> list[Callable[[], list[Fold]]]:
    """Return the tasks of cross-validation, one for each fold."""

    def task(number: int, split: tuple[Indices, Indices]) -> list[Fold]:
        return score_fold(
            texts, split, candidates, settings, costs, seed,
            lambda step: progress(f"fold {number} of {len(splits)}, {step}"),
        )  # fmt: skip

    return [partial(task, number, split) for number, split in enumerate(splits, 1)]


def cross_score(
    texts: Texts,
    splits: Sequence[tuple[Indices, Indices]],
    settings: Settings,
    costs: Sequence[Costs],
    seed: int,
    progress: Progress,
    threads: int = 1,
) -> list[HeldOut]:
    """Score each text by fits on the other folds, with each of `costs`.

    Returns
    -------
    list of HeldOut
        One for each of `costs`.
    """
    tasks = fold_tasks(
        texts, splits, CandidateTerms.of(texts, settings), settings, costs, seed, one_at_a_time(progress)
    )
    return [join_folds(folds) for folds in zip(*run(tasks, threads), strict=True)]


def join_folds(folds: Sequence[Fold]) -> HeldOut:
    """Return the scores of all folds, one fold after another."""
    parts = [fold.held_out for fold in folds]
    return HeldOut(
        _all_samples([part.samples for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.n_terms for part in parts]),
        np.concatenate([part.coverage for part in parts]),
        np.concatenate([part.is_short for part in parts]),
        _all_scored([part.scraps for part in parts]),
    )


def starts(folds: Sequence[Fold], texts: Texts, settings: Settings) -> list[Singles]:
    """Return where a fit on all texts starts: for each sample, the mean of its dual variables in the folds.

    A fold has the samples that all texts have, in the same order, except those of its held-out texts. So the dual
    variables of the fold belong to the samples of all texts that are inside it, one after another.
    """
    everything = np.arange(len(texts.texts))
    found = []
    for number, sampler in enumerate(samplers(settings)):
        owners = sampler(texts, everything, settings).owners
        duals = np.zeros((len(owners), texts.n_topics), dtype=np.float32)
        times = np.zeros((len(owners), 1), dtype=np.float32)
        for fold in folds:
            inside = np.zeros(len(texts.texts), dtype=np.bool_)
            inside[fold.inside] = True
            duals[inside[owners]] += fold.duals[number]
            times[inside[owners]] += 1
        duals /= np.maximum(times, 1)
        found.append(duals)
    return found


def calibrations(held_out: HeldOut | None, texts: Texts) -> tuple[Calibration, Calibration]:
    """Return the calibration of whole texts, and that of texts scored by the weights of short ones."""
    priors = np.bincount(texts.topics, texts.weights, texts.n_topics) / texts.weights.sum()
    if held_out is None:
        return uncalibrated(priors), uncalibrated(priors)
    whole, short = (calibrated(held_out, texts, priors, is_short) for is_short in (False, True))
    return whole, short


def calibrated(held_out: HeldOut, texts: Texts, priors: Floats, is_short: bool = False) -> Calibration:
    """Return the calibration of the samples that were scored by the weights of short texts, or of all others."""
    return fit_calibration(
        *_calibration_set(held_out, texts, is_short), priors, _calibration_set(held_out.scraps, texts, is_short)
    )


def _calibration_set(scored: HeldOut | Scored, texts: Texts, is_short: bool) -> CalibrationSet:
    chosen, of = scored.is_short == is_short, scored.samples
    topics, weights = texts.topics[of.owners[chosen]], of.weights[chosen]
    return CalibrationSet(scored.scores[chosen], scored.n_terms[chosen], topics, weights)


def whole_probabilities(held_out: HeldOut, calibration: Calibration, short: Calibration, texts: Texts) -> Floats:
    """Return probabilities of whole texts, of shape (n_whole, n_topics), in the order of `HeldOut.whole`."""
    whole = held_out.whole(texts)
    scores, n_terms, is_short = held_out.scores[whole], held_out.n_terms[whole], held_out.is_short[whole]
    by_length = [each.probabilities(scores, n_terms) for each in (calibration, short)]
    return np.where(is_short[:, None], by_length[1], by_length[0])
