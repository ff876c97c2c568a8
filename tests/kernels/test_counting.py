"""N-grams counted: both forms alike, and as scikit-learn counts them."""

from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from chude.kernels import counting as kernel
from chude.kernels import lookup
from chude.kernels.plain import counting as plain
from chude.kernels.plain import lookup as plain_lookup

FORMS = pytest.mark.parametrize(
    ("form", "lookups"), [(kernel, lookup), (plain, plain_lookup)], ids=["compiled", "plain"]
)

token_lists = st.lists(st.lists(st.integers(0, 5), max_size=14), max_size=6)
ngram_ranges = st.tuples(st.integers(1, 4), st.integers(1, 5)).map(sorted)
leads = st.integers(-1, 8)


def hashed(tokens: list[int]) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.array(tokens, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def laid_out(token_lists: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    bounds = np.cumsum([0, *map(len, token_lists)], dtype=np.int64)
    return hashed([token for tokens in token_lists for token in tokens]), bounds[:-1].copy(), bounds[1:].copy()


def counter(token_lists: list[list[int]], ngram_range: list[int]) -> tuple[CountVectorizer, np.ndarray]:
    """scikit-learn's counts, its columns in the order in which n-grams appear."""
    vectorizer = CountVectorizer(analyzer=str.split, ngram_range=(1, 1))
    texts = [
        " ".join("_".join(map(str, tokens[i : i + n])) for n in range(ngram_range[0], ngram_range[1] + 1)
                 for i in range(len(tokens) - n + 1))
        for tokens in token_lists
    ]  # fmt: skip
    order = list(dict.fromkeys(term for text in texts for term in text.split()))
    if not order:
        return vectorizer, np.zeros((len(texts), 0), dtype=np.int64)
    return vectorizer, vectorizer.set_params(vocabulary=order).transform(texts).toarray()


@settings(deadline=None)
@given(token_lists, ngram_ranges, leads, st.data())
def test_both_forms_count_alike(
    tokens: list[list[int]], ngram_range: list[int], lead: int, data: st.DataObject
) -> None:
    hashes, starts, stops = laid_out(tokens)
    for _ in range(data.draw(st.integers(0, 3))):  # runs may overlap
        start = data.draw(st.integers(0, len(hashes)))
        starts, stops = np.append(starts, start), np.append(stops, data.draw(st.integers(start, len(hashes))))
    counts = kernel.count_ngrams(hashes, starts, stops, *ngram_range, lead)
    for column, expected in zip(counts, plain.count_ngrams(hashes, starts, stops, *ngram_range, lead), strict=True):
        np.testing.assert_array_equal(column, expected)
        assert column.dtype == expected.dtype
    known = counts.keys[:: data.draw(st.integers(1, 3))].copy()
    of, plain_of = lookup.Lookup(known), plain_lookup.Lookup(known)
    rows = kernel.count_rows(hashes, starts, stops, *ngram_range, lead, of)
    for part, expected in zip(rows, plain.count_rows(hashes, starts, stops, *ngram_range, lead, plain_of), strict=True):
        np.testing.assert_array_equal(part, expected)
        assert part.dtype == expected.dtype
    topics = np.array([data.draw(st.integers(0, 2)) for _ in starts], dtype=np.int64)
    weights = np.array([data.draw(st.floats(0, 4)) for _ in starts], dtype=np.float64)
    of_topics = kernel.topic_frequency(hashes, starts, stops, *ngram_range, of, topics, weights, 3)
    expected_of_topics = plain.topic_frequency(hashes, starts, stops, *ngram_range, plain_of, topics, weights, 3)
    for part, expected in zip(of_topics, expected_of_topics, strict=True):
        np.testing.assert_array_equal(part, expected)
    tf, idf = np.log1p(np.arange(rows[2].max(initial=0) + 1)), 1.0 + np.arange(len(known)) % 3
    values = kernel.tfidf_values(*rows, tf, idf)
    np.testing.assert_allclose(values, plain.tfidf_values(*rows, tf, idf), rtol=1e-6)


@FORMS
@settings(deadline=None, max_examples=60)
@given(tokens=token_lists, ngram_range=ngram_ranges)
def test_counts_are_those_of_scikit_learn(
    form: ModuleType, lookups: ModuleType, tokens: list[list[int]], ngram_range: list[int]
) -> None:
    hashes, starts, stops = laid_out(tokens)
    _, expected = counter(tokens, ngram_range)
    found = form.count_ngrams(hashes, starts, stops, *ngram_range)
    np.testing.assert_array_equal(found.document_frequency, (expected > 0).sum(axis=0))
    np.testing.assert_array_equal(found.term_frequency, expected.sum(axis=0))
    indptr, indices, counts = form.count_rows(hashes, starts, stops, *ngram_range, 0, lookups.Lookup(found.keys))
    dense = np.zeros_like(expected)
    dense[np.repeat(np.arange(len(starts)), np.diff(indptr)), indices] = counts
    np.testing.assert_array_equal(dense, expected)
    for start, stop in pairwise(indptr):
        assert (np.diff(indices[start:stop]) > 0).all()
    idf = 1.0 + np.arange(len(found.keys)) % 4
    tf = np.arange(counts.max(initial=0) + 1, dtype=np.float64)
    if expected.size:
        weigher = TfidfTransformer().fit(expected)
        weigher.idf_ = idf
        weighed = weigher.transform(expected).toarray()
        values = form.tfidf_values(indptr, indices, counts, tf, idf)
        np.testing.assert_allclose(weighed[dense > 0], values, rtol=1e-6)
    topics, weights = np.arange(len(starts)) % 2, 0.5 + np.arange(len(starts))
    _, frequency = form.topic_frequency(
        hashes, starts, stops, *ngram_range, lookups.Lookup(found.keys), topics, weights, 2
    )
    np.testing.assert_allclose(frequency, (expected > 0).T @ (np.eye(2)[topics] * weights[:, None]))


@pytest.mark.parametrize("n_tokens", [2_000, 200_000])
def test_more_ngrams_than_there_is_room_for_at_first(n_tokens: int) -> None:
    hashes = np.random.default_rng(0).integers(0, 2**64, n_tokens, dtype=np.uint64)
    hashes[n_tokens // 2 :: 2] = hashes[0]
    counts = kernel.count_ngrams(hashes, np.array([0]), np.array([n_tokens]), 1, 1)
    keys, numbers = np.unique(hashes, return_counts=True)
    order = np.argsort(counts.keys)
    np.testing.assert_array_equal(counts.keys[order], keys)
    np.testing.assert_array_equal(counts.term_frequency[order], numbers)
    np.testing.assert_array_equal(hashes[counts.first], counts.keys)


@pytest.mark.parametrize("n_rows", [63, 64, 65, 4_095, 4_096, 4_097, 200_000])
def test_rows_of_vocabularies_of_all_sizes_come_in_order(n_rows: int) -> None:
    random = np.random.default_rng(n_rows)
    keys = np.unique(random.integers(0, 2**64, n_rows, dtype=np.uint64))
    drawn = np.append(random.integers(0, len(keys), 500), [0, len(keys) - 1])
    indptr, indices, counts = kernel.count_rows(
        keys[drawn], np.array([0, 0]), np.array([len(drawn)] * 2), 1, 1, 0, lookup.Lookup(keys)
    )
    rows, numbers = np.unique(drawn, return_counts=True)
    for start, stop in pairwise(indptr):
        np.testing.assert_array_equal(indices[start:stop], rows)
        np.testing.assert_array_equal(counts[start:stop], numbers)


@FORMS
@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (2, 1), (0, 4), (9, 9)])
def test_runs_that_are_not_within_the_hashes_are_refused(
    form: ModuleType, lookups: ModuleType, start: int, stop: int
) -> None:
    hashes, of = hashed([1, 2, 3]), lookups.Lookup(hashed([1]))
    starts, stops, one = np.array([0, start]), np.array([3, stop]), np.ones(2)
    for refused in (
        lambda: form.count_ngrams(hashes, starts, stops, 1, 2),
        lambda: form.count_rows(hashes, starts, stops, 1, 2, 0, of),
        lambda: form.topic_frequency(hashes, starts, stops, 1, 2, of, np.zeros(2, dtype=np.int64), one, 1),
    ):
        with pytest.raises(ValueError, match="not within the hashes"):
            refused()


@FORMS
@pytest.mark.parametrize("ngram_range", [(0, 1), (2, 1), (1, 256)])
def test_ngrams_of_no_size_are_refused(form: ModuleType, lookups: ModuleType, ngram_range: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="min_n <= max_n"):
        form.count_ngrams(hashed([1]), np.array([0]), np.array([1]), *ngram_range)


@FORMS
@pytest.mark.parametrize("topics", [[0], [0, 2], [-1, 0]])
def test_topics_that_are_not_there_are_refused(form: ModuleType, lookups: ModuleType, topics: list[int]) -> None:
    runs = np.array([0, 0]), np.array([1, 1])
    with pytest.raises(ValueError, match="one topic"):
        form.topic_frequency(
            hashed([1]), *runs, 1, 1, lookups.Lookup(hashed([1])), np.array(topics), np.ones(len(topics)), 2
        )


@FORMS
@pytest.mark.parametrize(
    "wrong",
    [{"indptr": [1, 2]}, {"indptr": [0, 3]}, {"indptr": [0, 2, 1, 2]}, {"indptr": []}, {"indices": [0, 3]},
     {"indices": [-1, 0]}, {"counts": [1, 3]}, {"counts": [-1, 1]}, {"counts": [1]}],
    ids=str,
)  # fmt: skip
def test_counts_that_fit_nothing_are_refused(
    form: ModuleType, lookups: ModuleType, wrong: dict[str, list[int]]
) -> None:
    parts = {"indptr": [0, 2], "indices": [0, 2], "counts": [1, 2]} | wrong
    indptr, indices, counts = (np.array(parts[k], dtype=d) for k, d in zip(parts, ("i8", "i4", "i4"), strict=True))
    with pytest.raises(ValueError, match="not a matrix"):
        form.tfidf_values(indptr, indices, counts, np.ones(3), np.ones(3))
