"""The compiled scorer gives the counts and topics of the plain one, and its numbers to 1e-9."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.kernels import lookup, scoring, tokenizing
from chude.kernels.plain import lookup as plain_lookup
from chude.kernels.plain import scoring as plain_scoring
from chude.kernels.plain import tokenizing as plain_tokenizing
from chude.tokenizer import Tokenizer
from chude.vectorizer.vocabulary import keys_of_terms

TERMS = ["vàng", "giá", "giá vàng", "hà nội", "bóng", "đá", "bóng đá", "đội", "hôm nay", "hà nội hôm"]
WORDS = ["giá", "vàng", "hà", "nội", "bóng", "đá", "đội", "tuyển", "hôm", "nay", "xyz", "ok"]
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=8), max_size=6)
shapes = st.sampled_from([(1, 1), (1, 2), (2, 2), (2, 3)])


def scorer(forms: tuple[object, object, object], n_topics: int, sizes: tuple[int, int], lead: int, seed: int) -> object:
    tokenizer_form, lookup_form, scoring_form = forms
    random = np.random.default_rng(seed)
    letters, keys = Tokenizer().letters, keys_of_terms(TERMS, Tokenizer())
    idf = random.uniform(1, 8, len(TERMS)).astype(np.float32)
    calibrator = scoring_form.Calibrator(
        2.0, -0.6, 0.5, 0.25 * seed, random.normal(size=n_topics), random.dirichlet(np.ones(n_topics))
    )
    whole, short = (
        scoring_form.Head(
            random.integers(-127, 128, (len(TERMS), n_topics)).astype(np.int8),
            idf,
            random.uniform(0, 0.02, len(TERMS)).astype(np.float32),
            random.normal(size=n_topics),
            calibrator,
        )
        for _ in range(2)
    )
    return scoring_form.Scorer(
        tokenizer_form.Letters(letters.entries, letters.compositions), lookup_form.Lookup(keys), *sizes, bool(seed % 2),
        lead, whole, short, 6, 0.2,
    )  # fmt: skip


@settings(deadline=None)
@given(texts, st.sampled_from([1, 2, 13, 16, 17]), shapes, st.sampled_from([0, 1, 3, 100]), st.integers(0, 3))
def test_scores(given_texts: list[str], n_topics: int, sizes: tuple[int, int], lead: int, seed: int) -> None:
    one = scorer((tokenizing, lookup, scoring), n_topics, sizes, lead, seed)
    other = scorer((plain_tokenizing, plain_lookup, plain_scoring), n_topics, sizes, lead, seed)
    results = []
    for form in (one, other):
        values = np.full((len(given_texts), 2 * n_topics + 1), np.nan)
        counts = np.full((len(given_texts), 3), -1, dtype=np.int64)
        n_unaccented = form.score(given_texts, 0, len(given_texts), values, counts)
        results.append((n_unaccented, values, counts))
        columns = np.full(len(given_texts), -1, dtype=np.int64)
        start = min(1, len(given_texts))
        unaccented = form.best(given_texts, start, len(given_texts), columns)
        assert columns.tolist() == [-1] * start + counts[start:, 2].tolist()
        few = counts[:, 1] < 0.2 * counts[:, 0]
        assert unaccented == [i for i in range(start, len(given_texts)) if few[i]]
    assert results[0][0] == results[1][0]
    assert np.allclose(results[0][1], results[1][1], rtol=0, atol=1e-9)
    assert np.array_equal(results[0][2], results[1][2])
    for text in given_texts:
        tokens = Tokenizer().batch([text]).hashes
        rows, tfidf, n_smallest = one.term_weights(tokens)
        expected_rows, expected_tfidf, expected_smallest = other.term_weights(tokens)
        assert np.array_equal(rows, expected_rows)
        assert n_smallest == expected_smallest
        assert np.allclose(tfidf, expected_tfidf, rtol=0, atol=1e-12)


@settings(deadline=None)
@given(
    st.floats(0, 1),
    st.sampled_from([0.0, 1e-16, 1e-9, 1e-3, 0.1, 1.0]),
    st.sampled_from([0.0, 0.5, 5.0]),
    st.booleans(),
    st.integers(0, 5),
)
def test_the_best_topic_is_the_most_probable_one_however_close_another_is(
    prior: float, ahead: float, few: float, reverse: bool, n_known: int
) -> None:
    calibrator = scoring.Calibrator(2.0, 0.5, 0.5, few, np.zeros(2), np.array([prior, 1 - prior]))
    intercept = np.array([1.0, 1.0 + ahead][:: -1 if reverse else 1])
    keys, letters = keys_of_terms(TERMS, Tokenizer()), Tokenizer().letters
    ones = np.ones(len(TERMS), dtype=np.float32)
    head = scoring.Head(np.zeros((len(TERMS), 2), dtype=np.int8), ones, ones, intercept, calibrator)
    form = scoring.Scorer(
        tokenizing.Letters(letters.entries, letters.compositions),
        lookup.Lookup(keys),
        1,
        1,
        True,
        0,
        head,
        head,
        0,
        0.2,
    )
    values, counts, columns = np.empty((1, 5)), np.empty((1, 3), dtype=np.int64), np.empty(1, dtype=np.int64)
    given_texts = [" ".join([*["xyz"] * 3, *["vàng", "giá", "bóng", "đá", "đội"][:n_known]])]
    form.score(given_texts, 0, 1, values, counts)
    form.best(given_texts, 0, 1, columns)
    assert columns[0] == counts[0, 2] == values[0, 2:4].argmax()


@settings(deadline=None)
@given(texts, st.sampled_from([1, 13, 16, 17, 40]), st.integers(0, 3))
def test_scores_are_the_same_to_the_last_bit_whatever_vectors_there_are(
    given_texts: list[str], n_topics: int, seed: int
) -> None:
    from chude.kernels.compiled.scoring import limit_vectors

    form = scorer((tokenizing, lookup, scoring), n_topics, (1, 2), 3, seed)
    found = []
    for n_bytes in (0, 32, 64):
        limit_vectors(n_bytes)
        values, counts = np.empty((len(given_texts), 2 * n_topics + 1)), np.empty((len(given_texts), 3), dtype=np.int64)
        form.score(given_texts, 0, len(given_texts), values, counts)
        found.append(values.tobytes())
    assert found[0] == found[1] == found[2]


def test_only_the_rows_asked_for_are_written() -> None:
    one = scorer((tokenizing, lookup, scoring), 3, (1, 2), 0, 1)
    values, counts = np.full((5, 7), -9.0), np.full((5, 3), -9, dtype=np.int64)
    one.score(["giá vàng"] * 5, 1, 3, values, counts)
    assert (values[:, 0] != -9).tolist() == (counts[:, 0] != -9).tolist() == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("start", "stop", "rows", "width"), [(0, 3, 3, 7), (-1, 1, 2, 7), (2, 1, 2, 7), (0, 2, 1, 7), (0, 2, 2, 6)]
)
def test_arrays_of_other_shapes_are_refused(start: int, stop: int, rows: int, width: int) -> None:
    one = scorer((tokenizing, lookup, scoring), 3, (1, 2), 0, 1)
    with pytest.raises(ValueError, match=r"no texts from|must have the shapes"):
        one.score(["a", "b"], start, stop, np.empty((rows, width)), np.empty((rows, 3), dtype=np.int64))
    with pytest.raises(ValueError, match="no texts from"):
        one.best(["a", "b"], 1, 2, np.empty(1, dtype=np.int64))


@settings(deadline=None)
@given(
    st.integers(1, 20),
    st.integers(0, 5),
    st.floats(-3, 3),
    st.floats(-2, 2),
    st.floats(0, 2),
    st.sampled_from([0.0, 0.1, 1.0, 30.0]),
    st.integers(0, 99),
)
def test_softmax(
    n_topics: int, n_texts: int, slope: float, length: float, margin: float, few: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    scores, n_terms = random.normal(0, 3, (n_texts, n_topics)), random.integers(0, 4, n_texts)
    numbers = (slope, length, margin, few, random.normal(size=n_topics), random.dirichlet(np.ones(n_topics)))
    probabilities = scoring.softmax(scores, n_terms, scoring.Calibrator(*numbers))
    expected = plain_scoring.softmax(scores, n_terms, plain_scoring.Calibrator(*numbers))
    assert np.allclose(probabilities, expected, rtol=0, atol=1e-9)


def test_a_calibrator_survives_a_pickle() -> None:
    calibrator = scoring.Calibrator(2.0, -0.6, 0.5, 0.7, np.array([0.1, -0.2]), np.array([0.25, 0.75]))
    again = pickle.loads(pickle.dumps(calibrator))
    scores, n_terms = np.array([[1.0, 2.0], [0.5, 0.25]]), np.array([3, 0])
    assert np.array_equal(scoring.softmax(scores, n_terms, again), scoring.softmax(scores, n_terms, calibrator))
