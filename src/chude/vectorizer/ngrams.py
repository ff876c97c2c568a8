"""Compiled work on n-grams: their keys, counting them, looking them up.

An n-gram is known by a 64-bit key made of the hashes of its tokens. A vocabulary is looked up by a perfect hash: the
high bits of a key choose a pilot, and the pilot chooses the one slot where the key can be. So a look-up takes no
branch, and the slots of a whole text can be asked for before the first of them is needed.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import borrowing, compiled, inlined, prefetch
from chude.errors import InputError
from chude.tokenizer.kernel import Hashes

Counts = npt.NDArray[np.int64]
Pilots = npt.NDArray[np.uint8]

MAX_ROWS = (1 << 24) - 1
"""A slot has 24 bits for the row; row 0xFFFFFF stands for none."""

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_KEY_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_KEY_SHIFT = np.uint64(32)
_HALF = np.uint64(32)
_ROW_BITS = np.uint64(24)
_NO_ROW = np.uint64(0xFFFFFF)

_PILOT_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_PLACE_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_PILOTS = 256
_BUCKET_KEYS = 4
_MOST_TRIES = 4
"""A vocabulary that finds no pilots is tried again with twice as many slots; one that never does was made to."""


@inlined
def key_at(hashes: Hashes, start: int, n: int) -> np.uint64:
    """Return the key of the `n` tokens from `start`; of one token, its hash."""
    key = hashes[start]
    for k in range(1, n):
        key = _longer(key, hashes[start + k])
    return key


@inlined
def _longer(key: np.uint64, token: np.uint64) -> np.uint64:
    """Return the key of an n-gram with one token more."""
    mixed = (key + _ONE) * _KEY_FACTOR + token
    return mixed ^ (mixed >> _KEY_SHIFT)


class Lookup(NamedTuple):
    """A vocabulary as the compiled loops read it.

    `pilots` uint8, one for each bucket of keys; `slots` uint64: the low 40 bits of a key, then its row. The numbers of
    both are powers of two.
    """

    pilots: Pilots
    slots: Hashes


def build_lookup(keys: Hashes) -> Lookup:
    """Build the perfect hash of a vocabulary (Belazzougui, Botelho, Dietzfelbinger 2009, "Hash, displace, compress").

    Parameters
    ----------
    keys : ndarray of shape (n_rows,), uint64
        Distinct; the row of a key is its place. At most `MAX_ROWS`.

    Raises
    ------
    InputError
        If keys cannot be told apart, as only terms made to do so would.
    """
    n_buckets = max(2, 1 << (len(keys) // _BUCKET_KEYS).bit_length())
    n_slots = max(4, 1 << (3 * len(keys) // 2).bit_length())
    for doubled in range(_MOST_TRIES):
        lookup = Lookup(np.zeros(n_buckets, dtype=np.uint8), np.full(n_slots << doubled, _NO_ROW, dtype=np.uint64))
        if _place(keys, lookup.pilots, lookup.slots):
            return lookup
    raise InputError("the terms of the vocabulary collide; they were made to, or the file that holds them is damaged")


@inlined
def _bucket_of(key: np.uint64, pilots: Pilots) -> np.uint64:
    return ((key >> _HALF) * np.uint64(len(pilots))) >> _HALF


@inlined
def _slot_of(key: np.uint64, pilot: int, slots: Hashes) -> np.uint64:
    """Return where a key can be: a few high bits of a product, scaled (Lemire 2019, "Fast random integer...")."""
    mixed = (key ^ (np.uint64(pilot) * _PILOT_FACTOR)) * _PLACE_FACTOR
    return ((mixed >> _HALF) * np.uint64(len(slots))) >> _HALF


@compiled
def _place(keys: Hashes, pilots: Pilots, slots: Hashes) -> bool:
    """Find a pilot for each bucket under which its keys meet no other; tell whether all were found."""
    starts, rows = _by_bucket(keys, pilots)
    for bucket in _fullest_first(starts):
        if not _place_bucket(keys, rows[starts[bucket] : starts[bucket + 1]], bucket, pilots, slots):
            return False
    return True


@compiled
def _by_bucket(keys: Hashes, pilots: Pilots) -> tuple[Counts, Counts]:
    """Return where the rows of each bucket start, and the rows."""
    starts = np.zeros(len(pilots) + 2, dtype=np.int64)
    for row in range(len(keys)):
        starts[_bucket_of(keys[row], pilots) + _TWO] += 1
    for bucket in range(len(pilots)):
        starts[bucket + 2] += starts[bucket + 1]
    rows = np.empty(len(keys), dtype=np.int64)
    for row in range(len(keys)):
        bucket = _bucket_of(keys[row], pilots) + _ONE
        rows[starts[bucket]] = row
        starts[bucket] += 1
    return starts[:-1], rows


@compiled
def _fullest_first(starts: Counts) -> Counts:
    """Return the buckets by their number of rows, most first."""
    sizes = starts[1:] - starts[:-1]
    largest = sizes.max()
    places = np.zeros(largest + 2, dtype=np.int64)
    for size in sizes:
        places[largest - size + 1] += 1
    places = np.cumsum(places)
    buckets = np.empty(len(sizes), dtype=np.int64)
    for bucket in range(len(sizes)):
        rank = largest - sizes[bucket]
        buckets[places[rank]] = bucket
        places[rank] += 1
    return buckets


@compiled
def _place_bucket(keys: Hashes, rows: Counts, bucket: int, pilots: Pilots, slots: Hashes) -> bool:
    for pilot in range(_PILOTS):
        placed = 0
        while placed < len(rows):
            row = rows[placed]
            slot = _slot_of(keys[row], pilot, slots)
            if slots[slot] != _NO_ROW:
                break
            slots[slot] = keys[row] << _ROW_BITS | np.uint64(row)
            placed += 1
        if placed == len(rows):
            pilots[bucket] = pilot
            return True
        for k in range(placed):
            slots[_slot_of(keys[rows[k]], pilot, slots)] = _NO_ROW
    return False


@borrowing
def known_rows(
    hashes: Hashes,
    least: int,
    most: int,
    pilots: Pilots,
    slots: Hashes,
    keys: Hashes,
    rows: npt.NDArray[np.int64],
) -> tuple[int, int]:
    """Look up every n-gram of one text.

    Parameters
    ----------
    hashes : ndarray of shape (n_tokens,), uint64
    least, most : int
        Smallest and largest n.
    pilots, slots : ndarray
        A `Lookup`.
    keys : ndarray of uint64
        Scratch, at least ``n_tokens`` long.
    rows : ndarray of int64
        Receives the row of each n-gram that is known, repeats included, those of the smallest n first; at least
        ``(most - least + 1) * n_tokens + 1`` long.

    Returns
    -------
    n_rows : int
        How many rows were written.
    n_least : int
        How many of them are n-grams of the smallest n.
    """
    n_rows = n_least = np.int64(0)
    for i in range(len(hashes)):
        keys[i] = hashes[i]
    for n in range(1, most + 1):
        n_keys = len(hashes) - n + 1
        if n > 1:
            for i in range(n_keys):
                keys[np.uint64(i)] = _longer(keys[np.uint64(i)], hashes[np.uint64(i + n - 1)])
        if n >= least:
            n_rows += _rows_of(keys[: max(n_keys, 0)], pilots, slots, rows[n_rows:])
        if n == least:
            n_least = n_rows
    return n_rows, n_least


@borrowing
def known_rows_from_lead(
    hashes: Hashes,
    lead: int,
    least: int,
    most: int,
    pilots: Pilots,
    slots: Hashes,
    keys: Hashes,
    rows: Counts,
) -> tuple[int, int, int]:
    """Look up every n-gram of one text as `known_rows` does, those within its first `lead` tokens before all others.

    Returns
    -------
    n_rows : int
        How many rows were written.
    n_lead : int
        How many of them are within the lead, and count twice.
    n_least : int
        How many are n-grams of the smallest n.
    """
    n_lead, n_least = known_rows(hashes[:lead], least, most, pilots, slots, keys, rows)
    n_rows = n_lead
    if len(hashes) > lead:
        for n in range(least, most + 1):
            n_rest = known_rows(hashes[max(lead - n + 1, 0) :], n, n, pilots, slots, keys, rows[n_rows:])[0]
            n_rows += n_rest
            n_least += n_rest if n == least else 0
    return n_rows, n_lead, n_least


@borrowing
def _rows_of(keys: Hashes, pilots: Pilots, slots: Hashes, rows: Counts) -> int:
    """Ask for all slots, then read them: a slot that is in no cache costs more than all else done for a key."""
    for i in range(len(keys)):
        key = keys[i]
        slot = _slot_of(key, pilots[_bucket_of(key, pilots)], slots)
        prefetch(slots, slot)
        rows[i] = np.int64(slot)
    n_rows = _ZERO
    for i in range(len(keys)):
        # Where the key is the slot's, what is left of both is the row.
        row = slots[np.uint64(rows[i])] ^ (keys[i] << _ROW_BITS)
        rows[n_rows] = np.int64(row)
        n_rows += np.uint64(row < _NO_ROW)
    return np.int64(n_rows)


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
    pilots: Pilots,
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
    keys = np.empty(longest, dtype=np.uint64)
    rows = np.empty((most - least + 1) * longest + 1, dtype=np.int64)
    for text in range(n_texts):
        tokens = hashes[starts[text] : stops[text]]
        found, n_lead, _ = known_rows_from_lead(tokens, lead, least, most, pilots, slots, keys, rows)
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
