"""The perfect hash finds what a dict finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.kernels import lookup as kernel
from chude.kernels.plain import lookup as plain

few = st.integers(0, 255)
key = st.one_of(
    st.integers(0, 2**64 - 1),
    few,  # crowded at the low end, at the high end, and at both
    few.map(lambda low: low << 56),
    few.map(lambda low: low << 32 | low),
)
hashes = st.lists(st.integers(0, 2**64 - 1), max_size=30).map(lambda values: np.array(values, dtype=np.uint64))


@settings(deadline=None)
@given(st.lists(key, unique=True, max_size=400), st.integers(0, 2**32 - 1))
def test_every_key_finds_its_row_and_a_stranger_none(keys: list[int], seed: int) -> None:
    array = np.array(keys, dtype=np.uint64)
    # Strangers are drawn at random, as hashes are: 57 bits of a key count, and a search would find out which.
    asked = np.concatenate([array, np.random.default_rng(seed).integers(0, 2**64, 50, dtype=np.uint64)])
    lookup = kernel.Lookup(array)
    assert len(lookup) == len(keys)
    assert np.array_equal(lookup.rows(asked), plain.Lookup(array).rows(asked))


@pytest.mark.parametrize("n_keys", [0, 1, 1_000, 100_000])
def test_vocabularies_of_all_sizes(n_keys: int) -> None:
    keys = np.unique(np.random.default_rng(n_keys).integers(0, 2**64, n_keys, dtype=np.uint64))
    assert np.array_equal(kernel.Lookup(keys).rows(keys), np.arange(len(keys)))


@pytest.mark.parametrize("form", [kernel, plain])
def test_equal_keys_are_refused(form: object) -> None:
    with pytest.raises(ValueError, match="two keys are the same") as error:
        form.Lookup(np.array([9, 7, 8, 7, 9], dtype=np.uint64))
    assert error.value.args[1:] == (1, 3)


def test_keys_made_to_collide_are_refused() -> None:
    """All are in one bucket, which has more keys than any pilot can part."""
    keys = np.unique(np.random.default_rng(0).integers(0, 2**40, 5000, dtype=np.uint64))
    with pytest.raises(ValueError, match="collide"):
        kernel.Lookup(keys)


@settings(deadline=None)
@given(hashes, st.integers(1, 6))
def test_keys_of_ngrams(tokens: np.ndarray, n: int) -> None:
    assert np.array_equal(kernel.ngram_keys(tokens, n), plain.ngram_keys(tokens, n))


@settings(deadline=None)
@given(hashes, st.data())
def test_keys_of_runs(tokens: np.ndarray, data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(0, len(tokens)))) if len(tokens) else {0}
    bounds = np.array(sorted(cuts | {0}), dtype=np.int64)
    assert np.array_equal(kernel.keys_of_runs(tokens, bounds), plain.keys_of_runs(tokens, bounds))


def test_runs_that_are_empty_or_elsewhere_are_refused() -> None:
    tokens = np.arange(5, dtype=np.uint64)
    for bounds in ([0, 2, 2], [0, 6], [-1, 2], [0, 9, 3], []):
        with pytest.raises(ValueError, match=r"empty|within"):
            kernel.keys_of_runs(tokens, np.array(bounds, dtype=np.int64))


@settings(deadline=None)
@given(hashes, st.data())
def test_hashes_of_words(tokens: np.ndarray, data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(tokens), max_size=len(tokens)))
    continues = np.array(flags, dtype=np.bool_)
    assert np.array_equal(kernel.joined_hashes(tokens, continues), plain.joined_hashes(tokens, continues))
