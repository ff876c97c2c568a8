"""Two models on the same texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from chude.errors import InputError
from chude.evaluation import Evaluation
from chude.evaluation.compare import Comparison, compare

CLASSES = ("a", "b")


def judged(truth, answers) -> Evaluation:
    probabilities = np.where(np.array(answers)[:, None] == np.arange(2), 0.7, 0.3)
    return Evaluation(CLASSES, np.array(CLASSES)[np.array(truth)], probabilities)


cases = st.lists(st.tuples(*[st.integers(0, 1)] * 3), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_counts_and_p_value_are_those_of_mcnemars_exact_test(rows):
    truth, first, second = zip(*rows, strict=True)
    found = Comparison(judged(truth, first), judged(truth, second))
    gained = sum(t == s != f for t, f, s in rows)
    lost = sum(t == f != s for t, f, s in rows)
    assert (int(found.gained.sum()), int(found.lost.sum())) == (gained, lost)
    assert len(found.differ) == sum(f != s for _, f, s in rows)
    # Two-sided: twice the smaller tail of a fair coin, at most 1.
    tail = binom.cdf(min(gained, lost), gained + lost, 0.5)
    assert found.p_value == pytest.approx(min(1.0, 2 * tail))
    assert sum(change.gained for change in found.by_topic) == gained
    assert sum(change.lost for change in found.by_topic) == lost
    assert found.second.accuracy - found.first.accuracy == pytest.approx((gained - lost) / len(rows))
    assert sum(count for *_, count in found.moved(99)) == len(found.differ)


@settings(max_examples=30, deadline=None)
@given(cases)
def test_the_other_way_round_it_is_the_mirror_image(rows):
    truth, first, second = zip(*rows, strict=True)
    one = Comparison(judged(truth, first), judged(truth, second))
    other = Comparison(judged(truth, second), judged(truth, first))
    assert one.p_value == pytest.approx(other.p_value)
    assert np.array_equal(one.gained, other.lost)


def test_rows_have_what_was_lost_first():
    found = Comparison(judged([0, 0, 0, 1], [0, 1, 0, 1]), judged([0, 0, 0, 1], [0, 0, 1, 1]))
    rows = found.rows(["w", "x", "y", "z"])
    assert [(row["place"], row["right"]) for row in rows] == [("y", "first"), ("x", "second")]


def test_other_texts_are_refused():
    with pytest.raises(InputError, match="same texts"):
        Comparison(judged([0], [0]), judged([1], [0]))


def test_a_model_does_not_differ_from_itself(samples, samples_model):
    found = compare(samples_model, samples_model, *samples)
    assert (len(found.differ), found.p_value) == (0, 1.0)
