"""What must stay together stays together, whatever the number of groups."""

import numpy as np
import pytest

from chude.tokenizer import Tokenizer
from chude.training.splits import folds

NOTHING = Tokenizer().batch([])


@pytest.mark.parametrize("n_groups", [40, 4_000])
def test_groups_are_held_out_together_and_topics_are_spread_evenly(n_groups: int) -> None:
    random = np.random.default_rng(n_groups)
    groups = np.append(np.arange(n_groups), random.integers(n_groups, size=n_groups // 4))
    topics = random.choice(4, size=len(groups), p=[0.1, 0.2, 0.3, 0.4])
    splits = folds(topics, groups.tolist(), NOTHING, 3, 0)
    assert len(splits) == 3
    np.testing.assert_array_equal(np.sort(np.concatenate([out for _, out in splits])), np.arange(len(groups)))
    for inside, outside in splits:
        assert not set(groups[inside]) & set(groups[outside])
        assert len(inside) + len(outside) == len(groups)
        np.testing.assert_allclose(np.bincount(topics[outside], minlength=4), np.bincount(topics) / 3, rtol=0.3, atol=4)


def test_a_large_group_among_many_small_ones_is_in_one_fold() -> None:
    groups = np.append(np.arange(2_000), np.full(1_000, 2_000))
    splits = folds(np.arange(3_000) % 3, groups.tolist(), NOTHING, 3, 0)
    assert sum((groups[out] == 2_000).any() for _, out in splits) == 1
    assert max(len(out) for _, out in splits) < 1_500


def test_topics_with_one_group_each_are_split_too() -> None:
    topics = np.append(np.arange(1_200), [0])
    groups = np.append(np.arange(1_200), [0])
    splits = folds(topics, groups.tolist(), NOTHING, 3, 0, every_topic=False)
    for inside, outside in splits:
        assert not set(groups[inside]) & set(groups[outside])
