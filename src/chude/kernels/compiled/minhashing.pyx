"""Min-wise hashing of shingles; ``plain/minhashing.py`` says what each function does."""

from libc.stdint cimport int64_t, uint64_t

import numpy as np

cdef extern from *:
    """
    #define CHUDE_GOLDEN UINT64_C(0x9E3779B97F4A7C15)
    #define CHUDE_PRIME UINT64_C(1099511628211)
    #define CHUDE_FIRST UINT64_C(14695981039346656037)
    #define CHUDE_MIX_A UINT64_C(0xFF51AFD7ED558CCD)
    #define CHUDE_MIX_B UINT64_C(0xC4CEB9FE1A85EC53)
    """
    const uint64_t GOLDEN "CHUDE_GOLDEN"
    const uint64_t PRIME "CHUDE_PRIME"
    const uint64_t FIRST "CHUDE_FIRST"
    const uint64_t MIX_A "CHUDE_MIX_A"
    const uint64_t MIX_B "CHUDE_MIX_B"


cdef inline uint64_t mixed(uint64_t x) noexcept nogil:
    x = (x ^ (x >> 33)) * MIX_A
    x = (x ^ (x >> 33)) * MIX_B
    return x ^ (x >> 33)


def minima(
    const uint64_t[::1] hashes not None, const int64_t[::1] bounds not None, Py_ssize_t n_permutations,
    Py_ssize_t shingle,
):
    cdef Py_ssize_t text, first, place, k, n_texts = bounds.shape[0] - 1
    cdef uint64_t value, permuted
    cdef bint is_within = n_texts >= 0 and shingle >= 1
    if is_within:
        is_within = bounds[0] >= 0 and bounds[n_texts] <= hashes.shape[0]
        for text in range(n_texts):
            is_within &= bounds[text] <= bounds[text + 1]
    if not is_within:
        raise ValueError("the bounds are not within the hashes, or a shingle has no token")
    found = np.full((n_texts, n_permutations), np.iinfo(np.uint64).max)
    cdef uint64_t[:, ::1] least = found
    cdef uint64_t[::1] seeds = np.array([mixed(<uint64_t>(k + 1) * GOLDEN) for k in range(n_permutations)], np.uint64)
    with nogil:
        for text in range(n_texts):
            if bounds[text] == bounds[text + 1]:
                continue
            for first in range(bounds[text], max(bounds[text] + 1, bounds[text + 1] - shingle + 1)):
                value = FIRST
                for place in range(first, min(first + shingle, bounds[text + 1])):
                    value = (value ^ (hashes[place] + 1)) * PRIME
                value = mixed(value)
                for k in range(n_permutations):
                    permuted = (value ^ seeds[k]) * GOLDEN
                    permuted ^= permuted >> 29
                    least[text, k] = min(least[text, k], permuted)
    return found


def band_keys(const uint64_t[:, ::1] minima not None, Py_ssize_t rows):
    if rows < 1:
        raise ValueError("a band has at least one row")
    cdef Py_ssize_t text, band, k, n_bands = minima.shape[1] // rows
    found = np.zeros((minima.shape[0], n_bands), dtype=np.uint64)
    cdef uint64_t[:, ::1] keys = found
    with nogil:
        for text in range(minima.shape[0]):
            for band in range(n_bands):
                for k in range(band * rows, (band + 1) * rows):
                    keys[text, band] = keys[text, band] * PRIME ^ minima[text, k]
    return found
