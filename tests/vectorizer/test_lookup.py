"""The perfect hash of a vocabulary: every key finds its row, no other key finds any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.errors import InputError
from chude.vectorizer.lookup import Lookup, build_lookup, known_rows

few = st.integers(0, 255)
key = st.one_of(
    st.integers(0, 2**64 - 1),
    few,  # crowded at the low end, at the high end, and at both
    few.map(lambda low: low << 56),
    few.map(lambda low: low << 32 | low),
)


def rows_of(lookup: Lookup, keys: list[int]) -> list[int]:
    """Look keys up one by one; -1 for an unknown one."""
    found = []
    scratch, rows = np.empty(1, dtype=np.uint64), np.empty(2, dtype=np.int64)
    for each in keys:
        n_rows, n_least = known_rows(np.array([each], dtype=np.uint64), 1, 1, lookup, scratch, rows)
        assert n_rows == n_least
        found.append(int(rows[0]) if n_rows else -1)
    return found


@settings(deadline=None)
@given(st.lists(key, unique=True, max_size=400), st.integers(0, 2**32 - 1))
def test_every_key_finds_its_row_and_a_stranger_none(keys: list[int], seed: int) -> None:
    lookup = build_lookup(np.array(keys, dtype=np.uint64))
    assert rows_of(lookup, keys) == list(range(len(keys)))
    # Strangers are drawn at random, as hashes are: 57 bits of a key count, and a search would find out which.
    others = set(np.random.default_rng(seed).integers(0, 2**64, 50, dtype=np.uint64).tolist())
    assert set(rows_of(lookup, sorted(others.difference(keys)))) == {-1}


@pytest.mark.parametrize("n_keys", [1, 1_000, 100_000])
def test_vocabularies_of_all_sizes(n_keys: int) -> None:
    keys = np.unique(np.random.default_rng(n_keys).integers(0, 2**64, n_keys, dtype=np.uint64))
    lookup = build_lookup(keys)
    rows = np.empty(len(keys) + 1, dtype=np.int64)
    assert known_rows(keys, 1, 1, lookup, np.empty_like(keys), rows) == (len(keys), len(keys))
    assert (rows[:-1] == np.arange(len(keys))).all()


def test_keys_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(InputError, match="collide"):
        build_lookup(np.array([7, 8, 7], dtype=np.uint64))
