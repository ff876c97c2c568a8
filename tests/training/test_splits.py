"""What must stay together stays together, whatever the number of groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.tokenizer import Tokenizer
from chude.training.splits import folds

NOTHING = Tokenizer().batch([])


@pytest.mark.parametrize("n_groups", [40, 4_000])
def test_groups_are_held_out_together_and_topics_are_spread_evenly(n_groups: int) -> None:
    random = np.random.default_rng(n_groups)
    groups = np.append(np.arange(n_groups), random.integers(n_groups, size=n_groups // 4))
    topics = random.choice(4, size=len(groups), p=[0.1, 0.2, 0.3, 0.4])
    splits = folds(topics, groups.tolist(), NOTHING, 3, 0, hold_out_all=True)
    assert len(splits) == 3
    np.testing.assert_array_equal(np.sort(np.concatenate([out for _, out in splits])), np.arange(len(groups)))
    for inside, outside in splits:
        assert not set(groups[inside]) & set(groups[outside])
        assert len(inside) + len(outside) == len(groups)
        np.testing.assert_allclose(np.bincount(topics[outside], minlength=4), np.bincount(topics) / 3, rtol=0.3, atol=4)


def test_a_large_group_among_many_small_ones_is_in_one_fold() -> None:
    groups = np.append(np.arange(2_000), np.full(1_000, 2_000))
    splits = folds(np.arange(3_000) % 3, groups.tolist(), NOTHING, 3, 0, hold_out_all=True)
    assert sum((groups[out] == 2_000).any() for _, out in splits) == 1
    assert max(len(out) for _, out in splits) < 1_500


def test_topics_with_one_group_each_are_split_too() -> None:
    topics = np.append(np.arange(1_200), [0])
    groups = np.append(np.arange(1_200), [0])
    splits = folds(topics, groups.tolist(), NOTHING, 3, 0, hold_out_all=True)
    for inside, outside in splits:
        assert not set(groups[inside]) & set(groups[outside])


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=4, max_size=40), st.integers(2, 5), st.booleans(), st.data())
def test_a_topic_with_one_text_is_in_every_fit_and_stops_no_other(
    topics: list[int], n_folds: int, has_groups: bool, data: st.DataObject
) -> None:
    numbers = [data.draw(st.integers(0, len(topics))) for _ in topics]
    batch = Tokenizer().batch([f"bài số {number}" for number in numbers])
    columns = np.array(topics)
    groups = [number // 2 for number in numbers] if has_groups else None
    together = numbers if groups is None else groups
    n_texts = {topic: len({n for n, t in zip(numbers, topics, strict=True) if t == topic}) for topic in topics}
    splits = folds(columns, groups, batch, n_folds, 0)
    for inside, outside in splits:
        assert not {together[i] for i in inside} & {together[i] for i in outside}
        assert min(n_texts[topics[i]] for i in outside) > 1
        left_out = set(range(len(topics))) - set(inside.tolist()) - set(outside.tolist())
        # A text that is never held out is missing only where its group is held out.
        assert {together[i] for i in left_out} <= {together[i] for i in outside}
    held_out = np.concatenate([out for _, out in splits]) if splits else np.zeros(0, dtype=int)
    assert len(np.unique(held_out)) == len(held_out)
    if not has_groups and sum(count > 2 for count in n_texts.values()) > 1:
        assert set(held_out.tolist()) == {i for i, topic in enumerate(topics) if n_texts[topic] > 1}


def test_a_stray_label_leaves_the_number_of_folds(samples: tuple[list[str], list[str]]) -> None:
    texts = samples[0][:21]
    splits = folds(np.array([0, 1] * 10 + [2]), None, Tokenizer().batch(texts), 3, 0)
    assert len(splits) == 3
    assert all(20 in inside for inside, _ in splits)
