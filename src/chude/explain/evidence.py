"""From a text to its evidence: the known n-grams, their places, and what they contribute."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled
from chude.errors import InputError
from chude.explain.explanation import Explanation, Term, Token, TopicEvidence, TopicScore
from chude.tokenizer import Span
from chude.tokenizer.kernel import Hashes
from chude.vectorizer.lookup import Lookup, known_rows

if TYPE_CHECKING:
    from chude.model import Reading, TopicModel

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

N_TOPICS = 2
"""Evidence is given for the winning topic and its runner-up."""


def explain(model: "TopicModel", text: str, k: int = 10) -> Explanation:
    """Say why a model gives a text its topic.

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
    judged = model.judge([text])
    reading, _ = model.readings([text])[0]
    order = np.argsort(-judged.probabilities[0], kind="stable")
    topics = tuple(
        TopicScore(model.topics[column], float(judged.probabilities[0, column]), float(judged.scores[0, column]))
        for column in order.tolist()
    )
    columns = order[:N_TOPICS]
    found = _find(reading, text, columns)
    evidence = tuple(
        TopicEvidence(score.topic, score.probability, score.score, float(reading.intercept[column]), terms, k)
        for score, column, terms in zip(topics, columns.tolist(), _terms(reading, found), strict=False)
    )
    return Explanation(
        text, model.name, topics, evidence, _tokens(found), float(judged.coverage[0]), reading.tokenizer.diacritics
    )


class _Found(NamedTuple):
    """The known terms of a text.

    `spans`: the tokens; `least`: smallest n; `places` (n_sizes, n_tokens) int64: the index, among the terms, of the
    n-gram of size ``least + i`` that starts at a token, -1 for an unknown one; `rows` (n_terms,): the terms' rows;
    `contributions` (n_terms, n_topics).
    """

    spans: list[Span]
    least: int
    places: Places
    rows: Places
    contributions: Floats


def _find(reading: "Reading", text: str, columns: Places) -> _Found:
    rows, values = reading.evidence(text)
    by_row = np.argsort(rows)
    rows, values = rows[by_row], values[by_row]
    weights = reading.scale[rows].astype(np.float64)[:, None] * reading.weights[rows][:, columns]
    scorer = reading.scorer
    hashes = reading.tokenizer.batch([text]).hashes
    row_of = _row_of_each_ngram(hashes, scorer.least, scorer.most, scorer.lookup)
    places = np.where(row_of >= 0, np.searchsorted(rows, row_of), -1)
    return _Found(reading.tokenizer.spans(text), scorer.least, places, rows, values[:, None] * weights)


@compiled
def _row_of_each_ngram(hashes: Hashes, least: int, most: int, lookup: Lookup) -> Places:
    """Return the row of each n-gram by its size and first token; -1 where it is not in the vocabulary."""
    found = np.full((most - least + 1, len(hashes)), -1, dtype=np.int64)
    keys, rows = np.empty(most, dtype=np.uint64), np.empty(2, dtype=np.int64)
    for n in range(least, most + 1):
        for i in range(len(hashes) - n + 1):
            if known_rows(hashes[i : i + n], n, n, lookup, keys, rows)[0]:
                found[n - least, i] = rows[0]
    return found


def _terms(reading: "Reading", found: _Found) -> list[tuple[Term, ...]]:
    """Return for each topic the terms, from most towards to most away; ties in alphabetical order."""
    occurrences: list[list[tuple[int, int]]] = [[] for _ in found.rows]
    for size, starts in enumerate(found.places, found.least):
        for i in np.flatnonzero(starts >= 0).tolist():
            occurrences[starts[i]].append((found.spans[i].start, found.spans[i + size - 1].stop))
    names = [reading.terms[row] for row in found.rows.tolist()]
    spans = [tuple(sorted(places)) for places in occurrences]
    return [_ranked(names, column.tolist(), spans) for column in found.contributions.T]


def _ranked(
    names: Sequence[str], contributions: Sequence[float], spans: Sequence[tuple[tuple[int, int], ...]]
) -> tuple[Term, ...]:
    terms = (Term(*parts) for parts in zip(names, contributions, spans, strict=True))
    return tuple(sorted(terms, key=lambda term: (-term.contribution, term.term)))


def _tokens(found: _Found) -> tuple[Token, ...]:
    """Share the contributions out among the tokens."""
    n_tokens = len(found.spans)
    shares = np.zeros((n_tokens, found.contributions.shape[1]))
    linked = np.zeros(n_tokens, dtype=np.bool_)
    counts = np.bincount(found.places[found.places >= 0], minlength=len(found.rows))
    for size, starts in enumerate(found.places, found.least):
        at = np.flatnonzero(starts >= 0)
        share = found.contributions[starts[at]] / (counts[starts[at]] * size)[:, None]
        for offset in range(size):
            shares[at + offset] += share
        for offset in range(1, size):
            linked[at + offset] = True
    known = found.places[0] >= 0
    rows = zip(found.spans, known.tolist(), linked.tolist(), shares.tolist(), strict=True)
    return tuple(Token(span.start, span.stop, knows, goes_on, tuple(row)) for span, knows, goes_on, row in rows)
