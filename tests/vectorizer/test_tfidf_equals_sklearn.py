"""Given the same tokens, the matrix, the vocabulary and the errors are those of scikit-learn's `TfidfVectorizer`."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from chude import VietnameseTfidfVectorizer

WORDS = (
    "giá vàng tăng mạnh Hòa hoà HÒA bình thủ đô Hà Nội hà nội ngân hàng lãi suất giảm bóng đá đội tuyển thắng trận "
    "học sinh thi Ðại học đại bệnh viện ca sĩ phim 2024 15 covid a b c d e f g h i k l m n o p q r s t"
)
texts = st.lists(st.lists(st.sampled_from(WORDS.split()), max_size=30).map(" ".join), min_size=1, max_size=8)
shares = st.floats(0, 1) | st.sampled_from([0.0, 0.25, 0.5, 1.0])
ngram_ranges = st.tuples(st.integers(1, 3), st.integers(1, 4)).filter(lambda r: r[0] <= r[1])
parameters = st.fixed_dictionaries(
    {
        "ngram_range": ngram_ranges,
        "min_df": st.integers(1, 3) | shares,
        "max_df": st.integers(1, 8) | shares | st.just(1.0),
        "max_features": st.none() | st.integers(1, 60),
        "sublinear_tf": st.booleans(),
        "norm": st.sampled_from(["l1", "l2", None]),
        "use_idf": st.booleans(),
        "smooth_idf": st.booleans(),
        "strip_diacritics": st.booleans(),
    }
)


def both(options: dict[str, Any]) -> tuple[VietnameseTfidfVectorizer, TfidfVectorizer]:
    ours = VietnameseTfidfVectorizer(**options)
    shared = {
        name: value for name, value in options.items() if name not in ("strip_diacritics", "tokenizer", "ngram_range")
    }
    return ours, TfidfVectorizer(**shared, analyzer=ours.build_analyzer())


def same(ours: VietnameseTfidfVectorizer, theirs: TfidfVectorizer, seen: list[str], unseen: list[str]) -> None:
    X, expected = ours.fit_transform(seen), theirs.fit_transform(seen)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    assert ours.vocabulary_ == theirs.vocabulary_
    assert X.dtype == expected.dtype
    assert np.abs(X.toarray() - expected.toarray()).max() < 1e-6
    new, expected = ours.transform(unseen), theirs.transform(unseen)
    assert new.shape == expected.shape
    assert np.abs(new.toarray() - expected.toarray()).max() < 1e-6
    if ours.use_idf:
        assert np.allclose(ours.idf_, theirs.idf_, atol=1e-12)


@settings(deadline=None, max_examples=120)
@given(texts, texts, parameters)
def test_every_combination_of_parameters(seen: list[str], unseen: list[str], options: dict[str, Any]) -> None:
    ours, theirs = both(options)
    try:
        theirs.fit(seen)
    except ValueError:
        with pytest.raises(ValueError, match=r"vocabulary|term|fewer"):
            ours.fit(seen)
        return
    same(ours, theirs, seen, unseen)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(), min_size=1, max_size=5), st.lists(st.text(), min_size=1, max_size=5))
def test_texts_of_any_kind(seen: list[str], unseen: list[str]) -> None:
    same(*both({}), ["Hà Nội", *seen], unseen)


def test_articles(samples: tuple[list[str], list[str]]) -> None:
    articles = samples[0]
    same(*both({"min_df": 2, "max_df": 0.9, "max_features": 3000, "sublinear_tf": True}), articles[::2], articles[1::2])


def test_words(samples: tuple[list[str], list[str]]) -> None:
    same(*both({"tokenizer": "word", "min_df": 2}), [text[:400] for text in samples[0][:8]], samples[0][8:10])


@settings(deadline=None, max_examples=50)
@given(texts, st.permutations(["vàng", "giá", "hà nội", "nội", "không có", "giá vàng tăng"]), st.booleans())
def test_a_given_vocabulary(seen: list[str], terms: list[str], as_mapping: bool) -> None:
    given_one = {term: column for column, term in enumerate(terms)} if as_mapping else terms
    same(*both({"vocabulary": given_one, "ngram_range": (1, 2)}), seen, seen)


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_df": 0}, {"min_df": -1}, {"min_df": 1.5}, {"max_df": 0}, {"max_df": 2.0}, {"max_features": 0},
        {"max_features": -3}, {"max_features": 1.5}, {"ngram_range": (2, 1)}, {"ngram_range": (0, 1)},
        {"norm": "l3"}, {"vocabulary": []}, {"vocabulary": ["a", "a"]}, {"vocabulary": {"a": 1, "b": 2}},
        {"vocabulary": {"a": 0, "b": 0}}, {"min_df": 3}, {"max_df": 1, "min_df": 2}, {"max_df": 0.1},
    ],
    ids=str,
)  # fmt: skip
def test_what_scikit_learn_refuses_is_refused(wrong: dict[str, Any]) -> None:
    options = {"ngram_range": (1, 1)} | wrong
    for vectorizer in (TfidfVectorizer(**options), VietnameseTfidfVectorizer(**options)):
        with pytest.raises(ValueError, match=r"\w"):
            vectorizer.fit(["a b", "a c"])


@pytest.mark.parametrize("nothing", [[], [""], ["...", "!"]], ids=str)
def test_texts_without_a_token_are_refused(nothing: list[str]) -> None:
    for vectorizer in both({}):
        with pytest.raises(ValueError, match="empty vocabulary"):
            vectorizer.fit(nothing)
