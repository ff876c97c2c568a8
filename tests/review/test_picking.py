"""Texts worth labelling: different, new, covered, in an order that can be cut anywhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chude
from chude import pick
from chude.errors import InputError
from chude.review import picking
from chude.review.picking import SAMPLE, choose
from chude.review.sampling import sample


def test_texts_are_picked_once_and_are_the_same_each_time(samples, samples_model) -> None:
    texts = samples[0]
    found = pick(texts, 20, samples_model)
    assert len(set(found.tolist())) == 20
    np.testing.assert_array_equal(found, pick(iter(texts), 20, samples_model))
    assert found.dtype == np.int64


def test_near_duplicates_are_picked_once_and_uncovered_texts_not_at_all(samples, samples_model) -> None:
    texts = samples[0][:8]
    many = [*texts, *(text.upper() for text in texts), "xyzzy qwrtz", "", "the quick brown fox jumps over it"]
    found = pick(many, 50, samples_model)
    assert sorted(found.tolist()) == list(range(8))


def test_every_text_that_is_not_picked_is_counted(samples, samples_model, monkeypatch) -> None:
    monkeypatch.setattr(picking, "SAMPLE", 12)
    texts = [*samples[0][:8], samples[0][0].upper(), samples[0][1].upper(), "xyzzy qwrtz", *samples[0][8:15]]
    found = picking.picked(texts, 50, samples_model, 0, reviewed=[samples[0][2]])
    assert found.n_not_drawn == len(texts) - 12
    assert len(found.chosen) + found.n_repeated + found.n_not_covered == 12
    whole = picking.picked(texts[:12], 50, samples_model, 0, reviewed=[samples[0][2]])
    assert (len(whole.chosen), whole.n_not_drawn, whole.n_repeated, whole.n_not_covered) == (8, 0, 3, 1)


def nearest(points: np.ndarray, others: np.ndarray) -> list[int]:
    """Count of each of the others how many points it is the nearest of, as the definition says."""
    return np.bincount(
        [int(np.argmin([((point - other) ** 2).sum() for other in others])) for point in points], minlength=len(others)
    ).tolist()


@pytest.mark.parametrize("n_reviewed", [0, 6])
def test_texts_stand_for_those_that_are_nearest_to_them(samples, samples_model, n_reviewed) -> None:
    texts, known = samples[0][n_reviewed:], samples[0][:n_reviewed]
    chosen, counts = pick(texts, 10, samples_model, reviewed=known, return_counts=True)
    np.testing.assert_array_equal(chosen, pick(texts, 10, samples_model, reviewed=known))
    points = picking._directions(samples_model.decision_function(texts))
    seen = picking._directions(samples_model.decision_function(known)) if known else points[:0]
    assert counts.tolist() == nearest(points, np.vstack([points[chosen], seen]))[:10]
    assert counts.min() >= 1
    if not known:
        assert counts.sum() == len(texts)


def test_of_two_that_are_the_same_to_the_model_each_stands_for_itself(samples_model) -> None:
    texts = ["Giá vàng hôm nay tăng mạnh trên thị trường", "Đội tuyển thắng trận mở màn"]
    _, counts = pick(texts, 2, samples_model, reviewed=["Giá vàng"], return_counts=True)
    assert counts.tolist() == [1, 1]
    _, nothing = pick(["zzz"], 2, samples_model, return_counts=True)
    assert nothing.tolist() == []


def test_a_second_round_brings_nothing_twice(samples, samples_model) -> None:
    texts = samples[0]
    first = pick(texts, 15, samples_model).tolist()
    second = pick(texts, 15, samples_model, reviewed=[texts[i].lower() for i in first]).tolist()
    assert not set(first) & set(second)
    assert len(second) == 15


def test_a_second_round_shows_what_the_first_did_not(samples_model) -> None:
    groups = [[f"Giá vàng hôm nay tăng {i} đồng một lượng" for i in range(9)], ["Đội tuyển thắng trận mở màn"]]
    texts = [*groups[0], *groups[1]]
    (found,) = pick(texts, 1, samples_model, reviewed=["Giá vàng chiều nay tăng mạnh"])
    assert found == 9


def test_wrong_use(samples_model) -> None:
    with pytest.raises(TypeError, match="several texts"):
        pick("một bài", 3, samples_model)
    with pytest.raises(InputError, match="at least 1, not 0"):
        pick(["một bài"], 0, samples_model)
    assert pick([], 3, samples_model).tolist() == []
    assert pick(["zzz"], 3, samples_model).tolist() == []


def within(points: np.ndarray, chosen: np.ndarray) -> float:
    """Mean square of the distance to the nearest point chosen."""
    squares = ((points[:, np.newaxis] - points[chosen][np.newaxis]) ** 2).sum(axis=2)
    return float(squares.min(axis=1).mean())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [5, 10, 20, 40])
def test_every_beginning_stands_for_all_better_than_chance(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    centres = rng.dirichlet(np.full(8, 0.2), 30)
    points = np.sqrt(np.vstack([rng.dirichlet(50 * centre + 0.01, rng.integers(5, 60)) for centre in centres]))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    chosen = choose(points, 40, np.zeros((0, 8)), seed)
    by_chance = [within(points, rng.choice(len(points), n, replace=False)) for _ in range(20)]
    assert within(points, chosen[:n]) < min(by_chance)


@given(st.integers(1, 40), st.integers(0, 5), st.integers(1, 60), st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_any_numbers_of_points(n_points: int, n_seen: int, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = np.round(np.sqrt(rng.dirichlet(np.ones(3), n_points)), 1)  # some are the same
    chosen = choose(points, n, points[:n_seen], seed).tolist()
    assert len(set(chosen)) == len(chosen) <= n
    assert all(0 <= i < n_points for i in chosen)
    n_different = len(np.unique(points, axis=0))
    assert len(chosen) == min(n, n_different)


@given(st.integers(0, 30), st.integers(1, 40), st.integers(0, 9))
def test_a_sample_is_all_there_is_or_so_many_of_it(n: int, size: int, seed: int) -> None:
    items = [str(i) for i in range(n)]
    indices, drawn = sample(iter(items), size, seed)
    assert [items[i] for i in indices] == drawn
    assert indices == sorted(set(indices))
    assert len(drawn) == min(n, size)


def test_every_item_is_as_likely_as_any_other() -> None:
    counts = np.zeros(40)
    for seed in range(2000):
        counts[sample(range(40), 10, seed)[0]] += 1
    assert np.abs(counts / 2000 - 0.25).max() < 5 * (0.25 * 0.75 / 2000) ** 0.5


def test_memory_does_not_grow_with_the_texts(samples_model, samples) -> None:
    class Read:
        held, most = 0, 0

    class Counted(str):
        __slots__ = ()

        def __new__(cls, text: str) -> "Counted":
            Read.held += 1
            Read.most = max(Read.most, Read.held)
            return super().__new__(cls, text)

        def __del__(self) -> None:
            Read.held -= 1

    sample((Counted(i) for i in range(3 * SAMPLE)), SAMPLE, 0)
    assert Read.most <= SAMPLE + 2


def test_it_is_at_the_root() -> None:
    assert chude.pick is pick
