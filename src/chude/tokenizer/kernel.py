"""The compiled tokenizer: UTF-16 code units to token hashes.

A token is a maximal run of letters and digits. Its letters are gathered in a word of 58 bits (shift by seven,
exclusive-or the letter's code: eight Vietnamese letters fit without overlap, and what is longer is mixed as it grows),
its tones in a set of bits above; place and order of the tone marks are never seen, so all spellings of a syllable give
one hash. The loop takes no branch on ordinary text: every unit writes the token so far, and only the end of a token
moves on.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled
from chude.tokenizer import letters

Units = npt.NDArray[np.uint16]
Hashes = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.int64]

_LETTER_BITS = np.uint64(letters.LETTER_BITS)
_ONE = np.uint64(1)
_WIDE_CODE = letters.CODE_MASK
_SURROGATE = letters.SURROGATE
_MATH_START, _MATH_STOP = letters.MATH_START, letters.MATH_STOP

_LETTERS = np.uint64((1 << 56) - 1)
_LAST = np.uint64((1 << letters.LETTER_BITS) - 1)
_FULL = np.uint64(1 << 49)
_NO_ROOM = np.uint64((1 << 56) - (1 << 49))
"""A word has its letters in bits 0 to 55. With one in the highest seven there is no room for another; the letters are
mixed, and what is kept of them is below these."""

_SPECIAL = 1 << 56
_MARKS_SHIFT = 57
_MARKS = np.uint64(0x3F << _MARKS_SHIFT)
_MARKED = np.uint64(letters.MARKED << _MARKS_SHIFT)
_HASHED = np.uint64((1 << 62) - 1)
"""Above the letters are the five tones, and the flag of diacritics, which they imply: it does not enter the hash."""

_MIX_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FINISH_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_FINISH_SHIFT = np.uint64(32)
"""Mixing within a long word and at its end; the constants are those of splitmix64 (Steele, Lea, Flood 2014)."""

Table = npt.NDArray[np.int64]


@cache
def reading_table(diacritics: bool = True) -> Table:
    """Return `chude.tokenizer.letters.table` with each entry laid out as a word is, so that a letter is one OR.

    Returns
    -------
    ndarray of shape (TABLE_SIZE,), int64, read-only
        In the sign bit whether it is part of a token; tones and flag as in a word; bit 56 for what is not an ordinary
        letter or a separator; then the code.
    """
    entries = letters.table(diacritics).astype(np.int64)
    codes = (entries >> letters.CODE_SHIFT) & letters.CODE_MASK
    marks = entries & (letters.TONES | letters.MARKED)
    special = (entries & letters.SPECIAL) != 0
    wide = codes | marks << _MARKS_SHIFT | special.astype(np.int64) << 56 | (entries >> 31) << 63
    wide.setflags(write=False)
    return wide


def _compositions() -> Codes:
    codes = np.tile(np.arange(128, dtype=np.int64)[:, None], (1, 4))
    for code in [*range(1, 8), *b"aeou"]:
        for kind in (letters.CIRCUMFLEX, letters.BREVE, letters.HORN):
            codes[code, kind] = letters.code_of(letters.composed(letters.letter_of(code), kind))
    return codes


COMPOSITIONS = _compositions()
"""Code of the letter that a mark makes of another; rows are letter codes, columns kinds of marks."""


@compiled
def _surrogate_pair(units: Units, i: int, end: int, table: Table) -> int:
    """Return the entry of the character that starts at a high surrogate; 0 for a lone one and for other planes."""
    if i + _ONE < end and 0xDC00 <= units[i + _ONE] < 0xE000:
        point = 0x10000 + ((np.int64(units[i]) - 0xD800) << 10) + (np.int64(units[i + _ONE]) - 0xDC00)
        if _MATH_START <= point < _MATH_STOP:
            return np.int64(table[0x10000 + point - _MATH_START])
    return np.int64(0)


@compiled
def _with_mark(word: int, entry: int, kind: int, compositions: Codes) -> int:
    """Return a word whose last letter got a mark."""
    word |= entry & _MARKS
    last = word & _LAST
    letter = np.uint64(compositions[last, kind & 3])
    if letter != last:
        word = (word ^ last ^ letter) | _MARKED
    return word


@compiled
def _finish(hashes: Hashes) -> int:
    """Mix each word into a hash, in place; return how many words bear diacritics."""
    n_marked = np.int64(0)
    for k in range(len(hashes)):
        n_marked += np.int64((hashes[k] & _MARKED) != 0)
        mixed = (hashes[k] & _HASHED) * _FINISH_FACTOR
        hashes[k] = mixed ^ (mixed >> _FINISH_SHIFT)
    return n_marked


@compiled
def tokenize(
    units: Units,
    start: int,
    stop: int,
    table: Table,
    compositions: Codes,
    hashes: Hashes,
    starts: Any,
    stops: Any,
) -> tuple[int, int]:
    """Tokenize one text.

    Parameters
    ----------
    units : ndarray of uint16
        UTF-16 code units; the text is ``units[start:stop]``.
    start, stop : int
    table : ndarray of int64
        `reading_table`.
    compositions : ndarray of shape (128, 4), int64
        `COMPOSITIONS`.
    hashes : ndarray of uint64
        Receives the hash of each token; at least ``(stop - start) // 2 + 2`` long.
    starts, stops : ndarray of int64 or None
        Receive the units each token starts and stops at.

    Returns
    -------
    n_tokens : int
    n_marked : int
        How many of the tokens bear a tone or Vietnamese diacritics.
    """
    n = np.uint64(0)
    i = np.uint64(start)
    end = np.uint64(stop)
    word = np.uint64(0)
    was_inside = np.int64(0)
    while i < end:
        entry = np.int64(table[units[i]])
        if entry & _SPECIAL:
            code = entry & _WIDE_CODE
            if code == _SURROGATE and entry > 0:
                entry = _surrogate_pair(units, i, end, table)
                if i + _ONE < end and 0xDC00 <= units[i + _ONE] < 0xE000:
                    i += _ONE
                code = entry & _WIDE_CODE
            elif entry > 0:
                if was_inside:
                    word = _with_mark(word, np.uint64(entry), code, compositions)
                i += _ONE
                continue
            if entry & _SPECIAL:  # a letter whose code is wider than seven bits, of either plane
                word ^= (np.uint64(code) * _MIX_FACTOR) & (_FULL - _ONE)
                entry ^= code | _SPECIAL
        inside = entry >> 63  # all ones in a token, 0 between tokens
        hashes[n] = word
        if starts is not None:
            if inside and not was_inside:
                starts[n] = i
            stops[n] = i
        n -= np.uint64(was_inside & ~inside)
        was_inside = inside
        if word & _NO_ROOM:
            mixed = (word & _LETTERS) * _MIX_FACTOR
            word = (word & _MARKS) | ((mixed ^ (mixed >> _FINISH_SHIFT)) & (_FULL - _ONE))
        word = (((word << _LETTER_BITS) & _LETTERS) | (word & _MARKS) | np.uint64(entry)) & np.uint64(inside)
        i += _ONE
    if was_inside:
        hashes[n] = word
        if starts is not None:
            stops[n] = stop
        n += _ONE
    return np.int64(n), _finish(hashes[:n])


@compiled
def tokenize_batch(
    units: Units, offsets: npt.NDArray[np.int64], table: Table, compositions: Codes, hashes: Hashes
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Tokenize the texts ``units[offsets[i]:offsets[i + 1]]`` into one run of hashes.

    Returns
    -------
    bounds : ndarray of shape (n_texts + 1,), int64
        Text ``i`` has the tokens ``hashes[bounds[i]:bounds[i + 1]]``.
    marked : ndarray of shape (n_texts,), int64
    """
    n_texts = len(offsets) - 1
    bounds = np.zeros(n_texts + 1, dtype=np.int64)
    marked = np.zeros(n_texts, dtype=np.int64)
    for i in range(n_texts):
        n, marked[i] = tokenize(units, offsets[i], offsets[i + 1], table, compositions, hashes[bounds[i] :], None, None)
        bounds[i + 1] = bounds[i] + n
    return bounds, marked
