"""The limit of probability that a model recommends."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chude import TopicClassifier, TopicModel
from chude.adapt import TEXTS_ALONE, adapt
from chude.training.limits import probability_limit

BEST = arrays(np.float64, st.integers(1, 400), elements=st.floats(0.05, 1.0))


@given(BEST)
def test_it_costs_at_most_three_texts_in_two_hundred(best: np.ndarray) -> None:
    probabilities = np.stack([best, np.zeros(len(best))], axis=1)
    limit = probability_limit(probabilities)
    assert np.mean(best < limit) <= 0.015
    assert 0 <= limit <= 0.5
    if limit < 0.5:
        assert np.mean(best < limit + 0.01) > 0.015 - 1 / len(best), "a hundredth more would cost too many"


def test_a_model_carries_its_limit(samples_model: TopicModel, samples: tuple[list[str], list[str]]) -> None:
    assert 0 < samples_model.min_probability <= 0.5
    assert TopicModel.from_bytes(samples_model.to_bytes()).min_probability == samples_model.min_probability
    texts, labels = samples
    assert TopicClassifier(min_df=1, calibration_folds=0).fit(texts, labels).model_.min_probability == 0


def test_an_adapted_model_has_a_limit_of_its_own(
    samples_model: TopicModel, samples: tuple[list[str], list[str]]
) -> None:
    texts, labels = samples
    made = adapt(texts, ["thể thao" if label == "the-thao" else "khác" for label in labels], samples_model)
    assert made.both is not None
    alone = made.strength == TEXTS_ALONE
    assert made.model.min_probability > 0
    assert alone or made.model.min_probability == probability_limit(made.both.probabilities)
