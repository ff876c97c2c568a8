"""`VietnameseTfidfVectorizer` is a scikit-learn transformer, and takes texts however they come."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC

from chude import VietnameseTfidfVectorizer
from chude.errors import ChudeError, InputError
from chude.tokenizer import Tokenizer
from chude.vectorizer.vocabulary import keys_of_terms

TEXTS = ["Giá vàng tăng mạnh", "GIÁ VÀNG giảm", "Đội tuyển thắng trận", "Tiền đạo ghi bàn thắng"] * 3
LABELS = ["kinh-doanh", "kinh-doanh", "the-thao", "the-thao"] * 3


def test_clone_keeps_every_parameter() -> None:
    options: dict[str, Any] = {
        "tokenizer": "word",
        "ngram_range": (1, 3),
        "min_df": 2,
        "vocabulary": ["a"],
        "norm": None,
    }
    vectorizer = VietnameseTfidfVectorizer(**options)
    copy = clone(vectorizer)
    assert copy.get_params() == vectorizer.get_params()
    assert {name: copy.get_params()[name] for name in options} == options
    assert not hasattr(clone(VietnameseTfidfVectorizer().fit(TEXTS)), "vocabulary_")


def test_in_a_pipeline_and_a_grid_search() -> None:
    pipeline = make_pipeline(VietnameseTfidfVectorizer(), LinearSVC())
    assert cross_val_score(pipeline, TEXTS, LABELS, cv=3).tolist() == [1, 1, 1]
    grid = {"vietnamesetfidfvectorizer__ngram_range": [(1, 1), (1, 2)], "vietnamesetfidfvectorizer__min_df": [1, 2]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(TEXTS, LABELS)
    assert search.best_estimator_.predict(["giá vàng", "thắng trận"]).tolist() == ["kinh-doanh", "the-thao"]


def test_beside_another_vectorizer() -> None:
    union = FeatureUnion(
        [("marked", VietnameseTfidfVectorizer()), ("bare", VietnameseTfidfVectorizer(strip_diacritics=True))]
    )
    X = union.fit_transform(TEXTS)
    assert X.shape == (len(TEXTS), len(union.get_feature_names_out()))


def test_pickles_hold_no_hash_and_give_the_same_rows() -> None:
    vectorizer = VietnameseTfidfVectorizer().fit(TEXTS)
    copy = pickle.loads(pickle.dumps(vectorizer))
    unseen = ["Vàng thắng lớn", "hà nội"]
    assert (copy.transform(unseen) != vectorizer.transform(unseen)).nnz == 0
    assert copy.get_feature_names_out().tolist() == vectorizer.get_feature_names_out().tolist()
    assert "_lookup" not in vectorizer.__getstate__()
    assert pickle.loads(pickle.dumps(VietnameseTfidfVectorizer(min_df=2))).min_df == 2


def test_the_analyzer_gives_ngrams_and_can_be_pickled() -> None:
    analyzer = pickle.loads(pickle.dumps(VietnameseTfidfVectorizer(ngram_range=(1, 2)).build_analyzer()))
    assert analyzer("HOÀ bình, Hà Nội") == ["hòa", "bình", "hà", "nội", "hòa bình", "bình hà", "hà nội"]


def test_without_diacritics() -> None:
    vectorizer = VietnameseTfidfVectorizer(strip_diacritics=True, ngram_range=(1, 1)).fit(["Thời sự", "thoi su Ðường"])
    assert vectorizer.get_feature_names_out().tolist() == ["duong", "su", "thoi"]


@pytest.mark.parametrize(
    "column",
    [tuple(TEXTS), np.array(TEXTS), np.array(TEXTS, dtype=object), pd.Series(TEXTS), pd.DataFrame({"t": TEXTS})["t"]],
    ids=["tuple", "str array", "object array", "Series", "DataFrame column"],
)
def test_texts_come_in_any_column(column: Any) -> None:
    expected = VietnameseTfidfVectorizer().fit_transform(TEXTS)
    assert (VietnameseTfidfVectorizer().fit_transform(column) != expected).nnz == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("Hà Nội", "put it in a list"),
        (b"abc", "list of texts"),
        (pd.DataFrame({"text": TEXTS}), "one column"),
        (np.array([TEXTS]), "one column"),
        ({"text": TEXTS}, "one column"),
        (["Hà Nội", None], "position 1 is missing"),
        (pd.Series(["Hà Nội", np.nan]), "position 1 is missing"),
        ([b"abc"], "bytes at position 0"),
    ],
    ids=["str", "bytes", "DataFrame", "matrix", "dict", "None", "NaN", "bytes in list"],
)
def test_what_is_no_list_of_texts_is_a_type_error(wrong: Any, said: str) -> None:
    fitted = VietnameseTfidfVectorizer().fit(TEXTS)
    for call in (VietnameseTfidfVectorizer().fit, fitted.transform):
        with pytest.raises(TypeError, match=said):
            call(wrong)


def test_errors_are_of_the_family_and_say_what_to_do() -> None:
    with pytest.raises(InputError, match="lower min_df or raise max_df") as caught:
        VietnameseTfidfVectorizer(min_df=12, max_df=1.0).fit(TEXTS)
    assert isinstance(caught.value, ChudeError)
    assert isinstance(caught.value, ValueError)
    with pytest.raises(InputError, match="'syllable' or 'word', not 'char'"):
        VietnameseTfidfVectorizer(tokenizer="char").fit(TEXTS)
    with pytest.raises(InputError, match="once"):
        VietnameseTfidfVectorizer(vocabulary=["hòa", "hoà"]).fit(TEXTS)
    with pytest.raises(InputError, match="no letter"):
        VietnameseTfidfVectorizer(vocabulary=["hòa", "..."]).fit(TEXTS)
    with pytest.raises(InputError, match="line break"):
        VietnameseTfidfVectorizer(vocabulary=["hòa\nbình"]).fit(TEXTS)
    with pytest.raises(NotFittedError):
        VietnameseTfidfVectorizer().transform(TEXTS)


def test_no_text_gives_no_row() -> None:
    vectorizer = VietnameseTfidfVectorizer().fit(TEXTS)
    assert vectorizer.transform([]).shape == (0, len(vectorizer.vocabulary_))
    assert vectorizer.transform([""]).nnz == 0


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.text(alphabet="aăâbcdđ xyz._😀ầựÀ\n"), min_size=1, max_size=4), st.sampled_from(["syllable", "word"])
)
def test_learned_terms_give_back_their_keys(texts: list[str], kind: str) -> None:
    vectorizer = VietnameseTfidfVectorizer(tokenizer=kind, ngram_range=(1, 3)).fit(["hà nội", *texts])
    terms = vectorizer.get_feature_names_out().tolist()
    again = VietnameseTfidfVectorizer(tokenizer=kind, ngram_range=(1, 3), vocabulary=terms).fit(["hà nội", *texts])
    assert len(set(keys_of_terms(terms, Tokenizer(kind)).tolist())) == len(terms)
    assert (again.transform(texts) != vectorizer.transform(texts)).nnz == 0
