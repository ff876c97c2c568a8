"""Texts to token hashes.

A token is a maximal run of letters and digits. Its hash depends on its letters in their order and on the set of its
tones; place and order of the tone marks do not matter, so that all spellings of a syllable give one hash. Where letters
say so, i and y are one letter in syllables that are spelt with either.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_PLANE, _MATH_START, _MATH_STOP = 0x10000, 0x1D400, 0x1D800
_CODE, _SPECIAL = 0xFFFF, 1 << 56
_TONES_SHIFT, _TONES, _ACCENTED = 57, 0x1F, 1 << 62
_WORD = (1 << 64) - 1
_I, _Y = ord("i"), ord("y")
_EITHER_AFTER = frozenset(tuple(map(ord, onset)) for onset in ("h", "k", "l", "m", "s", "t", "qu"))
"""Onsets after which i and y are one letter: those of `chude.tokenizer.letters.EITHER_AFTER`, which says why."""


class Letters:
    """What each character is to the tokenizer.

    Parameters
    ----------
    entries : ndarray of shape (0x10400,), int64
        One for each character of the basic plane, then for the mathematical letters U+1D400 to U+1D7FF. 0 for a
        separator; otherwise in bits 0 to 15 the code of the letter, in bit 56 whether it is a mark on the letter
        before, whose kind stands in place of the code, in bits 57 to 61 the tones, in bit 62 whether it is accented
        (has a tone or is one of ă â đ ê ô ơ ư), in the sign bit whether it is a letter or digit.
    compositions : ndarray of shape (128, 4), int64
        Code of the letter that a mark makes of another; rows are codes of letters, columns kinds of marks.
    i_for_y : bool, default False
        Read y as i where both spell one syllable: a token that is h, k, l, m, s, t or qu, and y.
    """

    def __init__(
        self, entries: npt.NDArray[np.int64], compositions: npt.NDArray[np.int64], i_for_y: bool = False
    ) -> None:
        if entries.shape != (_PLANE + _MATH_STOP - _MATH_START,) or compositions.shape != (128, 4):
            raise ValueError("the tables of letters have other shapes")
        self.entries, self.compositions, self.i_for_y = entries, compositions, i_for_y

    def entry(self, character: str) -> int:
        """Return what a character is; those beyond the tables are separators."""
        point = ord(character)
        if point < _PLANE:
            return int(self.entries[point])
        return int(self.entries[_PLANE + point - _MATH_START]) if _MATH_START <= point < _MATH_STOP else 0

    def composed(self, code: int, kind: int) -> int:
        """Return the code of the letter that a mark makes of another."""
        return int(self.compositions[code, kind]) if code < len(self.compositions) else code

    def one_spelling(self, codes: list[int]) -> tuple[int, ...]:
        """Return the letters of a token, with i for y where both spell one syllable."""
        *onset, last = codes
        return (*onset, _I) if self.i_for_y and last == _Y and tuple(onset) in _EITHER_AFTER else tuple(codes)


class _Token(NamedTuple):
    hash: int
    accented: bool
    start: int
    stop: int


def tokenize(texts: list[str], letters: Letters) -> tuple[Hashes, Places, Places]:
    """Tokenize texts.

    Parameters
    ----------
    texts : list of str
    letters : Letters

    Returns
    -------
    hashes : ndarray of shape (n_tokens,), uint64
    bounds : ndarray of shape (n_texts + 1,), int64
        Text ``i`` has the tokens ``hashes[bounds[i]:bounds[i + 1]]``.
    accented : ndarray of shape (n_texts,), int64
        How many tokens of each text have a tone or one of the letters ă â đ ê ô ơ ư.
    """
    tokens = [list(_tokens(text, letters)) for text in texts]
    hashes = np.array([token.hash for of_text in tokens for token in of_text], dtype=np.uint64)
    bounds = np.cumsum([0, *map(len, tokens)], dtype=np.int64)
    return hashes, bounds, np.array([sum(t.accented for t in of_text) for of_text in tokens], dtype=np.int64)


def token_places(text: str, letters: Letters) -> tuple[Hashes, Places, Places]:
    """Tokenize one text; return the hashes of its tokens, and where they start and stop in it, int64."""
    tokens = list(_tokens(text, letters))
    starts, stops = (np.array([place[k] for place in tokens], dtype=np.int64) for k in (2, 3))
    return np.array([token.hash for token in tokens], dtype=np.uint64), starts, stops


def _tokens(text: str, letters: Letters) -> Iterator[_Token]:
    codes: list[int] = []
    marks = start = 0
    for place, character in enumerate(text + "\n"):
        entry = letters.entry(character)
        if entry < 0:
            start = start if codes else place
            codes.append(entry & _CODE)
            marks |= entry
        elif codes and entry & _SPECIAL:
            letter = letters.composed(codes[-1], entry & 3)
            marks |= entry | (_ACCENTED if letter != codes[-1] else 0)
            codes[-1] = letter
        elif codes:
            yield _Token(
                _hash(letters.one_spelling(codes), marks >> _TONES_SHIFT & _TONES),
                bool(marks & _ACCENTED),
                start,
                place,
            )
            codes, marks = [], 0


@lru_cache(maxsize=1 << 16)
def _hash(codes: tuple[int, ...], tones: int) -> int:
    """Return the hash of a token: a polynomial of its letters, mixed with its tones by splitmix64's constants."""
    word = 0
    for code in codes:
        word = word * 0x94D049BB133111EB + code & _WORD
    word = (word + (tones << 32)) * 0xBF58476D1CE4E5B9 & _WORD
    return word ^ word >> 32
