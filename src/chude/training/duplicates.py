"""Texts that are nearly the same: reprints, updated articles, the same agency story in several newspapers."""

import numpy as np
import numpy.typing as npt

from chude.kernels.minhashing import band_keys, minima
from chude.tokenizer import Hashes, TokenBatch

Indices = npt.NDArray[np.int64]

SHINGLE = 5
"""Number of tokens of a shingle; a shorter text is one shingle."""

BANDS, ROWS = 4, 3
"""Two texts are joined when all `ROWS` minima of one of the `BANDS` agree: a pair that shares 80 % of its shingles is
found with probability 1 - (1 - 0.8³)⁴ = 94 %, one that shares 30 % with 10 %."""


def near_duplicates(batch: TokenBatch) -> Indices:
    """Group texts that are nearly the same.

    Min-wise hashing of shingles (Broder 1997, "On the resemblance and containment of documents") in bands (Leskovec,
    Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3); texts linked by a chain of such pairs are one group.

    Parameters
    ----------
    batch : TokenBatch

    Returns
    -------
    ndarray of shape (n_texts,), int64
        The first text of each text's group. A text without a near duplicate, or without a token, is a group of its own.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    keys = band_keys(minima(batch.hashes, batch.bounds, BANDS * ROWS, SHINGLE), ROWS)
    n_texts, some = len(keys), np.flatnonzero(np.diff(batch.bounds) > 0)
    pairs = [_neighbours(some, keys[some, band]) for band in range(BANDS)]
    first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
    links = coo_matrix((np.ones(len(first), dtype=np.int8), (first, second)), shape=(n_texts, n_texts))
    _, group = connected_components(links, directed=False)
    _, first_of_group = np.unique(group, return_index=True)
    found: Indices = first_of_group[group]
    return found


def _neighbours(texts: Indices, keys: Hashes) -> tuple[Indices, Indices]:
    """Return pairs that link all texts of the same key: each text with the one before."""
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    return texts[order[same]], texts[order[same + 1]]
