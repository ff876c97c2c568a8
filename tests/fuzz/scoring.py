"""Texts and bytes to probabilities: plain arithmetic gives the same, alone or in a batch, and evidence adds up."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import isclose, log
from typing import Any
from unicodedata import category

import numpy as np

from chude import TopicModel
from chude.decoding import decode
from chude.errors import DecodingError
from chude.explain import explain
from chude.model import Head, Scorer

from . import inputs

AS_BYTES, MADE_BY_HAND, EXPLAINED = 1, 2, 4


def seeds() -> Iterator[bytes]:
    for number, text in enumerate(inputs.pieces(24)):
        yield bytes([number % 4 & ~AS_BYTES | number % 3 // 2 * EXPLAINED]) + inputs.bytes_of(text)
    for number, text in enumerate(inputs.articles()):
        codec = ("utf-8", "utf-16", "utf-8-sig")[number % 3]
        yield bytes([AS_BYTES | number % 4]) + text[:36].encode(codec)


def check(data: bytes) -> Any:
    """Judge a text, given as one or as bytes to be decoded, with a learned model or with one made by hand."""
    options = data[0] if data else 0
    try:
        text = decode(data[1:]).text if options & AS_BYTES else inputs.text_of(data[1:])
    except DecodingError as error:
        return str(error)
    model = inputs.odd_model() if options & MADE_BY_HAND else inputs.learned_model()
    scores = _check_model(model, text)
    if options & EXPLAINED:
        _check_explanation(model, text, scores[0])
    return scores


def _check_model(model: TopicModel, text: str) -> Any:
    alone = model.score_texts([text])
    among = model.score_texts(["Giá vàng", text, "gia", ""], threads=1)
    for one, many in zip(alone, among, strict=True):
        assert np.array_equal(one[0], many[1])
    assert np.isfinite(alone.scores).all()
    assert abs(alone.probabilities.sum() - 1) < 1e-9
    assert alone.probabilities.min() >= 0
    assert 0 <= alone.coverage[0] <= 1
    scores, probabilities, coverage = _plain(*model.scorers([text])[0], text)
    assert np.allclose(alone.scores[0], scores, rtol=0, atol=1e-9)
    assert np.allclose(alone.probabilities[0], probabilities, rtol=0, atol=1e-9)
    assert isclose(alone.coverage[0], coverage, abs_tol=1e-12)
    return [
        alone.scores[0].tolist(),
        alone.probabilities[0].tolist(),
        alone.coverage[0].item(),
        alone.n_tokens.tolist(),
    ]


def _plain(scorer: Scorer, head: Head, text: str) -> tuple[Any, Any, float]:
    """Compute scores, probabilities and coverage from the spelled tokens, by the formulas of the documentation."""
    tokens = scorer.tokenizer.tokens(text)
    calibration = head.calibration
    least, most = scorer.ngram_range
    sizes = range(least, most + 1)
    grams = [
        " ".join(t[i : i + n]) for t in (tokens, tokens[: scorer.lead_tokens]) for n in sizes for i in _starts(t, n)
    ]
    row_of = {term: row for row, term in enumerate(scorer.terms)}
    counts = Counter(row_of[gram] for gram in grams if gram in row_of)
    rows = np.array(list(counts), dtype=np.int64)
    tf = np.array([1 + log(count) if scorer.sublinear_tf else count for count in counts.values()])
    values = tf * scorer.idf[rows].astype(np.float64)
    values = values / np.sqrt((values**2).sum()) if len(rows) else values
    scores = (values * head.scale[rows].astype(np.float64)) @ head.weights[rows] + head.intercept
    first = [" ".join(tokens[i : i + least]) in row_of for i in _starts(tokens, least)]
    coverage = sum(first) / max(len(first), 1)
    if not len(rows):
        return scores, calibration.priors, coverage
    second, first = np.sort(scores)[-2:]
    trust = len(rows) / (len(rows) + calibration.few)
    undoubted = trust * max(calibration.slope + calibration.length * np.log1p(len(rows)), 0)
    logits = undoubted / (1 + calibration.margin * (first - second)) * scores + calibration.offsets
    powers = np.exp(logits - logits.max())
    return scores, trust * powers / powers.sum() + (1 - trust) * calibration.priors, coverage


def _starts(tokens: list[str], n: int) -> range:
    return range(len(tokens) - n + 1)


def _check_explanation(model: TopicModel, text: str, scores: Any) -> None:
    explanation = explain(model, text)
    for told in explanation.evidence:
        index = model.topics.index(told.topic)
        assert isclose(told.score, scores[index], abs_tol=1e-9)
        assert isclose(told.intercept + sum(term.contribution for term in told.terms), told.score, abs_tol=1e-9)
        for term in told.terms:
            assert term.spans, "a term that is nowhere"
            assert all(0 <= start < stop <= len(text) for start, stop in term.spans)
    assert all(a.stop <= b.start for a, b in pairwise(explanation.tokens))
    explanation.to_dict()
    shown = explanation.to_text()
    assert all(char == "\n" or category(char) not in ("Cc", "Cs") for char in shown), "it would act on a terminal"
