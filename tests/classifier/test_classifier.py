"""`TopicClassifier` as scikit-learn's tools use it, and what it learns."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

import chude
from chude.errors import InputError
from chude.tokenizer import Tokenizer

QUICK = {"min_df": 1, "unaccented": False, "calibration_folds": 0, "cut_lengths": ()}


@pytest.fixture(scope="module")
def articles(samples) -> tuple[list[str], np.ndarray]:
    texts, topics = samples
    return list(texts), np.array(topics)


def test_parameters_are_kept_and_cloned() -> None:
    classifier = chude.TopicClassifier(C=0.5, cut_lengths=[20], tokenizer="word", name="của tôi")
    copy = clone(classifier)
    assert copy.get_params() == classifier.get_params()
    assert copy.set_params(C="cv").C == "cv"


def test_the_estimator_predicts_through_its_model(articles) -> None:
    texts, topics = articles
    classifier = chude.TopicClassifier(**QUICK).fit(texts, topics)
    np.testing.assert_array_equal(classifier.predict(texts), classifier.model_.predict(texts))
    np.testing.assert_array_equal(classifier.predict_proba(texts), classifier.model_.predict_proba(texts))
    assert classifier.decision_function(texts).shape == (len(texts), len(classifier.classes_))
    assert classifier.score(texts, topics) == 1.0


def test_cross_validation_grid_search_and_pipeline(articles) -> None:
    texts, topics = articles
    scores = cross_val_score(chude.TopicClassifier(**QUICK), texts, topics, cv=3)
    assert scores.mean() > 0.4  # thirteen topics; chance is 0.08
    search = GridSearchCV(chude.TopicClassifier(**QUICK), {"C": [0.1, 1.0], "ngram_range": [(1, 1), (1, 2)]}, cv=2)
    assert search.fit(texts, topics).best_estimator_.predict(texts).shape == topics.shape
    shouting = FunctionTransformer(lambda some: [text.upper() for text in some])
    pipeline = Pipeline([("shout", shouting), ("classify", chude.TopicClassifier(**QUICK))]).fit(texts, topics)
    np.testing.assert_array_equal(
        pipeline.predict(texts), chude.TopicClassifier(**QUICK).fit(texts, topics).predict(texts)
    )


@pytest.mark.parametrize("labels", [[3, 7], [True, False], ["Thể thao", "Chuyện nhà"]])
def test_labels_come_back_as_they_were_given(labels: list[object]) -> None:
    texts = ["đội tuyển thắng trận", "giá vàng tăng", "tiền đạo ghi bàn", "vàng và đô la"] * 3
    classifier = chude.TopicClassifier(**QUICK).fit(texts, labels * 6)
    answers = classifier.predict(texts)
    assert answers.dtype == classifier.classes_.dtype
    assert answers.tolist() == labels * 6
    assert classifier.decision_function(texts).shape == (len(texts),)


def test_two_fits_write_the_same_bytes(articles) -> None:
    texts, topics = articles
    settings = {"min_df": 1, "calibration_folds": 2}
    first, second = (chude.TopicClassifier(**settings).fit(texts, topics).model_.to_bytes() for _ in range(2))
    assert first == second


def test_text_without_diacritics_is_read_by_its_own_weights(articles) -> None:
    texts, topics = articles
    classifier = chude.TopicClassifier(min_df=1, calibration_folds=0).fit(texts, topics)
    bare = [" ".join(Tokenizer(diacritics=False).tokens(text)) for text in texts]
    assert classifier.score(bare, topics) == 1.0


def test_groups_are_never_split(articles) -> None:
    texts, topics = articles
    seen: list[str] = []
    groups = [f"báo {i % 4}" for i in range(len(texts))]
    classifier = chude.TopicClassifier(C="cv", min_df=1, unaccented=False)
    classifier.fit(texts, topics, groups=groups, progress=seen.append)
    assert classifier.C_ in (0.1, 0.3, 1.0, 3.0)
    assert 0 < classifier.held_out_accuracy_ < 1
    assert sum("fold" in step for step in seen) == 12
    assert 0 < classifier.model_.min_coverage < 1


def test_a_sample_of_weight_nothing_is_as_if_it_were_not_there() -> None:
    texts = ["bóng đá bóng đá", "cổ phiếu cổ phiếu", "bóng đá cổ phiếu", "bóng đá cổ phiếu"]
    topics = ["the-thao", "kinh-doanh", "the-thao", "kinh-doanh"]
    weights = [1.0, 1.0, 1.0, 0.0]
    classifier = chude.TopicClassifier(**QUICK).fit(texts, topics, sample_weight=weights)
    assert classifier.predict(["bóng đá cổ phiếu"]).tolist() == ["the-thao"]


@pytest.mark.parametrize(
    ("parameters", "texts", "topics", "weights", "words"),
    [
        ({}, ["một"], ["a"], None, "two topics"),
        ({}, [], [], None, "no text"),
        ({}, ["một", "hai"], ["a"], None, "2 texts, but 1 topics"),
        ({}, ["một", "hai"], ["a", "b"], [1.0], "sample_weight"),
        ({}, ["một", "hai"], ["a", "b"], [-1.0, 1.0], "sample_weight"),
        ({"C": -1.0}, ["một", "hai"], ["a", "b"], None, "C must be"),
        ({"C": "best"}, ["một", "hai"], ["a", "b"], None, "C must be"),
        ({"ngram_range": (2, 1)}, ["một", "hai"], ["a", "b"], None, "ngram_range"),
        ({"class_weight": "even"}, ["một", "hai"], ["a", "b"], None, "class_weight"),
        ({"tokenizer": "letter"}, ["một", "hai"], ["a", "b"], None, "tokenizer"),
        ({"min_df": 2}, ["một", "hai"], ["a", "b"], None, "no term"),
    ],
)
def test_what_cannot_be_learned_from_is_said(parameters, texts, topics, weights, words: str) -> None:
    with pytest.raises(InputError, match=words):
        chude.TopicClassifier(**parameters).fit(texts, topics, sample_weight=weights)


def test_one_text_in_place_of_a_list_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="list"):
        chude.TopicClassifier().fit("một bài báo", ["a"])


@pytest.mark.parametrize("C", [1.0, "cv"])
def test_the_model_is_the_same_with_any_number_of_threads(C: float | str, samples: tuple[list[str], list[str]]) -> None:
    texts, topics = (part[::2] for part in samples)
    models = [
        chude.TopicClassifier(min_df=1, C=C, calibration_folds=2, n_jobs=n_jobs).fit(texts, topics).model_.to_bytes()
        for n_jobs in (1, 2, 5)
    ]
    assert models[0] == models[1] == models[2]
