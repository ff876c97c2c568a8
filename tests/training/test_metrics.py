"""Accuracy and macro-F1 are scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from chude.training.metrics import accuracy_and_macro_f1

codes = st.integers(0, 4)


@settings(deadline=None)
@given(st.lists(st.tuples(codes, st.integers(0, 5), st.sampled_from([0.0, 0.5, 1.0, 3.0])), min_size=1, max_size=40))
def test_they_are_those_of_scikit_learn_with_weights_and_without(texts: list[tuple[int, int, float]]) -> None:
    truth, predicted, given_weights = (np.array(column) for column in zip(*texts, strict=True))
    for weights in (None, given_weights + 1e-9):
        accuracy = accuracy_score(truth, predicted, sample_weight=weights)
        macro_f1 = f1_score(
            truth, predicted, labels=np.unique(truth), average="macro", sample_weight=weights, zero_division=0
        )
        assert accuracy_and_macro_f1(truth, predicted, weights) == pytest.approx((accuracy, macro_f1))


def test_a_topic_whose_texts_weigh_nothing_is_left_out() -> None:
    truth, predicted = np.array([0, 0, 1]), np.array([0, 1, 0])
    kept = accuracy_and_macro_f1(truth[:2], predicted[:2], np.ones(2))
    assert accuracy_and_macro_f1(truth, predicted, np.array([1.0, 1.0, 0.0])) == kept
