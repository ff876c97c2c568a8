"""The compiled tokenizer: UTF-16 code units to token hashes.

A token is a maximal run of letters and digits. Its letters are gathered in a word of 58 bits (shift by seven,
exclusive-or the letter's code: eight Vietnamese letters fit without overlap, and what is longer is mixed as it grows),
its tones in a set of bits above; place and order of the tone marks are never seen, so all spellings of a syllable give
one hash. The loop takes no branch on ordinary text: every unit writes the token so far, and only the end of a token
moves on.
"""

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
_SPECIAL, _MARKED = letters.SPECIAL, letters.MARKED
_CODE_SHIFT, _CODE_MASK = letters.CODE_SHIFT, letters.CODE_MASK
_SURROGATE = letters.SURROGATE
_MATH_START, _MATH_STOP = letters.MATH_START, letters.MATH_STOP

_MARKS_SHIFT = np.uint64(58)
_MARKED_SHIFT = np.uint64(63)
"""The five tones and the flag of diacritics go above the letters of a word; the flag is then its highest bit."""

_WITHOUT_FLAG = np.uint64((1 << 63) - 1)

_FULL = np.uint64(1 << 51)
"""From here on a word has no room for another letter; it is mixed, and what is kept of it is below this."""

_MIX_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FINISH_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_FINISH_SHIFT = np.uint64(32)
"""Mixing within a long word and at its end; the constants are those of splitmix64 (Steele, Lea, Flood 2014)."""


def _compositions() -> Codes:
    codes = np.tile(np.arange(128, dtype=np.int64)[:, None], (1, 4))
    for code in [*range(1, 8), *b"aeou"]:
        for kind in (letters.CIRCUMFLEX, letters.BREVE, letters.HORN):
            codes[code, kind] = letters.code_of(letters.composed(letters.letter_of(code), kind))
    return codes


COMPOSITIONS = _compositions()
"""Code of the letter that a mark makes of another; rows are letter codes, columns kinds of marks."""


@compiled
def _surrogate_pair(units: Units, i: int, end: int, table: npt.NDArray[np.int32]) -> tuple[int, np.uint64]:
    """Return the entry of the character that starts at a high surrogate, and the units it takes beyond the first.

    The entry is 0, a separator, for a lone surrogate and for other planes.
    """
    if i + _ONE >= end or not 0xDC00 <= units[i + _ONE] < 0xE000:
        return np.int64(0), np.uint64(0)
    point = 0x10000 + ((np.int64(units[i]) - 0xD800) << 10) + (np.int64(units[i + _ONE]) - 0xDC00)
    if _MATH_START <= point < _MATH_STOP:
        return np.int64(table[0x10000 + point - _MATH_START]), _ONE
    return np.int64(0), _ONE


@compiled
def _finish(hashes: Hashes) -> int:
    """Mix each word into a hash, in place; return how many words bear diacritics."""
    n_marked = np.int64(0)
    for k in range(len(hashes)):
        n_marked += np.int64(hashes[k] >> _MARKED_SHIFT)
        mixed = (hashes[k] & _WITHOUT_FLAG) * _FINISH_FACTOR
        hashes[k] = mixed ^ (mixed >> _FINISH_SHIFT)
    return n_marked


@compiled
def tokenize(
    units: Units,
    start: int,
    stop: int,
    table: npt.NDArray[np.int32],
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
    table : ndarray of int32
        `chude.tokenizer.letters.table`.
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
    word = marks = np.uint64(0)
    last = was_inside = np.int64(0)
    while i < end:
        entry = np.int64(table[units[i]])
        if entry & _SPECIAL:
            kind = entry >> _CODE_SHIFT
            if kind == _SURROGATE:
                entry, more = _surrogate_pair(units, i, end, table)
                i += more
            elif entry > 0:  # a mark
                if was_inside:
                    marks |= np.uint64(entry)
                    if kind and last < 128:
                        letter = compositions[last, kind]
                        word ^= np.uint64(last ^ letter)
                        marks |= np.uint64(_MARKED * (letter != last))
                        last = letter
                i += _ONE
                continue
            if entry & _SPECIAL:  # a letter whose code is wider than seven bits
                code = np.uint64((entry >> _CODE_SHIFT) & _CODE_MASK)
                word ^= (code * _MIX_FACTOR) & (_FULL - _ONE)
        inside = entry >> 31  # all ones in a token, 0 between tokens
        hashes[n] = word ^ (marks << _MARKS_SHIFT)
        if starts is not None:
            if inside and not was_inside:
                starts[n] = i
            stops[n] = i
        n -= np.uint64(was_inside & ~inside)
        was_inside = inside
        keep = np.uint64(inside)
        if word >= _FULL:
            word *= _MIX_FACTOR
            word = (word ^ (word >> _FINISH_SHIFT)) & (_FULL - _ONE)
        last = (entry >> _CODE_SHIFT) & _CODE_MASK
        word = ((word << _LETTER_BITS) ^ np.uint64(last)) & keep
        marks = (marks & keep) | np.uint64(entry)
        i += _ONE
    if was_inside:
        hashes[n] = word ^ (marks << _MARKS_SHIFT)
        if starts is not None:
            stops[n] = stop
        n += _ONE
    return np.int64(n), _finish(hashes[:n])


@compiled
def tokenize_batch(
    units: Units, offsets: npt.NDArray[np.int64], table: npt.NDArray[np.int32], compositions: Codes, hashes: Hashes
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
