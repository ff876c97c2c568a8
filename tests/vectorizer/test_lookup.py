"""The perfect hash of a vocabulary: every key finds its row, no other key finds any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.errors import InputError
from chude.vectorizer.lookup import Lookup, build_lookup, key_at, known_rows, known_rows_from_lead

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


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 5), max_size=12),
    st.integers(0, 14),
    st.tuples(st.integers(1, 4), st.integers(0, 3)),
    st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=7), max_size=20),
)
def test_ngrams_within_the_lead_come_first(
    tokens: list[int], lead: int, sizes: tuple[int, int], terms: list[list[int]]
) -> None:
    least, most = sizes[0], sum(sizes)
    hashes = np.random.default_rng(0).integers(0, 2**64, 6, dtype=np.uint64)
    distinct = sorted({tuple(term) for term in terms})
    of_term = {term: row for row, term in enumerate(distinct)}
    lookup = build_lookup(np.array([key_at(hashes[list(term)], 0, len(term)) for term in distinct], dtype=np.uint64))
    found: dict[bool, list[int]] = {True: [], False: []}
    n_least = 0
    for n in range(least, most + 1):
        for i in range(len(tokens) - n + 1):
            row = of_term.get(tuple(tokens[i : i + n]))
            if row is not None:
                found[i + n <= lead].append(row)
                n_least += n == least
    rows = np.empty((most - least + 1) * len(tokens) + 1, dtype=np.int64)
    keys = np.empty(len(tokens), dtype=np.uint64)
    counts = known_rows_from_lead(hashes[tokens], lead, least, most, lookup, keys, rows)
    assert counts == (len(found[True]) + len(found[False]), len(found[True]), n_least)
    assert rows[: counts[0]].tolist() == found[True] + found[False]
