"""A vocabulary, looked up by a perfect hash.

An n-gram is known by a 64-bit key made of the hashes of its tokens. Some bits of a key choose a pilot, and the pilot
chooses the one slot where the key can be. So a look-up takes no branch, and the slots of a whole text can be asked for
before the first of them is needed.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import borrowing, compiled, inlined, prefetch
from chude.errors import InputError
from chude.tokenizer import Hashes

Counts = npt.NDArray[np.int64]
Pilots = npt.NDArray[np.uint8]

MAX_ROWS = (1 << 24) - 1
"""A slot has 24 bits for the row; row 0xFFFFFF stands for none."""

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_KEY_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_KEY_SHIFT = np.uint64(32)
_ROW_BITS = np.uint64(24)
_NO_ROW = np.uint64(0xFFFFFF)

_SLOT_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_PILOTS = np.arange(256, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
"""What each pilot changes in a key. A number from a table that stays in the cache costs less than a product."""
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
    both are powers of two. `to_bucket`, `to_slot`: how far to shift 64 bits to be left with the place in either.
    """

    pilots: Pilots
    slots: Hashes
    to_bucket: int
    to_slot: int


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
    bucket_bits = max(1, (len(keys) // _BUCKET_KEYS).bit_length())
    slot_bits = max(2, (3 * len(keys) // 2).bit_length())
    for bits in range(slot_bits, slot_bits + _MOST_TRIES):
        pilots = np.zeros(1 << bucket_bits, dtype=np.uint8)
        slots = np.full(1 << bits, _NO_ROW, dtype=np.uint64)
        if _place(keys, Lookup(pilots, slots, 64 - bucket_bits, 64 - bits)):
            pilots.setflags(write=False)
            slots.setflags(write=False)
            return Lookup(pilots, slots, 64 - bucket_bits, 64 - bits)
    raise InputError("the terms of the vocabulary collide; they were made to, or the file that holds them is damaged")


@inlined
def _bucket_of(key: np.uint64, lookup: Lookup) -> np.uint64:
    return key >> np.uint64(lookup.to_bucket)


@inlined
def _slot_of(key: np.uint64, pilot: int, lookup: Lookup) -> np.uint64:
    return ((key ^ _PILOTS[pilot]) * _SLOT_FACTOR) >> np.uint64(lookup.to_slot)


@compiled
def _place(keys: Hashes, lookup: Lookup) -> bool:
    """Find a pilot for each bucket under which its keys meet no other; tell whether all were found."""
    starts, rows = _by_bucket(keys, lookup)
    for bucket in _fullest_first(starts):
        if not _place_bucket(keys, rows[starts[bucket] : starts[bucket + 1]], bucket, lookup):
            return False
    return True


@compiled
def _by_bucket(keys: Hashes, lookup: Lookup) -> tuple[Counts, Counts]:
    """Return where the rows of each bucket start, and the rows."""
    starts = np.zeros(len(lookup.pilots) + 2, dtype=np.int64)
    for row in range(len(keys)):
        starts[_bucket_of(keys[row], lookup) + _TWO] += 1
    for bucket in range(len(lookup.pilots)):
        starts[bucket + 2] += starts[bucket + 1]
    rows = np.empty(len(keys), dtype=np.int64)
    for row in range(len(keys)):
        bucket = _bucket_of(keys[row], lookup) + _ONE
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
def _place_bucket(keys: Hashes, rows: Counts, bucket: int, lookup: Lookup) -> bool:
    slots = lookup.slots
    for pilot in range(len(_PILOTS)):
        placed = 0
        while placed < len(rows):
            row = rows[placed]
            slot = _slot_of(keys[row], pilot, lookup)
            if slots[slot] != _NO_ROW:
                break
            slots[slot] = keys[row] << _ROW_BITS | np.uint64(row)
            placed += 1
        if placed == len(rows):
            lookup.pilots[bucket] = pilot
            return True
        for k in range(placed):
            slots[_slot_of(keys[rows[k]], pilot, lookup)] = _NO_ROW
    return False


@borrowing
def known_rows(
    hashes: Hashes,
    least: int,
    most: int,
    lookup: Lookup,
    keys: Hashes,
    rows: npt.NDArray[np.int64],
) -> tuple[int, int]:
    """Look up every n-gram of one text.

    Parameters
    ----------
    hashes : ndarray of shape (n_tokens,), uint64
    least, most : int
        Smallest and largest n.
    lookup : Lookup
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
            n_rows += _rows_of(keys[: max(n_keys, 0)], lookup, rows[n_rows:])
        if n == least:
            n_least = n_rows
    return n_rows, n_least


@borrowing
def known_rows_from_lead(
    hashes: Hashes,
    lead: int,
    least: int,
    most: int,
    lookup: Lookup,
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
    n_lead, n_least = known_rows(hashes[:lead], least, most, lookup, keys, rows)
    n_rows = n_lead
    if len(hashes) > lead:
        for n in range(least, most + 1):
            n_rest = known_rows(hashes[max(lead - n + 1, 0) :], n, n, lookup, keys, rows[n_rows:])[0]
            n_rows += n_rest
            n_least += n_rest if n == least else 0
    return n_rows, n_lead, n_least


@borrowing
def _rows_of(keys: Hashes, lookup: Lookup, rows: Counts) -> int:
    """Ask for all slots, then read them: a slot that is in no cache costs more than all else done for a key."""
    slots = lookup.slots
    for i in range(len(keys)):
        key = keys[i]
        slot = _slot_of(key, lookup.pilots[_bucket_of(key, lookup)], lookup)
        prefetch(slots, slot)
        rows[i] = np.int64(slot)
    n_rows = _ZERO
    for i in range(len(keys)):
        # Where the key is the slot's, what is left of both is the row.
        row = slots[np.uint64(rows[i])] ^ (keys[i] << _ROW_BITS)
        rows[n_rows] = np.int64(row)
        n_rows += np.uint64(row < _NO_ROW)
    return np.int64(n_rows)
