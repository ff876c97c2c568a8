"""The compiled tokenizer: UTF-16 code units to token hashes.

A token is a maximal run of letters and digits. Its hash is a polynomial of its letters' codes, one multiplication a
letter, mixed once at the end with the set of its tones; place and order of the tone marks are never seen, so all
spellings of a syllable give one hash. The loop takes no branch on ordinary text: every unit writes the token so far,
and only the end of a token moves on.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.compiled import borrowing, compiled
from chude.tokenizer import letters

Units = npt.NDArray[np.uint16]
Hashes = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.int64]

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_CODE = np.uint64(letters.CODE_MASK)
_SURROGATE = np.uint64(letters.SURROGATE)
_MATH_START, _MATH_STOP = letters.MATH_START, letters.MATH_STOP

_SPECIAL = np.uint64(1 << 56)
_INSIDE, _INSIDE_SHIFT = np.uint64(1 << 63), np.uint64(63)
_MARKS_SHIFT = 57
_MARKED = np.uint64(letters.MARKED << _MARKS_SHIFT)
_MARKED_SHIFT = np.uint64(62)
_TONES = np.uint64(letters.TONES << _MARKS_SHIFT)
_TONES_SHIFT = np.uint64(25)
"""The tones, in bits 57 to 61 of an entry, come to bits 32 to 36, where a product lets them reach all higher ones. The
flag of diacritics, which they imply, does not enter the hash."""

_FACTOR = np.uint64(0x94D049BB133111EB)
_FINISH_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_FINISH_SHIFT = np.uint64(32)
"""The constants are those of splitmix64 (Steele, Lea, Flood 2014)."""

Table = npt.NDArray[np.int64]


@cache
def reading_table(diacritics: bool = True) -> Table:
    """Return `chude.tokenizer.letters.table` with each entry laid out as the loop wants it.

    Returns
    -------
    ndarray of shape (TABLE_SIZE,), int64, read-only
        In bits 0 to 15 the letter's code, 0 for a separator; in bit 56 whether it is a mark or a surrogate; in bits 57
        to 61 the tones, in bit 62 the flag of diacritics; in the sign bit whether it is part of a token.
    """
    entries = letters.table(diacritics).astype(np.int64)
    codes = (entries >> letters.CODE_SHIFT) & letters.CODE_MASK
    marks = entries & (letters.TONES | letters.MARKED)
    special = (entries & letters.SPECIAL != 0) & (entries >= 0)
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


@borrowing
def _surrogate_pair(units: Units, i: int, end: int, table: Table) -> int:
    """Return the entry of the character that starts at a high surrogate; 0 for a lone one and for other planes."""
    if i + _ONE < end and 0xDC00 <= units[i + _ONE] < 0xE000:
        point = 0x10000 + ((np.int64(units[i]) - 0xD800) << 10) + (np.int64(units[i + _ONE]) - 0xDC00)
        if _MATH_START <= point < _MATH_STOP:
            return np.int64(table[0x10000 + point - _MATH_START])
    return np.int64(0)


@borrowing
def _composed(code: np.uint64, kind: np.uint64, compositions: Codes) -> np.uint64:
    """Return the code of the letter that a mark makes of another."""
    return np.uint64(compositions[code, kind & np.uint64(3)]) if code < np.uint64(len(compositions)) else code


@borrowing
def _finish(hashes: Hashes, n: int) -> int:
    """Mix `n` pairs of letters and marks into as many hashes, in place; return how many bear diacritics."""
    n_marked = _ZERO
    for k in range(n):
        marks = hashes[2 * k + 1]
        n_marked += (marks >> _MARKED_SHIFT) & _ONE
        mixed = (hashes[2 * k] + ((marks & _TONES) >> _TONES_SHIFT)) * _FINISH_FACTOR
        hashes[k] = mixed ^ (mixed >> _FINISH_SHIFT)
    return np.int64(n_marked)


@borrowing
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
        Receives the hash of each token; at least ``stop - start + 4`` long, for what it holds meanwhile.
    starts, stops : ndarray of int64 or None
        Receive the units each token starts and stops at.

    Returns
    -------
    n_tokens : int
    n_marked : int
        How many of the tokens bear a tone or Vietnamese diacritics.
    """
    n = word = marks = code = before = _ZERO
    i, end = np.uint64(start), np.uint64(stop)
    while i < end:
        entry = np.uint64(table[units[i]])
        if entry & _SPECIAL:
            if entry & _CODE != _SURROGATE:
                if before & _INSIDE:
                    letter = _composed(code, entry & _CODE, compositions)
                    marks |= entry | (_MARKED if letter != code else _ZERO)
                    word += letter - code
                    code = letter
                i += _ONE
                continue
            entry = np.uint64(_surrogate_pair(units, i, end, table))
            if i + _ONE < end and 0xDC00 <= units[i + _ONE] < 0xE000:
                i += _ONE
        while True:  # the rest of the text, but for what is special; a loop of its own keeps all of it in registers
            hashes[n] = word
            hashes[n + _ONE] = marks
            if starts is not None:
                if entry & ~before & _INSIDE:
                    starts[n >> _ONE] = i
                stops[n >> _ONE] = i
            n += (before & ~entry & _INSIDE) >> _INSIDE_SHIFT << _ONE
            before = entry
            inside = np.uint64(np.int64(entry) >> 63)  # all ones in a token, 0 between tokens
            code = entry & _CODE
            word = word * (_FACTOR & inside) + code
            marks = (marks | entry) & inside
            i += _ONE
            if i >= end:
                break
            entry = np.uint64(table[units[i]])
            if entry & _SPECIAL:
                break
    hashes[n] = word
    hashes[n + _ONE] = marks
    if before & _INSIDE:
        if starts is not None:
            stops[n >> _ONE] = stop
        n += _TWO
    n_tokens = np.int64(n >> _ONE)
    return n_tokens, _finish(hashes, n_tokens)


@compiled
def tokenize_batch(
    units: Units,
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
    table: Table,
    compositions: Codes,
    hashes: Hashes,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Tokenize the texts ``units[starts[i]:stops[i]]`` into one run of hashes.

    Returns
    -------
    bounds : ndarray of shape (n_texts + 1,), int64
        Text ``i`` has the tokens ``hashes[bounds[i]:bounds[i + 1]]``.
    marked : ndarray of shape (n_texts,), int64
    """
    n_texts = len(starts)
    bounds = np.zeros(n_texts + 1, dtype=np.int64)
    marked = np.zeros(n_texts, dtype=np.int64)
    for i in range(n_texts):
        n, marked[i] = tokenize(units, starts[i], stops[i], table, compositions, hashes[bounds[i] :], None, None)
        bounds[i + 1] = bounds[i] + n
    return bounds, marked
