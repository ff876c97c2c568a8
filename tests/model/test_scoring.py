"""What a model says equals plain arithmetic, and does not depend on how texts are handed over or written."""

import itertools
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from chude import TopicModel
from chude.model import Head, Prediction, Scorer

WORDS = "giá vàng Hà Nội bóng đá đội tuyển thắng hòa hoà ĐẤT không có gì 2024 gia vang ha noi"
texts_of_words = st.lists(st.lists(st.sampled_from(WORDS.split()), max_size=20).map(" ".join), max_size=12)
any_texts = st.lists(st.text() | st.lists(st.sampled_from(WORDS.split())).map(" ".join), max_size=8)


def plain(scorer: Scorer, head: Head, texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute scores, probabilities and coverage by scikit-learn and numpy."""
    least, most = scorer.ngram_range
    calibration = head.calibration

    def analyze(text: str) -> list[str]:
        tokens = scorer.tokenizer.tokens(text)
        counted = (tokens, tokens[: scorer.lead_tokens])
        return [" ".join(t[i : i + n]) for t in counted for n in range(least, most + 1) for i in range(len(t) - n + 1)]

    counter = TfidfVectorizer(analyzer=analyze, vocabulary=list(scorer.terms), use_idf=False, norm=None)
    tf = counter.fit_transform(texts).toarray()
    terms = (tf > 0).sum(axis=1)
    if scorer.sublinear_tf:
        tf[tf > 0] = 1 + np.log(tf[tf > 0])
    rows = normalize(tf * scorer.idf.astype(np.float64))
    scores = rows @ (head.scale[:, None].astype(np.float64) * head.weights) + head.intercept
    ordered = np.sort(scores, axis=1)
    margin = ordered[:, -1] - ordered[:, -2] if scores.shape[1] > 1 else 0
    trust = np.where(terms == 0, 0, terms / np.maximum(terms + calibration.few, 1))
    factor = trust * (calibration.slope + calibration.length * np.log1p(terms)) / (1 + calibration.margin * margin)
    logits = factor[:, None] * scores + calibration.offsets
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    probabilities = trust[:, None] * probabilities + (1 - trust)[:, None] * calibration.priors
    known = set(scorer.terms)
    tokens = [scorer.tokenizer.tokens(text) for text in texts]
    grams = [[" ".join(found[i : i + least]) for i in range(len(found) - least + 1)] for found in tokens]
    coverage = [sum(gram in known for gram in found) / max(len(found), 1) for found in grams]
    return scores, probabilities, np.array(coverage)


def is_unaccented(model: TopicModel, text: str) -> bool:
    tokens = model.accented.tokenizer.tokens(text)
    with_marks = sum(t != unicodedata.normalize("NFC", "".join(model.unaccented.tokenizer.tokens(t))) for t in tokens)
    return bool(tokens) and with_marks < 0.2 * len(tokens)


def equal(left: Prediction, right: Prediction) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize("n_topics", [1, 2, 3, 13, 16, 17, 33, 300])
@pytest.mark.parametrize(
    ("ngram_range", "sublinear_tf"), [((1, 1), False), ((1, 2), True), ((2, 2), True), ((1, 3), True)]
)
def test_scores_equal_plain_arithmetic(
    make_model, n_topics: int, ngram_range: tuple[int, int], sublinear_tf: bool
) -> None:
    model = make_model(n_topics, ngram_range, sublinear_tf)
    texts = [
        "Giá vàng, giá VÀNG tăng",
        "Đội tuyển hoà 1-1, bóng đá Hà Nội",
        "hà nội hà nội hà nội",
        "",
        "xyz",
        "đất " * 500,
    ]
    found = model.score_texts(texts)
    scores, probabilities, coverage = plain(model.accented, model.accented.whole, texts)
    assert found.scores.shape == found.probabilities.shape == (len(texts), n_topics)
    unaccented = [is_unaccented(model, text) for text in texts]
    again = plain(model.unaccented, model.unaccented.whole, texts)
    for marked, stripped in zip((scores, probabilities, coverage), again, strict=True):
        marked[unaccented] = stripped[unaccented]
    assert np.allclose(found.scores, scores, rtol=0, atol=1e-9)
    assert np.allclose(found.probabilities, probabilities, rtol=0, atol=1e-9)
    assert np.allclose(found.probabilities.sum(axis=1), 1, atol=1e-12)
    assert np.allclose(found.coverage, coverage, atol=1e-12)


@pytest.mark.parametrize("lead", [0, 1, 3, 1000])
@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 2), (2, 3)])
def test_the_beginning_of_a_text_may_count_twice(make_model, ngram_range: tuple[int, int], lead: int) -> None:
    model = make_model(4, ngram_range, unaccented=False, lead_tokens=lead)
    texts = ["Giá vàng Hà Nội, bóng đá Hà Nội", "vàng", "", "hà nội " * 300]
    scores, probabilities, coverage = plain(model.accented, model.accented.whole, texts)
    found = model.score_texts(texts)
    assert np.allclose(found.scores, scores, rtol=0, atol=1e-9)
    assert np.allclose(found.probabilities, probabilities, rtol=0, atol=1e-9)
    assert np.allclose(found.coverage, coverage, atol=1e-12)


@pytest.mark.parametrize("short_below", [1, 4, 1000])
@pytest.mark.parametrize("ngram_range", [(1, 2), (2, 2)])
def test_short_texts_are_scored_by_their_own_head(make_model, ngram_range: tuple[int, int], short_below: int) -> None:
    model = make_model(4, ngram_range, unaccented=False, lead_tokens=2, short_below=short_below)
    texts = ["Giá vàng Hà Nội", "giá vàng hà", "vàng", "", "xyz", "hà nội " * 300]
    found = model.score_texts(texts)
    short = np.array([len(model.accented.tokenizer.tokens(text)) < short_below for text in texts])
    for left, whole, own in zip(
        found,
        plain(model.accented, model.accented.whole, texts),
        plain(model.accented, model.accented.short, texts),
        strict=False,
    ):
        expected = np.where(short.reshape(-1, *[1] * (own.ndim - 1)), own, whole)
        assert np.allclose(left, expected, rtol=0, atol=1e-9)
    for (scorer, head), is_short in zip(model.scorers(texts), short.tolist(), strict=True):
        assert scorer is model.accented
        assert head is (scorer.short if is_short else scorer.whole)


def test_a_learned_model_equals_plain_arithmetic(samples_model: TopicModel, samples) -> None:
    texts = samples[0][::3]
    found = samples_model.score_texts(texts)
    assert min(found.n_tokens) >= samples_model.accented.short_below
    scores, probabilities, coverage = plain(samples_model.accented, samples_model.accented.whole, texts)
    assert np.allclose(found.scores, scores, rtol=0, atol=1e-9)
    assert np.allclose(found.probabilities, probabilities, rtol=0, atol=1e-9)
    assert np.allclose(found.coverage, coverage, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(any_texts, st.lists(st.integers(0, 8), max_size=4), st.randoms(use_true_random=False))
def test_neither_batches_nor_order_nor_threads_matter(make_model, texts: list[str], cuts: list[int], random) -> None:
    model = make_model(5, short_below=5)
    whole = model.score_texts(texts, threads=1)
    bounds = sorted({0, len(texts), *(min(cut, len(texts)) for cut in cuts)})
    parts = [model.score_texts(texts[a:b]) for a, b in itertools.pairwise(bounds)]
    if parts:
        assert equal(Prediction(*map(np.concatenate, zip(*parts, strict=True))), whole)
    order = list(range(len(texts)))
    random.shuffle(order)
    shuffled = model.score_texts([texts[i] for i in order], threads=3)
    assert equal(shuffled, Prediction(*(column[order] for column in whole)))


def test_many_chunks_and_threads_give_what_one_text_at_a_time_gives(samples_model: TopicModel, samples) -> None:
    texts = [text[i % 90 :] for i, text in enumerate(samples[0] * 40)]
    one = samples_model.score_texts(texts, threads=1)
    for threads in (2, 5, None):
        assert equal(samples_model.score_texts(texts, threads=threads), one)
    singles = [samples_model.score_texts([text]) for text in texts[::97]]
    assert equal(Prediction(*map(np.concatenate, zip(*singles, strict=True))), Prediction(*(c[::97] for c in one)))


@settings(deadline=None)
@given(texts_of_words)
def test_ways_of_writing_do_not_matter(make_model, texts: list[str]) -> None:
    model = make_model(4)
    found = model.score_texts(texts)
    for written in (str.upper, lambda t: unicodedata.normalize("NFD", t), lambda t: t.replace("hòa", "hoà"),
                    lambda t: t.replace("Đ", "Ð"), lambda t: t.replace(" ", ",\t\n")):  # fmt: skip
        assert equal(model.score_texts([written(text) for text in texts]), found)


def test_text_without_diacritics_goes_to_its_own_scorer(samples_model: TopicModel, samples) -> None:
    model = samples_model
    alone = TopicModel("unaccented", model.topics, model.unaccented)
    stripped = [" ".join(model.unaccented.tokenizer.tokens(text)) for text in samples[0]]
    assert equal(model.score_texts(stripped), alone.score_texts(stripped))
    assert np.mean(model.predict(stripped) == np.array(samples[1])) > 0.7
    mixed = [*samples[0][:2], stripped[2], samples[0][3]]
    accented = TopicModel("accented", model.topics, model.accented)
    for i, score in enumerate((accented.score_texts, accented.score_texts, alone.score_texts, accented.score_texts)):
        assert equal(Prediction(*(column[[i]] for column in model.score_texts(mixed))), score([mixed[i]]))


def test_a_model_with_one_scorer_scores_unaccented_text_with_it(make_model) -> None:
    model = make_model(3, unaccented=False)
    found = model.score_texts(["gia vang", "giá vàng"])
    assert np.array_equal(found.probabilities[0], model.accented.whole.calibration.priors)
    assert found.coverage.tolist() == [0, 1]


@pytest.mark.parametrize("text", ["", "   \n", "...", "\u0301", "qwerty", "zz zz zz", "\ud800", "😀"])
def test_a_text_without_a_known_token_gets_the_priors(make_model, text: str) -> None:
    model = make_model(5)
    found = model.score_texts([text, "giá vàng"])
    assert np.array_equal(found.probabilities[0], model.accented.whole.calibration.priors)
    assert found.coverage[0] == 0
    assert np.array_equal(found.scores[1], model.score_texts(["giá vàng"]).scores[0])


def test_no_text_gives_no_row(make_model) -> None:
    model = make_model(5)
    found = model.score_texts([])
    assert [column.shape for column in found] == [(0, 5), (0, 5), (0,), (0,)]
    assert [column.dtype for column in found] == [column.dtype for column in model.score_texts(["a"])]
    assert model.predict([]).shape == (0,)
    assert model.top([]) == []


@pytest.mark.parametrize("wrong", ["giá vàng", b"abc", ["a", None], [1], {"a": "b"}, Path("a.txt")], ids=repr)
def test_what_is_no_list_of_texts_is_a_type_error(make_model, wrong: object) -> None:
    model = make_model(2)
    for method in (
        model.score_texts,
        model.predict,
        model.predict_proba,
        model.decision_function,
        model.top,
        model.coverage,
    ):
        with pytest.raises(TypeError, match=r"list of texts|type str|is missing"):
            method(wrong)


def test_the_views_agree_with_the_prediction(make_model) -> None:
    model = make_model(17)
    texts = ["giá vàng Hà Nội", "bóng đá", "???"]
    found = model.score_texts(texts)
    assert np.array_equal(model.predict_proba(texts), found.probabilities)
    assert np.array_equal(model.decision_function(texts), found.scores)
    assert np.array_equal(model.coverage(texts), found.coverage)
    assert model.predict(texts).tolist() == [model.classes_[row.argmax()] for row in found.probabilities]
    for k in (0, 1, 2, 17, 40):
        top = model.top(texts, k)
        assert [len(pairs) for pairs in top] == [min(k, 17)] * 3
        for pairs, row in zip(top, found.probabilities, strict=True):
            assert [p for _, p in pairs] == sorted(row.tolist(), reverse=True)[:k]
            assert all(row[model.classes_.tolist().index(slug)] == p for slug, p in pairs)
