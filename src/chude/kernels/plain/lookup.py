"""Token hashes to the rows of a vocabulary.

An n-gram is known by a 64-bit key, which is made of the hashes of its tokens one after another; the key of one token is
its hash. Likewise the hash of a word is made of those of its syllables.
"""

import numpy as np
import numpy.typing as npt

from chude.kernels.plain.tokenizing import Letters, tokenize

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

MAX_ROWS = (1 << 24) - 1
"""A vocabulary has at most so many terms."""


class Lookup:
    """A vocabulary, by the keys of its terms.

    Parameters
    ----------
    keys : ndarray of shape (n_rows,), uint64
        The row of a key is its place. At most `MAX_ROWS`.

    Raises
    ------
    ValueError
        If two keys are the same; its arguments are a message, and the rows of both.
    """

    def __init__(self, keys: Hashes) -> None:
        if len(keys) > MAX_ROWS:
            raise ValueError(f"a vocabulary has at most {MAX_ROWS} terms, not {len(keys)}")
        self.row_of: dict[int, int] = {}
        for row, key in enumerate(keys.tolist()):
            if self.row_of.setdefault(key, row) != row:
                raise ValueError("two keys are the same", self.row_of[key], row)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.row_of)

    def rows(self, keys: Hashes) -> Places:
        """Return the row of each key, int64; -1 for one that is not in the vocabulary."""
        return np.array([self.row_of.get(key, -1) for key in keys.tolist()], dtype=np.int64)


def ngram_keys(hashes: Hashes, n: int) -> Hashes:
    """Return the key of each n-gram of a run of tokens, of shape (max(n_tokens - n + 1, 0),), uint64."""
    n_keys = max(len(hashes) - n + 1, 0)
    keys = hashes[:n_keys].copy()
    with np.errstate(over="ignore"):
        for k in range(1, n):
            keys = (keys + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93) + hashes[k : k + n_keys]
            keys ^= keys >> np.uint64(32)
    return keys


def keys_of_runs(hashes: Hashes, bounds: Places) -> Hashes:
    """Return the key of each run ``hashes[bounds[i]:bounds[i + 1]]`` as one n-gram; no run may be empty."""
    runs = [hashes[start:stop] for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
    return np.array([ngram_keys(run, len(run))[0] for run in runs], dtype=np.uint64)


def keys_of_lines(lines: npt.NDArray[np.uint8], letters: Letters) -> Hashes:
    """Return the key of each line, its tokens as one n-gram.

    Parameters
    ----------
    lines : ndarray of uint8
        UTF-8.
    letters : Letters

    Returns
    -------
    ndarray of shape (n_lines,), uint64

    Raises
    ------
    ValueError
        If a line holds no token; its arguments are a message, and the first such line.
    UnicodeDecodeError
        If the lines are not UTF-8.
    """
    hashes, bounds, _ = tokenize(lines.tobytes().decode().split("\n"), letters)
    empty = np.flatnonzero(bounds[1:] == bounds[:-1])
    if len(empty):
        raise ValueError("a line holds no token", int(empty[0]))
    return keys_of_runs(hashes, bounds)


def joined_hashes(hashes: Hashes, continues: npt.NDArray[np.bool_]) -> Hashes:
    """Return the hashes of words.

    Parameters
    ----------
    hashes : ndarray of shape (n_syllables,), uint64
    continues : ndarray of shape (n_syllables,), bool
        Whether a syllable continues the word of the syllable before; of the first it makes no difference.
    """
    words: list[int] = []
    for syllable, goes_on in zip(hashes.tolist(), continues.tolist(), strict=True):
        if goes_on and words:
            mixed = (words.pop() + 1) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF ^ syllable
            syllable = mixed ^ mixed >> 29  # noqa: PLW2901
        words.append(syllable)
    return np.array(words, dtype=np.uint64)
