"""Learning the model of kinds: its vocabulary, its fits, and what they say of sources that they have not seen.

It differs from a model of topics in three ways. A term enters the vocabulary only if at least two sources have it, so
that nothing private does. Terms are weighed by how strongly they speak for or against news, not by idf: S. Wang and C.
Manning 2012, "Baselines and bigrams" (``docs/experiments.md``). And probabilities are calibrated on sources left out,
in turn, so that the probability of news holds for kinds of text that training did not have.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from chude.kernels.counting import topic_frequency
from chude.kernels.lookup import Lookup
from chude.tokenizer import Tokenizer
from chude.topics import NEWS
from chude.training.features import (
    CandidateTerms,
    Settings,
    Texts,
    Vocabulary,
    learn_vocabulary,
    samples,
    tfidf_rows,
)
from chude.training.fitting import Fitted
from chude.training.linear import Linear, fit_linear
from chude.vectorizer.vocabulary import terms_of

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_LARGE = 200
"""A source of so many texts is left out alone, smaller ones together with others."""

_SMOOTHING = 1.0
"""Texts added to the count of each term before its log odds are taken."""


@dataclass(frozen=True)
class Corpus:
    """The texts of a recipe of kinds, tokenized.

    Copies in small letters teach, and are scored, but nothing is calibrated or split by them.

    `frame`: as `tools.corpora.read_kinds` returns it; `texts`: the same; `kinds`: slugs, in the order of the columns;
    `sources` (n_texts,) int64: number of each text's source; `fitted` (n_texts,) bool.
    """

    frame: pd.DataFrame
    texts: Texts
    kinds: tuple[str, ...]
    sources: Indices
    fitted: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, frame: pd.DataFrame, tokenizer: Tokenizer, news_share: float) -> "Corpus":
        """Tokenize texts and weigh them."""
        kinds, columns = np.unique(frame["topic"].to_numpy(dtype=str), return_inverse=True)
        fitted = frame["fitted"].to_numpy(dtype=np.bool_)
        weights = balanced(frame, fitted, news_share)
        texts = Texts.of(frame["text"].tolist(), tokenizer, columns.astype(np.int64), len(kinds), weights)
        sources = np.unique(frame["source"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
        return cls(frame, texts, tuple(kinds.tolist()), sources, fitted)

    @property
    def is_news(self) -> npt.NDArray[np.bool_]:
        """Whether each text is news."""
        news: npt.NDArray[np.bool_] = self.texts.topics == self.kinds.index(NEWS)
        return news

    @property
    def n_tokens(self) -> Indices:
        """Tokens of each text."""
        return np.diff(self.texts.batch.bounds)


def balanced(frame: pd.DataFrame, fitted: npt.NDArray[np.bool_], news_share: float) -> Floats:
    """Return the weight of each text; those of texts that are fitted have mean 1.

    Sources of a kind weigh the same, kinds as the square root of their texts, news and the rest as `news_share` says.
    """
    kind = frame["kind"]
    size = frame.groupby("source")["text"].transform("size").to_numpy(dtype=np.float64)
    weight = 1.0 / size
    of_kind = pd.Series(weight).groupby(kind.to_numpy()).transform("sum").to_numpy()
    weight *= np.sqrt(frame.groupby("kind")["text"].transform("size").to_numpy()) / of_kind
    is_news = (frame["topic"] == NEWS).to_numpy()
    for part, share in ((is_news, news_share), (~is_news, 1 - news_share)):
        weight[part] *= share / weight[part & fitted].sum()
    scaled: Floats = weight / weight[fitted].mean()
    return scaled


def candidates(corpus: Corpus, settings: Settings) -> CandidateTerms:
    """Return the n-grams that occur often enough in all texts."""
    return CandidateTerms.of(corpus.texts, settings)


def of_several_sources(
    corpus: Corpus, chosen: Indices, found: CandidateTerms, settings: Settings, least: int
) -> Indices:
    """Return which candidates occur in at least so many sources of the chosen texts."""
    bounds, batch = corpus.texts.batch.bounds, corpus.texts.batch
    _, frequency = topic_frequency(
        batch.hashes, bounds[chosen], bounds[chosen + 1], *settings.ngram_range, found.lookup,
        corpus.sources[chosen], np.ones(len(chosen)), int(corpus.sources.max()) + 1,
    )  # fmt: skip
    return np.flatnonzero((frequency > 0).sum(axis=1) >= least)


def learn_terms(
    corpus: Corpus, chosen: Indices, found: CandidateTerms, settings: Settings, least: int
) -> tuple[Vocabulary, Indices]:
    """Choose the terms, and weigh them by the size of their log odds of news, all from the chosen texts alone.

    Returns
    -------
    vocabulary : Vocabulary
        With those weights in the place of idf.
    terms : ndarray of shape (n_terms,), int64
        Which of the candidates they are.
    """
    shared = of_several_sources(corpus, chosen, found, settings, least)
    counts = found.counts.take(shared)
    vocabulary, kept = learn_vocabulary(corpus.texts, chosen, CandidateTerms(counts, Lookup(counts.keys)), settings)
    batch, weights = corpus.texts.batch, corpus.texts.weights[chosen]
    _, frequency = topic_frequency(
        batch.hashes, batch.bounds[chosen], batch.bounds[chosen + 1], *settings.ngram_range, vocabulary.lookup,
        corpus.is_news[chosen].astype(np.int64), weights, 2,
    )  # fmt: skip
    smoothed = frequency + _SMOOTHING
    odds = np.log(smoothed / smoothed.sum(axis=0))
    return Vocabulary(vocabulary.lookup, np.abs(odds[:, 1] - odds[:, 0]) + 1e-6), shared[kept]


@dataclass(frozen=True)
class KindFit:
    """What was learned from the chosen texts: the terms, and their weights.

    Short texts are scored by the same weights. They are calibrated apart.
    """

    vocabulary: Vocabulary
    terms: Indices
    whole: Linear

    @classmethod
    def on(
        cls, corpus: Corpus, chosen: Indices, found: CandidateTerms, settings: Settings, recipe: dict[str, Any]
    ) -> "KindFit":
        """Fit on the chosen texts."""
        vocabulary, terms = learn_terms(corpus, chosen, found, settings, recipe["min_sources"])
        on = samples(corpus.texts, chosen, replace(settings, short_below=0))
        rows = tfidf_rows(corpus.texts, on, vocabulary, settings)
        found_weights = fit_linear(rows, corpus.texts.topics[on.owners], len(corpus.kinds), on.weights, recipe["C"], 0)
        whole = Linear(found_weights.weights, found_weights.intercept)
        return cls(vocabulary, terms, _news_against_the_rest(whole, corpus.kinds.index(NEWS)))

    def fitted(self, corpus: Corpus, found: CandidateTerms) -> Fitted:
        """Return it with the spelling of its terms."""
        texts = corpus.texts
        terms = terms_of(found.counts, self.terms, texts.texts, texts.batch, texts.tokenizer)
        return Fitted(terms, self.vocabulary, self.whole, self.whole)


def _news_against_the_rest(linear: Linear, news: int) -> Linear:
    """Return weights by which whether a text is news depends on the scores of news alone.

    Each of the other kinds is known again more easily than it is found in a source never seen. What tells news from all
    of them together does better (``docs/experiments.md``). So the other kinds get the score of what is not news, apart
    by as much as they were.
    """

    def of(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        others = np.delete(scores, news, axis=-1)
        its = scores[..., news, None]
        found = np.insert(others - others.mean(axis=-1, keepdims=True) - its, [news], its, axis=-1)
        return np.ascontiguousarray(found, dtype=np.float32)

    return Linear(of(linear.weights), of(linear.intercept))


@dataclass(frozen=True)
class LeftOut:
    """What fits say of texts of sources that they have not seen.

    `scores` (n_texts, n_kinds) float64; `n_terms` (n_texts,) int64; `is_short` (n_texts,) bool.
    """

    scores: Floats
    n_terms: Indices
    is_short: npt.NDArray[np.bool_]


def left_out(
    corpus: Corpus,
    settings: Settings,
    recipe: dict[str, Any],
    splits: Sequence[Sequence[str]],
    progress: Callable[[str], None],
) -> LeftOut:
    """Score each text by a fit without its source.

    Parameters
    ----------
    splits : sequence of sequences of str
        The sources that are left out together.
    """
    found, n = candidates(corpus, settings), len(corpus.frame)
    scores, n_terms = np.full((n, len(corpus.kinds)), np.nan), np.zeros(n, dtype=np.int64)
    is_short = corpus.n_tokens < settings.short_below
    source = corpus.frame["source"]
    for split in splits:
        progress(f"without {', '.join(split)}")
        out = source.isin(split).to_numpy()
        fit = KindFit.on(corpus, np.flatnonzero(corpus.fitted & ~out), found, settings, recipe)
        off = samples(corpus.texts, np.flatnonzero(out), _uncut(settings))
        rows = tfidf_rows(corpus.texts, off, fit.vocabulary, settings)
        n_terms[off.owners] = np.diff(rows.indptr)
        scores[off.owners] = fit.whole.scores(rows)
    return LeftOut(scores, n_terms, is_short)


def _uncut(settings: Settings) -> Settings:
    return replace(settings, cut_lengths=())


def each_alone(frame: pd.DataFrame) -> list[list[str]]:
    """Return splits that leave out every large source of what is not news alone, and one publisher of news with it.

    Small sources go together with large ones of other kinds. Sources for measuring only are one split.
    """
    fitted = frame[frame["fitted"] & ~frame["copied"]]
    sizes = fitted.groupby(["topic", "source"], sort=True).size().reset_index(name="texts")
    publishers = sizes[sizes["topic"] == NEWS]["source"].tolist()
    others = sizes[sizes["topic"] != NEWS].groupby("source", sort=True)["texts"].sum()
    splits = [[source] for source in others.index[others >= _LARGE]]
    for number, source in enumerate([*publishers, *others.index[others < _LARGE]]):
        splits[number % len(splits)].append(source)
    measured = sorted(set(frame["source"]) - set(fitted["source"]))
    return [*splits, measured] if measured else splits


def in_few(splits: Sequence[Sequence[str]], n: int) -> list[list[str]]:
    """Return `n` splits in place of many: what is left out together is left out together still."""
    return [[source for split in part for source in split] for part in _dealt(splits, n)]


def _dealt(splits: Sequence[Sequence[str]], n: int) -> Iterator[Sequence[Sequence[str]]]:
    for number in range(min(n, len(splits))):
        yield splits[number::n]
