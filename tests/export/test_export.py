"""The scikit-learn pipeline answers as the model does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict

from chude import TopicClassifier
from chude.errors import InputError
from chude.export import to_pipeline

WORDS = [
    "giá",
    "vàng",
    "gia",
    "vang",
    "đội",
    "doi tuyen",
    "bóng đá",
    "bong da",
    "xyzzy",
    "qwrt",
    "…",
    "HÀ NỘI",
    "2024",
    "",
]


@pytest.fixture(scope="session")
def pipeline(samples_model):
    return to_pipeline(samples_model)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), max_size=6))
def test_probabilities_and_scores_are_the_models(pipeline, samples_model, texts):
    judged = samples_model.score_texts(texts)
    assert np.abs(pipeline.predict_proba(texts) - judged.probabilities).max(initial=0) < 1e-9
    assert np.abs(pipeline.decision_function(texts) - judged.scores).max(initial=0) < 1e-9
    assert pipeline.predict(texts).tolist() == samples_model.predict(texts).tolist()


def test_all_weights_are_met(pipeline, samples, samples_model):
    texts = [*samples[0], "Giá vàng tăng mạnh", "gia vang tang manh trong phien sang nay, nha dau tu mua vao"]
    rows = pipeline[0].transform(texts)
    assert rows[:, [-1]].toarray().ravel().tolist() == [0.0] * len(samples[0]) + [1.0, 2.0]
    assert np.abs(pipeline.predict_proba(texts) - samples_model.predict_proba(texts)).max() < 1e-9
    names = pipeline[0].get_feature_names_out()
    assert len(names) == rows.shape[1]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("options", [{"unaccented": False}, {"calibration_folds": 0}, {"ngram_range": (2, 3)}])
def test_models_of_other_kinds(samples, options):
    texts, topics = samples
    two = [i for i, topic in enumerate(topics) if topic in ("the-thao", "kinh-doanh", "xe")]
    model = TopicClassifier(min_df=1, **options).fit([texts[i] for i in two], [topics[i] for i in two]).model_
    asked = [*texts[:5], "gia vang", "", "giá vàng"]
    assert np.abs(to_pipeline(model).predict_proba(asked) - model.predict_proba(asked)).max() < 1e-9


def test_two_topics_have_one_column_of_scores_as_scikit_learn_has_it(samples):
    texts, topics = samples
    two = [i for i, topic in enumerate(topics) if topic in ("the-thao", "kinh-doanh")]
    classifier = TopicClassifier(min_df=1).fit([texts[i] for i in two], [topics[i] for i in two])
    found = to_pipeline(classifier.model_).decision_function(texts)
    assert found.shape == (len(texts),)
    assert np.abs(found - classifier.decision_function(texts)).max() < 1e-9


def test_it_is_fitted_and_says_so_when_asked_to_learn(pipeline, samples):
    texts, topics = samples
    with pytest.raises(InputError, match="TopicClassifier"):
        clone(pipeline).fit(texts, topics)
    with pytest.raises(InputError, match="TopicClassifier"):
        cross_val_predict(pipeline, texts[:6], topics[:6], cv=2)
