"""Training texts as token runs, and the terms and rows made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from chude.errors import InputError
from chude.kernels.counting import NgramCounts, count_ngrams, count_rows, tfidf_values, topic_frequency
from chude.kernels.lookup import Lookup
from chude.tokenizer import TokenBatch, Tokenizer

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_CUT_MARGIN = 1.3
"""A text is cut to a length only if it is at least this many times as long: a nearly whole copy adds nothing."""

_PASSAGE = 30
"""Tokens of a passage; at least as good as 20, 50 and 120 (``docs/experiments.md``)."""

CUT_LENGTHS = (15, 50, 120)
"""How many tokens the copies of a text are cut to, from which the weights of short texts are learned."""


@dataclass(frozen=True)
class Settings:
    """What a scorer is made with; the parameters of `chude.TopicClassifier` of the same names.

    Raises
    ------
    InputError
        If a number is out of range.
    """

    ngram_range: tuple[int, int] = (1, 2)
    min_df: int = 2
    max_features: int = 100_000
    sublinear_tf: bool = True
    lead_tokens: int = 60
    short_below: int = 0
    cut_lengths: tuple[int, ...] = ()
    cut_weight: float = 0.1
    n_passages: int = 0
    short_blend: float = 0.0

    def __post_init__(self) -> None:
        min_n, max_n = self.ngram_range
        if not 1 <= min_n <= max_n <= 8 or self.max_features < 1:
            raise InputError(
                f"ngram_range must be 1 <= min_n <= max_n <= 8, max_features at least 1, not {self.ngram_range!r}, "
                f"{self.max_features!r}"
            )
        if not 0 <= self.short_blend <= 1:
            raise InputError(f"short_blend is a share from 0 to 1, not {self.short_blend!r}")
        if self.n_passages < 0:
            raise InputError(f"n_passages is a number from 0, not {self.n_passages!r}")


ARTICLES = Settings(short_below=80, cut_lengths=CUT_LENGTHS, n_passages=10, short_blend=0.5)
"""The defaults of `chude.TopicClassifier`."""


@dataclass(frozen=True)
class Texts:
    """Tokenized training texts.

    Parameters
    ----------
    texts : sequence of str
    tokenizer : Tokenizer
    batch : TokenBatch
        Of all texts.
    topics : ndarray of shape (n_texts,), int64
        Column of each text's topic.
    n_topics : int
    weights : ndarray of shape (n_texts,), float64
    """

    texts: Sequence[str]
    tokenizer: Tokenizer
    batch: TokenBatch
    topics: Indices
    n_topics: int
    weights: Floats

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        tokenizer: Tokenizer,
        topics: Indices,
        n_topics: int,
        weights: Floats,
    ) -> "Texts":
        """Tokenize texts."""
        return cls(texts, tokenizer, tokenizer.batch(texts), topics, n_topics, weights)


@dataclass(frozen=True)
class Samples:
    """Ranges of tokens to fit on or to score: whole texts, and copies cut to their first tokens.

    `owners` (n_samples,) int64: the text of each sample; `starts`, `stops`: its tokens; `weights` float64.
    """

    owners: Indices
    starts: Indices
    stops: Indices
    weights: Floats


def samples(texts: Texts, chosen: Indices, settings: Settings) -> Samples:
    """Return the chosen texts; where one table of weights scores texts of any length, with shortened copies too.

    The copies let the weights fit short texts as well as whole ones.
    """
    starts, stops = texts.batch.bounds[chosen], texts.batch.bounds[chosen + 1]
    lengths = () if settings.short_below or not settings.cut_weight else settings.cut_lengths
    copies = [_cut(texts, chosen, length, settings.cut_weight) for length in lengths]
    return _stacked([Samples(chosen, starts, stops, texts.weights[chosen]), *copies])


def short_samples(texts: Texts, chosen: Indices, settings: Settings) -> Samples:
    """Return what the weights of short texts are learned from: shortened copies, and texts that are short already.

    Passages begin where the shortest copy ends: a short text may hold what an article says later.
    """
    starts, stops = texts.batch.bounds[chosen], texts.batch.bounds[chosen + 1]
    short = stops - starts <= _CUT_MARGIN * max(settings.cut_lengths)
    as_they_are = Samples(chosen[short], starts[short], stops[short], texts.weights[chosen[short]])
    # The copies of one text share its weight, so that C means the same whatever their number.
    share = 1 / len(settings.cut_lengths)
    copies = [_cut(texts, chosen, length, share) for length in settings.cut_lengths]
    first = min(settings.cut_lengths)
    passages = [_cut(texts, chosen, _PASSAGE, share, first + _PASSAGE * k) for k in range(settings.n_passages)]
    return _stacked([as_they_are, *copies, *passages])


def held_out_samples(texts: Texts, chosen: Indices, settings: Settings) -> Samples:
    """Return what a fit is scored on: the chosen texts, and shortened copies if short texts have their own weights."""
    return samples(
        texts, chosen, replace(settings, short_below=0, cut_weight=1.0) if settings.short_below else settings
    )


_SCRAPS = (1, 2, 3)
"""Numbers of tokens of scraps: with bigrams, these are one to five terms."""


def scraps(texts: Texts, chosen: Indices) -> Samples:
    """Return two scraps of one to three tokens for each chosen text: from its beginning, and from anywhere in it.

    The lengths alternate. The second start is drawn at random, always the same for the same texts.
    """
    random = np.random.default_rng(0)
    starts, n_tokens = texts.batch.bounds[chosen], np.diff(texts.batch.bounds)[chosen]
    length = np.resize(_SCRAPS, len(chosen))
    drawn = starts + np.floor(random.random(len(chosen)) * np.maximum(n_tokens - length, 0)).astype(np.int64)
    long = np.flatnonzero(n_tokens > _CUT_MARGIN * length)
    return _stacked(
        [
            Samples(chosen[long], first[long], first[long] + length[long], texts.weights[chosen[long]])
            for first in (starts, drawn)
        ]
    )


def _cut(texts: Texts, chosen: Indices, length: int, weight: float, first: int = 0) -> Samples:
    """Return `length` tokens, from number `first` on, of the texts that are long enough."""
    starts = texts.batch.bounds[chosen] + first
    long = np.flatnonzero(texts.batch.bounds[chosen + 1] - starts > _CUT_MARGIN * length)
    return Samples(chosen[long], starts[long], starts[long] + length, texts.weights[chosen[long]] * weight)


def _stacked(parts: Sequence[Samples]) -> Samples:
    return Samples(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Samples)))


@dataclass(frozen=True)
class CandidateTerms:
    """The n-grams that occur in at least `min_df` of all texts: a vocabulary of some of the texts is a subset of them.

    `counts`: over all texts, in order of appearance; `lookup`: of their keys.
    """

    counts: NgramCounts
    lookup: Lookup

    @classmethod
    def of(cls, texts: Texts, settings: Settings) -> "CandidateTerms":
        """Count the n-grams of texts."""
        bounds = texts.batch.bounds
        counts = count_ngrams(texts.batch.hashes, bounds[:-1], bounds[1:], *settings.ngram_range)
        counts = counts.take(np.flatnonzero(counts.document_frequency >= settings.min_df))
        return cls(counts, Lookup(counts.keys))


@dataclass(frozen=True)
class Vocabulary:
    """The terms of a scorer, the most frequent first: their lookup and their idf."""

    lookup: Lookup
    idf: Floats


def learn_vocabulary(
    texts: Texts, chosen: Indices, candidates: CandidateTerms, settings: Settings
) -> tuple[Vocabulary, Indices]:
    """Choose the terms that separate the topics best, by chi², from the chosen texts alone.

    The statistic is that of scikit-learn's `chi2`, over the weighted number of texts of each topic a term occurs in.
    Terms are numbered by document frequency, the most frequent first.

    Returns
    -------
    vocabulary : Vocabulary
    terms : ndarray of shape (n_terms,), int64
        Which of the candidates they are.
    """
    bounds, topics, weights = texts.batch.bounds, texts.topics[chosen], texts.weights[chosen]
    document_frequency, frequency = topic_frequency(
        texts.batch.hashes, bounds[chosen], bounds[chosen + 1], *settings.ngram_range, candidates.lookup, topics,
        weights, texts.n_topics,
    )  # fmt: skip
    kept = np.flatnonzero(document_frequency >= settings.min_df)
    if len(kept) > settings.max_features:
        weight: Floats = np.bincount(topics, weights, texts.n_topics).astype(np.float64)
        best = np.argsort(-chi2(frequency[kept], weight), kind="stable")[: settings.max_features]
        kept = kept[np.sort(best)]
    kept = kept[np.argsort(-document_frequency[kept], kind="stable")]
    idf = np.log((1 + len(chosen)) / (1 + document_frequency[kept])) + 1
    return Vocabulary(Lookup(candidates.counts.keys[kept]), idf), kept


def chi2(frequency: Floats, weight: Floats) -> Floats:
    """Return the chi² statistic of each term.

    Parameters
    ----------
    frequency : ndarray of shape (n_terms, n_topics), float64
        Weighted number of texts of the topic that hold the term.
    weight : ndarray of shape (n_topics,), float64
        Weight of the topic's texts.
    """
    share = weight / weight.sum()
    total = frequency.sum(axis=1)
    # With e = total * share, the sum of (f - e)² / e is that of f² / e, less the total: no array of expected values.
    inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    squares = np.einsum("ij,ij,j->i", frequency, frequency, inverse)
    statistic: Floats = np.divide(squares, total, out=np.zeros_like(total), where=total > 0) - total
    return statistic


def tfidf_rows(texts: Texts, chosen: Samples, vocabulary: Vocabulary, settings: Settings) -> sp.csr_matrix:
    """Return the TF-IDF rows of samples, of shape (n_samples, n_terms), float32, each of length 1 or all zero."""
    indptr, indices, counts = count_rows(
        texts.batch.hashes, chosen.starts, chosen.stops, *settings.ngram_range, settings.lead_tokens, vocabulary.lookup
    )
    tf = np.arange(counts.max(initial=0) + 1, dtype=np.float64)
    if settings.sublinear_tf:
        tf[1:] = 1 + np.log(tf[1:])
    values = tfidf_values(indptr, indices, counts, tf, vocabulary.idf)
    return sp.csr_matrix((values, indices, indptr), shape=(len(chosen.owners), len(vocabulary.idf)))


def coverage(texts: Texts, chosen: Samples, vocabulary: Vocabulary, settings: Settings) -> Floats:
    """Return the share of each sample's n-grams of the smallest n (as a rule its tokens) that are in the vocabulary."""
    n = settings.ngram_range[0]
    indptr, _, known = count_rows(texts.batch.hashes, chosen.starts, chosen.stops, n, n, 0, vocabulary.lookup)
    totals = np.concatenate([[0], np.cumsum(known, dtype=np.int64)])
    found = totals[indptr[1:]] - totals[indptr[:-1]]
    share: Floats = found / np.maximum(chosen.stops - chosen.starts - n + 1, 1)
    return share
