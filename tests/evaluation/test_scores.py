"""Scores against scikit-learn's, and against their definitions."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from chude import TopicModel
from chude.errors import InputError
from chude.evaluation import Evaluation, evaluate, expected_calibration_error, reliability, risk_coverage

CLASSES = ("a", "b", "c", "d")


def made(seed: int, n: int, topics=CLASSES) -> Evaluation:
    rng = np.random.default_rng(seed)
    return Evaluation(CLASSES, rng.choice(topics, n), rng.dirichlet(np.full(len(CLASSES), 0.4), n))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60))
def test_scores_equal_scikit_learns(seed, n):
    found = made(seed, n)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(found.truth, found.predicted))
    macro = metrics.f1_score(
        found.truth, found.predicted, labels=np.unique(found.truth), average="macro", zero_division=0
    )
    assert found.macro_f1 == pytest.approx(macro)
    top2 = metrics.top_k_accuracy_score(found.truth, found.probabilities, k=2, labels=CLASSES)
    assert found.top2 == pytest.approx(top2)
    for row in found.by_topic:
        assert row.texts == (found.truth == row.topic).sum()
        assert row.said == (found.predicted == row.topic).sum()
    assert found.confusion_matrix.sum() == n
    assert found.confusion_matrix.trace() == found.right.sum()
    assert sum(pair.texts for pair in found.confused(99)) == (~found.right).sum()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_topics_the_model_does_not_have_are_wrong_and_counted(seed, n):
    found = made(seed, n, (*CLASSES, "lạ"))
    strange = found.truth == "lạ"
    assert not found.right[strange].any()
    assert not found.top2_right[strange].any()
    assert found.strangers.total() == strange.sum()
    assert found.accuracy == pytest.approx(metrics.accuracy_score(found.truth, found.predicted))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_calibration_error_is_its_definition(pairs):
    confidence = np.array([each for each, _ in pairs])
    right = np.array([each for _, each in pairs])
    expected = 0.0
    for i in range(15):
        inside = (confidence > i / 15) & (confidence <= (i + 1) / 15)
        if i == 0:
            inside |= confidence == 0
        if inside.any():
            expected += inside.sum() * abs(right[inside].mean() - confidence[inside].mean())
    assert expected_calibration_error(confidence, right) == pytest.approx(expected / len(pairs), abs=1e-9)
    assert sum(each.texts for each in reliability(confidence, right)) == len(pairs)


def test_a_model_that_says_what_it_knows_has_no_calibration_error():
    confidence = np.repeat([0.1, 0.5, 0.9], 1000)
    right = np.concatenate([np.arange(1000) < 100, np.arange(1000) < 500, np.arange(1000) < 900])
    assert expected_calibration_error(confidence, right) == pytest.approx(0)
    assert np.isnan(expected_calibration_error(np.zeros(0), np.zeros(0, dtype=bool)))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30))
def test_risk_coverage_is_what_answering_above_a_threshold_gives(pairs):
    confidence = np.array([each for each, _ in pairs])
    right = np.array([each for _, each in pairs])
    curve = risk_coverage(confidence, right)
    for threshold, coverage, accuracy in zip(*curve, strict=True):
        answered = confidence >= threshold
        assert coverage == pytest.approx(answered.mean())
        assert accuracy == pytest.approx(right[answered].mean())
    assert curve.coverage[-1] == 1
    assert len(curve.threshold) == len(set(confidence.tolist()))


def test_everything_is_json():
    json.dumps(made(0, 30, (*CLASSES, "lạ")).to_dict(), allow_nan=False)


def test_no_text_is_refused():
    with pytest.raises(InputError, match="a text"):
        Evaluation(CLASSES, np.array([], dtype=str), np.empty((0, 4)))


def test_evaluating_a_model(samples, samples_model: TopicModel):
    texts, topics = samples
    found = evaluate(samples_model, texts, topics)
    assert found.accuracy == pytest.approx(np.mean(samples_model.predict(texts) == np.array(topics)))
    assert found.part(found.right).accuracy == 1
