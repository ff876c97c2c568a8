"""From a text to its evidence: the known n-grams, their places and their contributions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.explain.explanation import Explanation
from chude.explain.parts import Term, Token, TopicEvidence, TopicScore
from chude.kernels.lookup import ngram_keys
from chude.model.limits import Limits, rounded
from chude.tokenizer import Span

if TYPE_CHECKING:
    from chude.model import Head, Scorer, TopicModel

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

N_TOPICS = 2
"""Evidence is given for the winning topic and its runner-up."""


def explain(model: "TopicModel", text: str, k: int = 10) -> Explanation:
    """Explain the topic that a model gives a text.

    Parameters
    ----------
    model : TopicModel
    text : str
    k : int, default 10
        How many terms to list towards and away from a topic.

    Returns
    -------
    Explanation

    Raises
    ------
    TypeError
        If `text` is not a str.
    InputError
        If `k` is negative.
    """
    if not isinstance(text, str):
        raise TypeError(f"expected one text of type str, got {type(text).__name__}: {text!r:.60}")
    if k < 0:
        raise InputError(f"k is how many terms to list, 0 or more, not {k!r}")
    prediction = model.score_texts([text])
    scorer, head = model.scorers([text])[0]
    order = np.argsort(-prediction.probabilities[0], kind="stable")
    topics = tuple(
        TopicScore(
            model.topics[column], float(prediction.probabilities[0, column]), float(prediction.scores[0, column])
        )
        for column in order.tolist()
    )
    columns = order[:N_TOPICS]
    found = _find(scorer, head, text, columns)
    evidence = tuple(
        TopicEvidence(score.topic, score.probability, score.score, float(head.intercept[column]), terms, k)
        for score, column, terms in zip(topics, columns.tolist(), _terms(scorer, found, text), strict=False)
    )
    best, coverage = rounded(prediction.probabilities.max(axis=1)), rounded(prediction.coverage)
    (reason,) = Limits.of(model).reasons([text], best, coverage, prediction.n_tokens)
    return Explanation(
        text, model.name, topics, evidence, _tokens(found), float(prediction.coverage[0]), scorer.tokenizer.diacritics,
        reason,
    )  # fmt: skip


class _Found(NamedTuple):
    """The known terms of a text.

    `spans`: the tokens; `min_n`: smallest n; `places` (n_sizes, n_tokens) int64: the index, among the terms, of the
    n-gram of size ``min_n + i`` that starts at a token, -1 for an unknown one; `terms` (n_terms,) int64: their indices
    in the vocabulary; `contributions` (n_terms, n_topics).
    """

    spans: list[Span]
    min_n: int
    places: Indices
    terms: Indices
    contributions: Floats


def _find(scorer: "Scorer", head: "Head", text: str, columns: Indices) -> _Found:
    terms, tfidf = scorer.term_weights(text)
    hashes = scorer.tokenizer.batch([text]).hashes
    min_n, max_n = scorer.ngram_range
    places = np.full((max_n - min_n + 1, len(hashes)), -1, dtype=np.int64)
    for n in range(min_n, max_n + 1):
        found = scorer.lookup.rows(ngram_keys(hashes, n))
        places[n - min_n, : len(found)] = np.where(found >= 0, np.searchsorted(terms, found), -1)
    contributions = tfidf[:, None] * head.weights_of(terms)[:, columns]
    return _Found(scorer.tokenizer.spans(text), min_n, places, terms, contributions)


def _terms(scorer: "Scorer", found: _Found, text: str) -> list[tuple[Term, ...]]:
    """Return for each topic the terms, by contribution, the largest first; ties in alphabetical order."""
    occurrences: list[list[tuple[int, int]]] = [[] for _ in found.terms]
    spellings = [""] * len(found.terms)
    for size, starts in enumerate(found.places, found.min_n):
        for i in np.flatnonzero(starts >= 0).tolist():
            tokens = found.spans[i : i + size]
            # Of a model that reads marks, what follows the last word stands for what the text begins with.
            place = min(token.start for token in tokens), max(token.stop for token in tokens)
            occurrences[starts[i]].append(place)
            if not scorer.tokenizer.marks:
                spellings[starts[i]] = spellings[starts[i]] or _spelling(text, tokens)
    names = [scorer.terms[term] for term in found.terms.tolist()]
    spellings = [spelling or name for spelling, name in zip(spellings, names, strict=True)]
    spans = [tuple(sorted(places)) for places in occurrences]
    return [_ranked(names, column.tolist(), spans, spellings) for column in found.contributions.T]


def _spelling(text: str, tokens: Sequence[Span]) -> str:
    """Return tokens as the text spells them, in small letters; syllables of a word are joined as in a vocabulary."""
    own = ("_".join(text[token.start : token.stop].split()) for token in tokens)
    return normalize("NFC", " ".join(own).lower())


def _ranked(
    names: Sequence[str],
    contributions: Sequence[float],
    spans: Sequence[tuple[tuple[int, int], ...]],
    spellings: Sequence[str],
) -> tuple[Term, ...]:
    terms = (Term(*parts) for parts in zip(names, contributions, spans, spellings, strict=True))
    return tuple(sorted(terms, key=lambda term: (-term.contribution, term.term)))


def _tokens(found: _Found) -> tuple[Token, ...]:
    """Divide the contributions among the tokens."""
    n_tokens = len(found.spans)
    shares = np.zeros((n_tokens, found.contributions.shape[1]))
    linked = np.zeros(n_tokens, dtype=np.bool_)
    counts = np.bincount(found.places[found.places >= 0], minlength=len(found.terms))
    for size, starts in enumerate(found.places, found.min_n):
        at = np.flatnonzero(starts >= 0)
        share = found.contributions[starts[at]] / (counts[starts[at]] * size)[:, None]
        for offset in range(size):
            shares[at + offset] += share
        for offset in range(1, size):
            linked[at + offset] = True
    known = found.places[0] >= 0
    rows = zip(found.spans, known.tolist(), linked.tolist(), shares.tolist(), strict=True)
    return tuple(Token(span.start, span.stop, knows, goes_on, tuple(row)) for span, knows, goes_on, row in rows)
