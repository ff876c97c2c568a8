"""Texts that are nearly the same: reprints, updated articles, the same agency story in several newspapers."""

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled
from chude.tokenizer import Hashes, TokenBatch

Indices = npt.NDArray[np.int64]

SHINGLE = 5
"""Tokens of a shingle; a shorter text is one shingle."""

BANDS, ROWS = 4, 3
"""Two texts are joined when all `ROWS` minima of one of the `BANDS` agree: a pair that shares 80 % of its shingles is
found with probability 1 - (1 - 0.8³)⁴ = 94 %, one that shares 30 % with 10 %."""

_ONE = np.uint64(1)
_FIRST, _NONE = np.uint64(14695981039346656037), np.uint64(0xFFFFFFFFFFFFFFFF)
_FACTOR = np.uint64(1099511628211)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A, _MIX_B = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT_MIX, _SHIFT = np.uint64(33), np.uint64(29)


def near_duplicates(batch: TokenBatch) -> Indices:
    """Group texts that are nearly the same.

    Min-wise hashing of shingles (Broder 1997, "On the resemblance and containment of documents") in bands (Leskovec,
    Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3); texts that a chain of such pairs links are one group.

    Parameters
    ----------
    batch : TokenBatch

    Returns
    -------
    ndarray of shape (n_texts,), int64
        The first text of the group each text belongs to; a text that is like no other, or holds no token, is alone.
    """
    minima = _minima(batch.hashes, batch.bounds, BANDS * ROWS, SHINGLE)
    parents = np.arange(len(minima), dtype=np.int64)
    some = np.flatnonzero(np.diff(batch.bounds) > 0)
    for band in range(0, BANDS * ROWS, ROWS):
        keys = _band_keys(minima, band, band + ROWS)
        order = some[np.argsort(keys[some], kind="stable")]
        _join_equal(parents, order, keys)
    return _roots(parents)


@compiled
def _mixed(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> _SHIFT_MIX)) * _MIX_A
    x = (x ^ (x >> _SHIFT_MIX)) * _MIX_B
    return x ^ (x >> _SHIFT_MIX)


@compiled
def _minima(hashes: Hashes, bounds: Indices, n_permutations: int, shingle: int) -> Hashes:
    """Return the least value of each permutation over the shingles of each text."""
    n_texts = len(bounds) - 1
    minima = np.full((n_texts, n_permutations), _NONE, dtype=np.uint64)
    seeds = np.empty(n_permutations, dtype=np.uint64)
    for k in range(n_permutations):
        seeds[k] = _mixed(np.uint64(k + 1) * _GOLDEN)
    for text in range(n_texts):
        start, stop = bounds[text], bounds[text + 1]
        for first in range(start, max(start + 1, stop - shingle + 1)):
            value = _FIRST
            for place in range(first, min(first + shingle, stop)):
                value = (value ^ (hashes[place] + _ONE)) * _FACTOR
            value = _mixed(value)
            for k in range(n_permutations):
                permuted = (value ^ seeds[k]) * _GOLDEN
                permuted ^= permuted >> _SHIFT
                minima[text, k] = min(minima[text, k], permuted)
    return minima


@compiled
def _band_keys(minima: Hashes, first: int, last: int) -> Hashes:
    keys = np.zeros(len(minima), dtype=np.uint64)
    for text in range(len(minima)):
        for k in range(first, last):
            keys[text] = keys[text] * _FACTOR ^ minima[text, k]
    return keys


@compiled
def _root(parents: Indices, text: int) -> int:
    while parents[text] != text:
        parents[text] = parents[parents[text]]
        text = parents[text]
    return text


@compiled
def _join_equal(parents: Indices, order: Indices, keys: Hashes) -> None:
    """Join texts with the same key; the root of a group is its first text."""
    for place in range(1, len(order)):
        if keys[order[place]] == keys[order[place - 1]]:
            a, b = _root(parents, order[place]), _root(parents, order[place - 1])
            parents[max(a, b)] = min(a, b)


@compiled
def _roots(parents: Indices) -> Indices:
    roots = np.empty_like(parents)
    for text in range(len(parents)):
        roots[text] = _root(parents, text)
    return roots
