"""From a scorer of a general model and a user's texts to a new scorer, with its scores on held-out texts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.model import Calibration, Head, Scorer
from chude.training.features import (
    CUT_LENGTHS,
    Samples,
    Settings,
    Texts,
    Vocabulary,
    held_out_samples,
    samples,
    short_samples,
    tfidf_rows,
)
from chude.training.parallel import run
from chude.training.prior import Prior, Strength, Update, fit_update

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Splits = Sequence[tuple[Indices, Indices]]

_CUT_WEIGHT = 0.1
_PULL = 2.0
"""Loss that is added where a temperature changes by a factor of e: that of so many texts."""


@dataclass(frozen=True)
class SampleRows:
    """Samples, their rows, and the logits that the prior gives them, of shape (n_samples, n_general)."""

    samples: Samples
    rows: sp.csr_matrix
    prior_logits: Floats

    def of(self, chosen: npt.NDArray[np.bool_]) -> "SampleRows":
        """Return some of them."""
        part = Samples(*(column[chosen] for column in vars(self.samples).values()))
        return SampleRows(part, self.rows[chosen], self.prior_logits[chosen])


@dataclass(frozen=True)
class PriorHead:
    """A head of a scorer, as a prior; its fits learn from `train` and are scored on `validation`."""

    prior: Prior
    train: SampleRows
    validation: SampleRows

    def fit(self, texts: Texts, inside: Indices, match: Floats, strength: Strength, seed: int) -> Update:
        """Fit on some of the texts."""
        train = self.train.of(_among(self.train.samples.owners, inside, texts))
        samples = train.samples
        topics = texts.topics[samples.owners]
        return fit_update(train.rows, train.prior_logits, topics, match, strength, samples.weights, seed)

    def held_out(
        self, texts: Texts, splits: Splits, match: Floats, strength: Strength, seed: int, threads: int
    ) -> Floats:
        """Return the logits of `validation` by fits without their texts; NaN where a text is never held out."""
        logits = np.full((len(self.validation.prior_logits), match.shape[1]), np.nan)

        def score(inside: Indices, outside: Indices) -> None:
            held = _among(self.validation.samples.owners, outside, texts)
            if held.any():
                part, update = self.validation.of(held), self.fit(texts, inside, match, strength, seed)
                logits[held] = update.logits(part.rows, part.prior_logits)

        run([partial(score, *split) for split in splits], threads)
        return logits


def _among(owners: Indices, chosen: Indices, texts: Texts) -> npt.NDArray[np.bool_]:
    wanted = np.zeros(len(texts.texts), dtype=np.bool_)
    wanted[chosen] = True
    among: npt.NDArray[np.bool_] = wanted[owners]
    return among


def prior_heads(texts: Texts, scorer: Scorer) -> list[PriorHead]:
    """Return the heads of a scorer, as priors: that of whole texts, and that of short ones if it has one."""
    settings = Settings(
        scorer.ngram_range,
        sublinear_tf=scorer.sublinear_tf,
        lead_tokens=scorer.lead_tokens,
        short_below=scorer.short_below,
        cut_lengths=CUT_LENGTHS,
        cut_weight=_CUT_WEIGHT,
    )
    vocabulary = Vocabulary(scorer.lookup, scorer.idf.astype(np.float64))
    everything = np.arange(len(texts.texts))
    held_out = held_out_samples(texts, everything, settings)
    unseen = tfidf_rows(texts, held_out, vocabulary, settings)
    is_short = held_out.stops - held_out.starts < scorer.short_below

    def prior_head(head: Head, train: Samples, is_scored: npt.NDArray[np.bool_]) -> PriorHead:
        rows = tfidf_rows(texts, train, vocabulary, settings)
        prior = Prior.of(head, rows)
        validation = SampleRows(held_out, unseen, prior.logits(unseen)).of(is_scored)
        return PriorHead(prior, SampleRows(train, rows, prior.logits(rows)), validation)

    found = [prior_head(scorer.whole, samples(texts, everything, settings), ~is_short)]
    if scorer.short is not None:
        found.append(prior_head(scorer.short, short_samples(texts, everything, settings), is_short))
    return found


def log_loss(logits: Floats, topics: Indices, weights: Floats) -> float:
    """Return the weighted mean log loss of the samples that have logits."""
    held = ~np.isnan(logits[:, 0])
    found = logits[held] - logits[held].max(axis=1, keepdims=True)
    losses = np.log(np.exp(found).sum(axis=1)) - found[np.arange(held.sum()), topics[held]]
    return float(np.average(losses, weights=weights[held]))


@dataclass(frozen=True)
class Fitting:
    """A scorer, texts tokenized by its tokenizer, and how they are split.

    `match` (n_general, n_topics) float64: 1 where a topic of the general model is the same as one of the texts.
    """

    texts: Texts
    scorer: Scorer
    prior_heads: list[PriorHead]
    splits: Splits
    match: Floats
    seed: int
    threads: int

    @classmethod
    def of(cls, texts: Texts, scorer: Scorer, splits: Splits, match: Floats, seed: int, threads: int) -> "Fitting":
        """Make the rows of the texts."""
        return cls(texts, scorer, prior_heads(texts, scorer), splits, match, seed, threads)

    def held_out(self, strength: Strength, splits: Splits | None = None) -> list[Floats]:
        """Return for each head the logits of its samples, by fits without their texts."""
        splits = self.splits if splits is None else splits
        return [
            prior_head.held_out(self.texts, splits, self.match, strength, self.seed, self.threads)
            for prior_head in self.prior_heads
        ]

    def whole(self, of_samples: Sequence[Floats]) -> Floats:
        """Return the rows of whole texts, given a row for each sample of each head; NaN for texts never held out."""
        rows = np.full((len(self.texts.texts), of_samples[0].shape[1]), np.nan)
        lengths = np.diff(self.texts.batch.bounds)
        for prior_head, found in zip(self.prior_heads, of_samples, strict=True):
            samples = prior_head.validation.samples
            is_whole = samples.stops - samples.starts == lengths[samples.owners]
            rows[samples.owners[is_whole]] = found[is_whole]
        return rows

    def calibrations(self, held_out: Sequence[Floats]) -> list[Calibration]:
        """Return the calibration of each head; in the priors, a topic without a text counts as one text."""
        texts = self.texts
        counts = np.bincount(texts.topics, texts.weights, texts.n_topics).astype(np.float64) + 1.0
        priors: Floats = counts / counts.sum()
        return [
            calibrated(prior_head, found, texts, priors)
            for prior_head, found in zip(self.prior_heads, held_out, strict=True)
        ]

    def folded(self, strength: Strength, calibrations: Sequence[Calibration]) -> Scorer:
        """Fit every head on all texts, and fold what it learned into an ordinary scorer."""
        everything = np.arange(len(self.texts.texts))
        heads = []
        for prior_head, calibration in zip(self.prior_heads, calibrations, strict=True):
            update = prior_head.fit(self.texts, everything, self.match, strength, self.seed)
            heads.append(Head.of(*update.folded(prior_head.prior.weights, prior_head.prior.intercept), calibration))
        whole, *short = heads
        return replace(self.scorer, whole=whole, short=short[0] if short else None)


def calibrated(prior_head: PriorHead, logits: Floats, texts: Texts, priors: Floats) -> Calibration:
    """Return the calibration of a folded head: that of the prior, times the factor that fits held-out logits best.

    A few texts of similar length cannot teach how a temperature depends on length and margin, nor how much a few terms
    tell: these numbers are those of the prior.
    """
    from scipy.optimize import minimize_scalar

    prior, held = prior_head.prior, ~np.isnan(logits[:, 0])
    zeros, its = np.zeros(len(priors)), prior.calibration
    shape = Calibration(1.0, 0.0, zeros, priors)
    if prior.factor:  # the logits are the general scores times this factor, and so are the margins
        by = 1.0 / prior.factor
        shape = Calibration(by * its.slope, by * its.length, zeros, priors, by * its.margin, its.few)
    stretch = 1.0
    if held.any():
        part = prior_head.validation.of(held)
        topics, weights = texts.topics[part.samples.owners], part.samples.weights
        relative = shape.factors(logits[held], np.diff(part.rows.indptr))

        def loss(log_stretch: float) -> float:
            stretched = logits[held] * (np.exp(log_stretch) * relative)[:, None]
            return log_loss(stretched, topics, weights) + _PULL * log_stretch**2 / len(texts.texts)

        stretch = float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
    return replace(shape, slope=stretch * shape.slope, length=stretch * shape.length)
