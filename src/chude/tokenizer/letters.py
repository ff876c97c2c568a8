"""What each character is to the tokenizer: a letter with its tone, a mark on the letter before, or a separator.

The table is data (``letters.npy``), built once by ``python -m chude.tokenizer.letters`` from the Unicode database, and
kept in the repository, so that tokens do not change with the Unicode version of the Python that runs.

An entry is 32 bits: one bit for each tone (0 to 4), whether the character bears Vietnamese diacritics (5), whether it
needs more than a look-up (6: marks, letters with codes beyond seven bits), the letter's code (8 to 23), and
in the sign bit whether it is part of a token. A separator is 0. Index 0 to 0xFFFF is a code point; after them come the
mathematical alphanumerics U+1D400 to U+1D7FF. All other characters, lone surrogates among them, are separators.
"""

import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chude.kernels.tokenizing import Letters

LETTER = -1 << 31
SPECIAL = 1 << 6
ACCENTED = 1 << 5
TONE_BITS = 0x1F
CODE_SHIFT, CODE_MASK = 8, 0xFFFF
LETTER_BITS = 7

TONE_MARKS = "\u0300\u0301\u0309\u0303\u0323"
"""Combining marks of huyền, sắc, hỏi, ngã and nặng, in the order of their bits."""

VIETNAMESE_LETTERS = "ăâđêôơư"
"""The letters beyond ASCII; their codes are 1 to 7, so that a code of Vietnamese text fits seven bits."""

CIRCUMFLEX, BREVE, HORN = 1, 2, 3
LETTER_MARKS = {"\u0302": CIRCUMFLEX, "\u0306": BREVE, "\u031b": HORN}

MATH_START, MATH_STOP = 0x1D400, 0x1D800
TABLE_SIZE = 0x10000 + MATH_STOP - MATH_START

_ETH = dict.fromkeys("Ððɖ\u0189", "đ")  # look-alikes of Đ from other fonts, encodings and alphabets
_ETH["Đ"] = "đ"
_COMPOSED = {
    ("a", CIRCUMFLEX): "â", ("a", BREVE): "ă", ("e", CIRCUMFLEX): "ê",
    ("o", CIRCUMFLEX): "ô", ("o", HORN): "ơ", ("u", HORN): "ư", ("ô", HORN): "ơ",
}  # fmt: skip
_SOLID_HANGUL = (0xAC00, 0xD7A4)
_LEADING_JAMO = 0x1100
_OTHER_JAMO = range(0x1160, 0x1200)  # vowels and final consonants: marks here, as in a Hangul syllable


EITHER_AFTER = ("h", "k", "l", "m", "s", "t", "qu")
"""Onsets after which i and y are two spellings of one syllable, where nothing follows: sĩ, sỹ; Mĩ, Mỹ; quí, quý.

The ministry of education lists the first six: decision 240/QĐ of 5 March 1984 on the spelling of Vietnamese has i after
h, k, l, m, s and t in syllables without a final, and article 9 of decision 1989/QĐ-BGDĐT of 25 May 2018 keeps i as the
rule and allows y. Newspapers write either, and y after qu in place of the older i. After other onsets they are two
syllables, or one of them is none: vi and vy, ni and ny, thi and thy. Before and after other vowels they are always two:
tai and tay, thúi and thúy.
"""


def code_of(letter: str) -> int:
    """Code of a canonical letter: 1 to 7 for the Vietnamese ones, otherwise its code point."""
    place = VIETNAMESE_LETTERS.find(letter)
    return place + 1 if place >= 0 else ord(letter)


def letter_of(code: int) -> str:
    """Return the letter of a code; the inverse of `code_of`."""
    return VIETNAMESE_LETTERS[code - 1] if code <= len(VIETNAMESE_LETTERS) else chr(code)


def composed(letter: str, mark: int) -> str:
    """Return a letter with a circumflex, breve or horn; the letter itself if there is no such Vietnamese letter."""
    return _COMPOSED.get((letter, mark), letter)


def _mark_entry(mark: str) -> int:
    entry = SPECIAL | LETTER_MARKS.get(mark, 0) << CODE_SHIFT
    return entry | ACCENTED | 1 << TONE_MARKS.index(mark) if mark in TONE_MARKS else entry


def _base_letter(character: str) -> str:
    if character in _ETH:
        return _ETH[character]
    lowered = character.lower()[0]
    compatible = unicodedata.normalize("NFKD", lowered).lower()
    plain = [c for c in compatible if not unicodedata.category(c).startswith("M")]
    if len(plain) != 1 or unicodedata.category(plain[0])[0] not in "LN" or ord(plain[0]) in _OTHER_JAMO:
        return lowered
    return _ETH.get(plain[0], plain[0])


def _letter(code: int) -> int:
    return LETTER | (SPECIAL if code >= 1 << LETTER_BITS else 0) | code << CODE_SHIFT


def _letter_entry(character: str, marks: str) -> int:
    letter, tones = _base_letter(character), 0
    for mark in marks:
        letter = composed(letter, LETTER_MARKS.get(mark, 0))
        if mark in TONE_MARKS:
            tones |= 1 << TONE_MARKS.index(mark)
    if ord(letter) > CODE_MASK:
        return 0
    marked = ACCENTED if tones or letter in VIETNAMESE_LETTERS else 0
    return _letter(code_of(letter)) | marked | tones


def entry(code_point: int) -> int:
    """Build the table entry of one code point from the Unicode database of the running Python."""
    if _SOLID_HANGUL[0] <= code_point < _SOLID_HANGUL[1]:
        # A Hangul syllable decomposes into several letters; both forms are read as their leading consonant alone.
        return _letter(_LEADING_JAMO + (code_point - _SOLID_HANGUL[0]) // 588)
    if code_point in _OTHER_JAMO:
        return SPECIAL
    first, *rest = list(unicodedata.normalize("NFD", chr(code_point)))
    category = unicodedata.category(first)
    if category[0] in "LN":
        return _letter_entry(first, "".join(rest))
    if category[0] == "M":
        merged = 0
        for mark in (first, *rest):
            merged |= _mark_entry(mark)
        return merged
    # Invisible format characters (soft hyphen, joiners, direction marks) do not split a word; a zero-width space does.
    return SPECIAL if category == "Cf" and first != "\u200b" else 0


def build() -> npt.NDArray[np.int32]:
    """Build the whole table.

    Returns
    -------
    ndarray of shape (TABLE_SIZE,), int32
    """
    points = [*range(0x10000), *range(MATH_START, MATH_STOP)]
    return np.array([entry(point) for point in points], dtype=np.int32)


_FILE = Path(__file__).with_name("letters.npy")


@cache
def table(diacritics: bool = True) -> npt.NDArray[np.int32]:
    """Return the table of letters.

    Parameters
    ----------
    diacritics : bool, default True
        False removes tone and diacritics from every letter: "thời sự" gives "thoi su".

    Returns
    -------
    ndarray of shape (TABLE_SIZE,), int32, read-only
    """
    entries: npt.NDArray[np.int32] = np.load(_FILE)
    if not diacritics:
        entries = _without_diacritics(entries)
    entries.setflags(write=False)
    return entries


def _without_diacritics(entries: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    unaccented = entries & ~TONE_BITS
    codes = (unaccented >> CODE_SHIFT) & CODE_MASK
    for letter, plain in zip(VIETNAMESE_LETTERS, "aadeoou", strict=True):
        chosen = (unaccented < 0) & (codes == code_of(letter))
        unaccented[chosen] = (unaccented[chosen] & ~(CODE_MASK << CODE_SHIFT)) | ord(plain) << CODE_SHIFT
    unaccented[unaccented > 0] &= ACCENTED | SPECIAL
    return unaccented


def kernel_letters(diacritics: bool = True, i_for_y: bool = True) -> Letters:
    """Return `table` and the compositions of letters and marks, as the kernels read them.

    Parameters
    ----------
    diacritics : bool, default True
        As for `table`.
    i_for_y : bool, default True
        Read y as i where both spell one syllable.
    """
    return _kernel_letters(diacritics, i_for_y)


@cache
def _kernel_letters(diacritics: bool, i_for_y: bool) -> Letters:
    return Letters(*_kernel_tables(diacritics), i_for_y)


@cache
def _kernel_tables(diacritics: bool) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    entries = table(diacritics).astype(np.int64)
    codes = (entries >> CODE_SHIFT) & CODE_MASK
    marks = entries & (TONE_BITS | ACCENTED)
    is_mark = (entries & SPECIAL != 0) & (entries >= 0)
    wide = codes | marks << 57 | is_mark.astype(np.int64) << 56 | (entries >> 31) << 63
    compositions = np.tile(np.arange(128, dtype=np.int64)[:, None], (1, 4))
    for code in [*range(1, 8), *b"aeou"]:
        for mark in (CIRCUMFLEX, BREVE, HORN):
            compositions[code, mark] = code_of(composed(letter_of(code), mark))
    return wide, compositions


if __name__ == "__main__":
    np.save(_FILE, build())
