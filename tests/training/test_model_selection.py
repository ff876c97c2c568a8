"""What is worth most on texts held out, and that nothing is chosen by chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.tokenizer import Tokenizer
from chude.training.features import Samples, Texts
from chude.training.held_out import HeldOut, Scored
from chude.training.linear import Costs
from chude.training.model_selection import best_costs

columns = st.lists(st.integers(0, 4), min_size=1, max_size=30)


def texts_of(topics: np.ndarray, weights: np.ndarray | None = None) -> Texts:
    given = np.ones(len(topics)) if weights is None else weights
    return Texts.of(["một bài"] * len(topics), Tokenizer(), topics, 2, given)


def answering(texts: Texts, answers: np.ndarray) -> HeldOut:
    owners, bounds = np.arange(len(answers)), texts.batch.bounds
    samples = Samples(owners, bounds[:-1], bounds[1:], texts.weights)
    nothing = np.zeros(len(answers))
    scores, n_terms, is_short = np.eye(2)[answers], nothing.astype(np.int64), nothing.astype(np.bool_)
    return HeldOut(samples, scores, n_terms, nothing, is_short, Scored(samples, scores, n_terms, is_short))


def wrong_in(texts: Texts, *places: int) -> HeldOut:
    answers = texts.topics.copy()
    answers[list(places)] = 1 - answers[list(places)]
    return answering(texts, answers)


def test_the_first_value_of_c_is_kept_unless_another_is_clearly_better() -> None:
    texts = texts_of(np.arange(200) % 2)
    slightly, clearly = wrong_in(texts, *range(29)), wrong_in(texts, *range(10))
    usual = wrong_in(texts, *range(170, 200))
    assert best_costs([usual, slightly], 2, texts, 0) == 0
    assert best_costs([usual, clearly], 2, texts, 0) == 1
    assert best_costs([usual, slightly, clearly], 3, texts, 0) == 2


def test_accuracy_that_rises_is_clear_though_a_rare_topic_blurs_the_mean() -> None:
    texts = texts_of((np.arange(1000) < 8).astype(np.int64))
    usual, better = wrong_in(texts, *range(4), *range(100, 120)), wrong_in(texts, *range(4, 8))
    assert best_costs([usual, better], 2, texts, 0) == 1
    rarer = wrong_in(texts, *range(3), *range(100, 160))  # another rare text is right, forty are wrong
    assert best_costs([usual, rarer], 2, texts, 0) == 0


def test_the_balance_is_chosen_by_its_mean_over_c() -> None:
    texts = texts_of(np.arange(200) % 2)
    none, few, many = (wrong_in(texts, *range(n)) for n in (0, 20, 60))
    # Balances of two values of C each.
    assert best_costs([many, many, many, few, none, many, few, few], 2, texts, 0) == 6
    assert best_costs([many, many, few, none, many, many, none, many], 2, texts, 0) == 3
    others = wrong_in(texts, *range(142, 200))
    assert best_costs([many, few, many, few, many, few, others, few], 2, texts, 0) == 1


def test_texts_that_weigh_nothing_choose_nothing() -> None:
    topics = np.arange(10) % 2
    texts = texts_of(topics, np.zeros(10))
    assert best_costs([wrong_in(texts, 0), wrong_in(texts)], 2, texts, 0) == 0
    texts = texts_of(topics, np.where(np.arange(10) < 5, 0.0, 1.0))
    assert best_costs([wrong_in(texts, 5, 6, 7, 8), wrong_in(texts, 0, 1, 2)], 2, texts, 0) == 1


@settings(deadline=None)
@given(columns.filter(lambda topics: len(set(topics)) > 1), st.floats(0, 1))
def test_costs_are_the_power_of_a_topic_s_weight_and_keep_their_mean(topics: list[int], balance: float) -> None:
    weights = 1.0 + np.arange(len(topics)) % 3
    texts = Texts.of([""] * len(topics), Tokenizer(), np.array(topics), 5, weights)
    everything = np.arange(len(topics))
    on = Samples(everything, texts.batch.bounds[:-1], texts.batch.bounds[1:], weights)
    found = Costs(1.0, balance).weights(texts, on)
    assert found.sum() == pytest.approx(weights.sum())
    of_topic = np.bincount(topics, weights)
    ratios = found / weights * of_topic[topics] ** balance
    np.testing.assert_allclose(ratios, ratios[0])
