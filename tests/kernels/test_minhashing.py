"""Minima of shingles and keys of bands: both forms alike."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.kernels import minhashing as kernel
from chude.kernels.plain import minhashing as plain

FORMS = pytest.mark.parametrize("form", [kernel, plain], ids=["compiled", "plain"])


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=9), max_size=6),
    st.integers(1, 7),
    st.integers(0, 9),
    st.integers(1, 4),
)
def test_both_forms_are_alike(tokens: list[list[int]], shingle: int, n_permutations: int, rows: int) -> None:
    hashes = np.array([token for each in tokens for token in each], dtype=np.uint64)
    bounds = np.cumsum([0, *map(len, tokens)], dtype=np.int64)
    found = kernel.minima(hashes, bounds, n_permutations, shingle)
    np.testing.assert_array_equal(found, plain.minima(hashes, bounds, n_permutations, shingle))
    np.testing.assert_array_equal(kernel.band_keys(found, rows), plain.band_keys(found, rows))
    assert found.shape == (len(tokens), n_permutations)
    assert (found[np.diff(bounds) == 0] == 2**64 - 1).all()


@FORMS
def test_order_and_number_of_shingles_make_no_difference(form: ModuleType) -> None:
    a, b = [1, 2, 3], [4, 5, 6]
    hashes = np.array([*a, *b, *b, *a, *a], dtype=np.uint64)
    first, second = form.minima(hashes, np.array([0, 6, 15]), 40, 1)
    np.testing.assert_array_equal(first, second)


@FORMS
@pytest.mark.parametrize("bounds", [[], [0, 4], [2, 1, 3], [-1, 2]])
def test_bounds_that_are_not_within_the_hashes_are_refused(form: ModuleType, bounds: list[int]) -> None:
    with pytest.raises(ValueError, match="not within"):
        form.minima(np.zeros(3, dtype=np.uint64), np.array(bounds, dtype=np.int64), 2, 2)


@FORMS
def test_shingles_and_bands_of_nothing_are_refused(form: ModuleType) -> None:
    with pytest.raises(ValueError, match="no token"):
        form.minima(np.zeros(3, dtype=np.uint64), np.array([0, 3]), 2, 0)
    with pytest.raises(ValueError, match="at least one row"):
        form.band_keys(np.zeros((2, 2), dtype=np.uint64), 0)
