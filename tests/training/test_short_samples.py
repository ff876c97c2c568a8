"""What the weights of short texts are learned from, and what whole texts take from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude import TopicClassifier
from chude.errors import InputError
from chude.tokenizer import Tokenizer
from chude.training.features import Settings, Texts, short_samples
from chude.training.linear import Linear, summed
from chude.training.splits import Indices

PASSAGE = 30


def of_lengths(lengths: list[int]) -> tuple[Texts, Indices]:
    texts = [" ".join(["chữ"] * length) for length in lengths]
    numbers = np.arange(len(texts))
    return Texts.of(texts, Tokenizer(), np.zeros(len(texts), dtype=np.int64), 1, np.ones(len(texts))), numbers


@settings(deadline=None)  # the first example compiles
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=6),
    st.lists(st.integers(1, 120), min_size=1, max_size=3, unique=True),
    st.integers(0, 12),
)
def test_passages_follow_the_shortest_copy_in_their_text(lengths: list[int], cuts: list[int], n_passages: int) -> None:
    texts, numbers = of_lengths(lengths)
    without = short_samples(texts, numbers, Settings(cut_lengths=tuple(cuts)))
    on = short_samples(texts, numbers, Settings(cut_lengths=tuple(cuts), n_passages=n_passages))
    kept = len(without.owners)
    for name in ("owners", "starts", "stops", "weights"):
        np.testing.assert_array_equal(getattr(on, name)[:kept], getattr(without, name))
    added, bounds = slice(kept, None), texts.batch.bounds
    assert (on.stops[added] < bounds[on.owners[added] + 1]).all()
    assert (on.stops[added] - on.starts[added] == PASSAGE).all()
    for text in numbers:
        first = bounds[text] + min(cuts)
        starts = sorted(on.starts[added][on.owners[added] == text])
        assert starts == [first + PASSAGE * k for k in range(len(starts))]
        more = bounds[text + 1] - (first + PASSAGE * len(starts))
        assert len(starts) == n_passages or more <= 1.3 * PASSAGE  # as many as fit


def test_the_share_counts_beside_equal_spreads() -> None:
    rows = np.random.default_rng(0).random((20, 5))
    one, other = (Linear(np.random.default_rng(seed).random((5, 3)), np.zeros(3)) for seed in (1, 2))
    stretched = Linear(7 * other.weights, other.intercept)
    np.testing.assert_allclose(summed(one, other, 0.5, rows).weights, summed(one, stretched, 0.5, rows).weights)
    alone, both = (summed(one, other, share, rows).weights for share in (0.0, 0.5))
    centered = one.weights - one.weights.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(alone, centered)
    assert not np.allclose(both, alone)
    assert (rows @ both).std() == pytest.approx((rows @ alone).std())


@pytest.mark.parametrize("wrong", [{"n_passages": -1}, {"short_blend": 1.5}, {"short_blend": -0.1}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        TopicClassifier(**wrong).fit(["giá vàng tăng", "đội tuyển thắng"], ["kinh-doanh", "the-thao"])
