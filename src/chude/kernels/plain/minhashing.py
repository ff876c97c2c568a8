"""Min-wise hashing of shingles: runs of tokens that follow one another in a text, known by a hash."""

import numpy as np

from chude.kernels.plain.lookup import Hashes, Places

_GOLDEN, _PRIME = np.uint64(0x9E3779B97F4A7C15), np.uint64(1099511628211)


def minima(hashes: Hashes, bounds: Places, n_permutations: int, shingle: int) -> Hashes:
    """Return the least hash of each text's shingles, by each of several hash functions.

    Parameters
    ----------
    hashes : ndarray of shape (n_tokens,), uint64
    bounds : ndarray of shape (n_texts + 1,), int64
        Text ``i`` has the tokens ``hashes[bounds[i]:bounds[i + 1]]``; ValueError if that is not within them.
    n_permutations : int
        How many hash functions.
    shingle : int
        Tokens of a shingle; a shorter text is one shingle.

    Returns
    -------
    ndarray of shape (n_texts, n_permutations), uint64
        2**64 - 1 for a text without tokens.
    """
    if not len(bounds) or bounds[0] < 0 or (np.diff(bounds) < 0).any() or bounds[-1] > len(hashes) or shingle < 1:
        raise ValueError("the bounds are not within the hashes, or a shingle has no token")
    found = np.full((len(bounds) - 1, n_permutations), np.iinfo(np.uint64).max)
    with np.errstate(over="ignore"):
        seeds = _mixed(np.arange(1, n_permutations + 1, dtype=np.uint64) * _GOLDEN)
        for least, start, stop in zip(found, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            if start < stop:
                width = min(shingle, stop - start)
                windows = np.lib.stride_tricks.sliding_window_view(hashes[start:stop], width)
                permuted = (_shingle_hashes(windows)[:, None] ^ seeds) * _GOLDEN
                least[:] = (permuted ^ permuted >> np.uint64(29)).min(axis=0)
    return found


def band_keys(minima: Hashes, rows: int) -> Hashes:
    """Return a key for each `rows` minima of a text, of shape (n_texts, n_permutations // rows), uint64."""
    if rows < 1:
        raise ValueError("a band has at least one row")
    n_bands = minima.shape[1] // rows
    keys = np.zeros((len(minima), n_bands), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for k in range(rows):
            keys = keys * _PRIME ^ minima[:, k : n_bands * rows : rows]
    return keys


def _shingle_hashes(windows: Hashes) -> Hashes:
    """Return the hash of each row of tokens: FNV-1a (Fowler, Noll, Vo) over whole tokens, then mixed."""
    values = np.full(len(windows), 14695981039346656037, dtype=np.uint64)
    for tokens in windows.T:
        values = (values ^ (tokens + np.uint64(1))) * _PRIME
    return _mixed(values)


def _mixed(values: Hashes) -> Hashes:
    """Mix all bits: the finalizer of MurmurHash3."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values = (values ^ values >> np.uint64(33)) * np.uint64(factor)
    return values ^ values >> np.uint64(33)
