"""Compiled work on n-grams: their keys, counting them, looking them up.

An n-gram is known by a 64-bit key made of the hashes of its tokens. A vocabulary is looked up in two steps: a filter of
one bit a place, which turns most strangers away without a branch, and a table of slots, each holding the key's low 40
bits and its row; where a slot is comes from the high bits.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled, inlined
from chude.errors import InputError
from chude.tokenizer.kernel import Hashes

Counts = npt.NDArray[np.int64]

MAX_ROWS = (1 << 24) - 1
"""A slot has 24 bits for the row; row 0xFFFFFF stands for none."""

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_KEY_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_KEY_SHIFT = np.uint64(32)
_FILTER_SHIFT, _BIT_MASK = np.uint64(6), np.uint64(63)
_HALF = np.uint64(32)
_ROW_BITS = np.uint64(24)
_TAG_MASK = np.uint64(~0xFFFFFF & 0xFFFFFFFFFFFFFFFF)
_ROW_MASK = np.uint64(0xFFFFFF)


@compiled
def key_at(hashes: Hashes, start: int, n: int) -> np.uint64:
    """Return the key of the `n` tokens from `start`; of one token, its hash."""
    key = hashes[start]
    for k in range(1, n):
        mixed = (key + _ONE) * _KEY_FACTOR + hashes[start + k]
        key = mixed ^ (mixed >> _KEY_SHIFT)
    return key


class Lookup(NamedTuple):
    """A vocabulary as the compiled loops read it; the number of `bits` is a power of two."""

    bits: Hashes
    slots: Hashes


def build_lookup(keys: Hashes) -> Lookup:
    """Build the filter and the slots of a vocabulary.

    Parameters
    ----------
    keys : ndarray of shape (n_rows,), uint64
        Distinct; the row of a key is its place. At most `MAX_ROWS`.

    Raises
    ------
    InputError
        If two keys cannot be told apart, or crowd together as only terms made to do so would.
    """
    n_bits = max(64, 1 << (16 * max(len(keys), 1) - 1).bit_length())
    n_slots = max(4, 1 << (2 * max(len(keys), 1) - 1).bit_length())
    lookup = Lookup(np.zeros(n_bits // 64, dtype=np.uint64), np.full(n_slots, _ROW_MASK, dtype=np.uint64))
    if not _fill(keys, lookup.bits, lookup.slots):
        raise InputError(
            "the terms of the vocabulary collide; they were made to, or the file that holds them is damaged"
        )
    return lookup


@inlined
def _slot_of(key: np.uint64, n_slots: int) -> np.uint64:
    """Return the first slot to look at: the high half of the key, scaled (Lemire 2019, "Fast random integer...")."""
    return ((key >> _HALF) * np.uint64(n_slots)) >> _HALF


@compiled
def _fill(keys: Hashes, bits: Hashes, slots: Hashes) -> bool:
    mask = np.uint64(len(slots) - 1)
    steps_left = 1000 + 64 * len(keys)
    for row in range(len(keys)):
        key = keys[row]
        bits[(key >> _FILTER_SHIFT) & np.uint64(len(bits) - 1)] |= _ONE << (key & _BIT_MASK)
        tag = key << _ROW_BITS
        place = _slot_of(key, len(slots))
        while slots[place] & _ROW_MASK != _ROW_MASK:
            steps_left -= 1
            if steps_left == 0 or slots[place] & _TAG_MASK == tag:
                return False
            place = (place + _ONE) & mask
        slots[place] = tag | np.uint64(row)
    return True


@compiled
def known_rows(
    hashes: Hashes,
    least: int,
    most: int,
    bits: Hashes,
    slots: Hashes,
    keys: Hashes,
    rows: npt.NDArray[np.int64],
) -> int:
    """Look up every n-gram of one text.

    Parameters
    ----------
    hashes : ndarray of shape (n_tokens,), uint64
    least, most : int
        Smallest and largest n.
    bits, slots : ndarray of uint64
        A `Lookup`.
    keys : ndarray of uint64
        Scratch, at least ``(most - least + 1) * n_tokens + 1`` long.
    rows : ndarray of int64
        Receives the row of each n-gram that is known, repeats included; as long as `keys`.

    Returns
    -------
    int
        How many rows were written.
    """
    mask = np.uint64(len(bits) - 1)
    n_candidates = _ZERO
    for n in range(least, most + 1):
        for i in range(len(hashes) - n + 1):
            key = key_at(hashes, i, n)
            keys[n_candidates] = key
            n_candidates += (bits[(key >> _FILTER_SHIFT) & mask] >> (key & _BIT_MASK)) & _ONE
    mask = np.uint64(len(slots) - 1)
    n_rows = 0
    for j in range(np.int64(n_candidates)):
        key = keys[j]
        tag = key << _ROW_BITS
        place = _slot_of(key, len(slots))
        slot = slots[place]
        while (slot ^ tag) & _TAG_MASK and slot & _ROW_MASK != _ROW_MASK:
            place = (place + _ONE) & mask
            slot = slots[place]
        rows[n_rows] = np.int64(slot & _ROW_MASK)
        n_rows += slot & _ROW_MASK != _ROW_MASK
    return n_rows


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
                place = _slot_of(key, n_slots)
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
        place = _slot_of(keys[row], len(slots))
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
    bits: Hashes,
    slots: Hashes,
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
    keys = np.empty(2 * (most - least + 1) * longest + 1, dtype=np.uint64)
    rows = np.empty(len(keys), dtype=np.int64)
    for text in range(n_texts):
        tokens = hashes[starts[text] : stops[text]]
        found = known_rows(tokens, least, most, bits, slots, keys, rows)
        found += known_rows(tokens[:lead], least, most, bits, slots, keys, rows[found:])
        start = indptr[text]
        stop = start
        if start + found > len(indices):
            room = 2 * (start + found)
            indices, counts = _grown(indices, room), _grown(counts, room)
        for j in range(found):
            if seen[rows[j]] == 0:
                indices[stop] = rows[j]
                stop += 1
            seen[rows[j]] += 1
        indices[start:stop].sort()
        for j in range(start, stop):
            counts[j] = seen[indices[j]]
            seen[indices[j]] = 0
        indptr[text + 1] = stop
    return indptr, indices[: indptr[-1]].copy(), counts[: indptr[-1]].copy()
