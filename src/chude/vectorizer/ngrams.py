"""Compiled counting of n-grams, known by a 64-bit key made of the hashes of their tokens."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled, inlined
from chude.tokenizer import Hashes
from chude.vectorizer.lookup import Lookup, key_at, known_rows_from_lead

Counts = npt.NDArray[np.int64]

_ONE, _HALF = np.uint64(1), np.uint64(32)


class NgramCounts(NamedTuple):
    """Every n-gram of some texts, in order of appearance.

    `keys` uint64; `document_frequency` and `term_frequency` int64; `first`: index of the first token of the first
    occurrence, among all tokens of the texts; `size`: number of tokens. All of shape (n_ngrams,).
    """

    keys: Hashes
    document_frequency: Counts
    term_frequency: Counts
    first: Counts
    size: Counts


def count_ngrams(hashes: Hashes, bounds: Counts, least: int, most: int, lead: int = 0) -> NgramCounts:
    """Count the n-grams of texts; text ``i`` has the tokens ``hashes[bounds[i]:bounds[i + 1]]``.

    An n-gram within the first `lead` tokens of its text counts twice in the term frequency.
    """
    n, keys, df, tf, first, size = _count(hashes, bounds, least, most, lead)
    return NgramCounts(keys[:n], df[:n].astype(np.int64), tf[:n].astype(np.int64), first[:n], size[:n].astype(np.int64))


@inlined
def _start_of(key: np.uint64, n_slots: int) -> np.uint64:
    """Return the first slot to look at while counting."""
    return ((key >> _HALF) * np.uint64(n_slots)) >> _HALF


@compiled
def _count(  # type: ignore[no-untyped-def]
    hashes: Hashes, bounds: Counts, least: int, most: int, lead: int
):
    n_slots = 1 << 16
    slots = np.zeros(n_slots, dtype=np.uint32)
    room = n_slots // 2
    keys = np.empty(room, dtype=np.uint64)
    tally = np.zeros((room, 3), dtype=np.uint32)  # document frequency, term frequency, last text + 1
    first = np.empty(room, dtype=np.int64)
    size = np.empty(room, dtype=np.uint8)
    n_known = np.int64(0)
    for text in range(len(bounds) - 1):
        for n in range(least, most + 1):
            for i in range(bounds[text], bounds[text + 1] - n + 1):
                key = key_at(hashes, i, n)
                mask = np.uint64(n_slots - 1)
                place = _start_of(key, n_slots)
                while slots[place] and keys[slots[place] - 1] != key:
                    place = (place + _ONE) & mask
                if not slots[place]:
                    keys[n_known] = key
                    first[n_known] = i
                    size[n_known] = n
                    n_known += 1
                    slots[place] = n_known
                row = np.int64(slots[place]) - 1
                tally[row, 1] += np.uint32(2 if i + n <= bounds[text] + lead else 1)
                if tally[row, 2] != text + 1:
                    tally[row, 2] = text + 1
                    tally[row, 0] += np.uint32(1)
                if n_known == room:
                    n_slots, room = 2 * n_slots, 2 * room
                    keys = _grown(keys, room)
                    first = _grown(first, room)
                    size = _grown(size, room)
                    wider = np.zeros((room, 3), dtype=np.uint32)
                    wider[:n_known] = tally
                    tally = wider
                    slots = np.zeros(n_slots, dtype=np.uint32)
                    _refill(keys[:n_known], slots)
    return n_known, keys, tally[:, 0].copy(), tally[:, 1].copy(), first, size


@compiled
def _grown(array, room):  # type: ignore[no-untyped-def]
    wider = np.empty(room, dtype=array.dtype)
    wider[: len(array)] = array
    return wider


@compiled
def _refill(keys: Hashes, slots: npt.NDArray[np.uint32]) -> None:
    mask = np.uint64(len(slots) - 1)
    for row in range(len(keys)):
        place = _start_of(keys[row], len(slots))
        while slots[place]:
            place = (place + _ONE) & mask
        slots[place] = row + 1


@compiled
def count_rows(
    hashes: Hashes,
    starts: Counts,
    stops: Counts,
    least: int,
    most: int,
    lead: int,
    lookup: Lookup,
    n_rows: int,
) -> tuple[Counts, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Count the known n-grams of each text; text ``i`` has the tokens ``hashes[starts[i]:stops[i]]``.

    An n-gram within the first `lead` tokens counts twice.

    Returns
    -------
    indptr, indices, counts : ndarray
        A CSR matrix of shape (n_texts, n_rows), its indices in ascending order within a text.
    """
    n_texts = len(starts)
    indptr = np.zeros(n_texts + 1, dtype=np.int64)
    longest = total = 0
    for text in range(n_texts):
        longest = max(longest, stops[text] - starts[text])
        total += stops[text] - starts[text]
    room = max(16, total)
    indices = np.empty(room, dtype=np.int32)
    counts = np.empty(room, dtype=np.int32)
    seen = np.zeros(n_rows, dtype=np.int32)
    keys = np.empty(longest, dtype=np.uint64)
    rows = np.empty((most - least + 1) * longest + 1, dtype=np.int64)
    for text in range(n_texts):
        tokens = hashes[starts[text] : stops[text]]
        found, n_lead, _ = known_rows_from_lead(tokens, lead, least, most, lookup, keys, rows)
        start = indptr[text]
        stop = start
        if start + found > len(indices):
            room = 2 * (start + found)
            indices, counts = _grown(indices, room), _grown(counts, room)
        for j in range(found):
            if seen[rows[j]] == 0:
                indices[stop] = rows[j]
                stop += 1
            seen[rows[j]] += 2 if j < n_lead else 1
        indices[start:stop].sort()
        for j in range(start, stop):
            counts[j] = seen[indices[j]]
            seen[indices[j]] = 0
        indptr[text + 1] = stop
    return indptr, indices[: indptr[-1]].copy(), counts[: indptr[-1]].copy()
