"""The beginning of texts with words for their punctuation, capitals and numbers.

A part of a text is a word (letters, combining marks and numerals that are no digits), a run of digits, a run of full
stops, or another character that is not white space. A part that is not a word in small letters has a mark: a word that
stands for it, or before it. A text is written as its words with their marks, and then once more as its marks alone,
with gaps: words for how many parts without a mark lie between two of them.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

MOST_WORDS, MOST_CHARACTERS, BEFORE = 200, 2000, 10
"""Words of a text that are read; characters that are looked at, and how many of these lie before the first word."""

WORD, ALPHA, DIGIT, SPACE, COMBINING, UPPER, SMALL, CAPITAL = (1 << bit for bit in range(8))
"""What a character is, for `Marks.entries`."""

BEGIN, END, CAPITAL_FIRST, ALL_CAPITALS, DOTS, DIGITS, GAPS = 0, 1, 2, 3, 4, 5, 13
"""Where the words of these lie in `Marks.words`."""

_PART = re.compile("w[wm]*|d+|s{2,}|s|x")


class Piece(NamedTuple):
    """A word of a text, or a mark; ``text[start:stop]`` is what it stands for."""

    string: str
    start: int
    stop: int


class _Part(NamedTuple):
    string: str
    start: int
    stop: int
    mark: str
    is_word: bool


class Marks:
    """What each character is, and the words that stand for marks.

    Parameters
    ----------
    describe : callable
        Returns what a character is. In bits 0 to 7: part of a word; a letter; a digit; white space; a combining mark;
        in upper case; in lower or title case; in upper or title case. From bit 8 on, where none of the first five is
        set, the place of its mark in `words`. Never 0. It is asked once for each character.
    words : list of str
        For the beginning, the end, a word with a capital, a word in capitals, several full stops, numbers of one to
        eight digits or more, each class of gaps; then for single characters.
    gaps : list of int
        The smallest gap of each class, increasing; the first is 1.
    """

    def __init__(self, describe: Callable[[str], int], words: list[str], gaps: list[int]) -> None:
        if len(words) < GAPS + len(gaps):
            raise ValueError("there are fewer words than marks")
        self.entry = cache(describe)
        self.words, self.gaps = words, gaps

    def gap(self, n_parts: int) -> str:
        """Return the word for some parts without a mark."""
        return self.words[GAPS + sum(least <= n_parts for least in self.gaps) - 1]


def marked(texts: list[str], marks: Marks) -> list[str]:
    """Return the beginning of each text with its marks; empty for a text without a letter or digit."""
    return [" ".join([piece.string for piece in marked_pieces(text, marks)]) for text in texts]


def marked_pieces(text: str, marks: Marks) -> list[Piece]:
    """Return the words and marks that `marked` joins, with their places in the text."""
    begin = marks.words[BEGIN]
    found: list[Piece] = []
    shape: list[Piece] = []
    stop = n_words = 0
    gap: list[_Part] = []
    for part in _parts(text, marks):
        if not found:
            found, shape = [Piece(begin, part.start, part.start)], [Piece(begin, part.start, part.start)]
        if part.mark:
            shape += _gap(gap, marks)
            gap = []
            found.append(Piece(part.mark, part.start, part.stop))
            shape.append(found[-1])
        else:
            gap.append(part)
        if part.is_word:
            found.append(Piece(*part[:3]))
            n_words += 1
        stop = part.stop
        if n_words == MOST_WORDS:
            break
    if not found:
        return []
    end = Piece(marks.words[END], stop, stop)
    return [*found, end, *shape, *_gap(gap, marks), end]


def _gap(parts: list[_Part], marks: Marks) -> list[Piece]:
    return [Piece(marks.gap(len(parts)), parts[0].start, parts[-1].stop)] if parts else []


def _parts(text: str, marks: Marks) -> Iterator[_Part]:
    word = next((i for i, character in enumerate(text) if marks.entry(character) & (WORD | DIGIT)), None)
    if word is None:
        return
    first = max(word - BEFORE, 0)
    read = text[first : first + MOST_CHARACTERS]
    entries = [marks.entry(character) for character in read]
    only_capitals = _in_capitals(entries)
    for match in _PART.finditer("".join(map(_kind, read, entries))):
        start, stop = match.span()
        mark, is_word = _mark(entries[start:stop], marks)
        mark = "" if is_word and only_capitals else mark
        yield _Part(read[start:stop], first + start, first + stop, mark, is_word)


def _kind(character: str, entry: int) -> str:
    for kind, flag in {"w": WORD, "d": DIGIT, "m": COMBINING, " ": SPACE}.items():
        if entry & flag:
            return kind
    return "s" if character == "." else "x"


def _mark(entries: list[int], marks: Marks) -> tuple[str, bool]:
    """Return the mark of a part, or an empty string, and whether the part is a word."""
    first, length = entries[0], len(entries)
    if first & ALPHA:
        all_capitals = ALL_CAPITALS if _in_capitals(entries[1:]) else CAPITAL_FIRST
        return (marks.words[all_capitals] if first & CAPITAL else ""), True
    if first & DIGIT:
        return marks.words[DIGITS + min(length, 8) - 1], False
    if length > 1:  # full stops; also what begins with a numeral that is no digit, such as ½kg
        return marks.words[DOTS], False
    return ("", True) if first & WORD else (marks.words[first >> 8], False)


def _in_capitals(entries: list[int]) -> bool:
    """Do as `str.isupper`."""
    return any(entry & UPPER for entry in entries) and not any(entry & SMALL for entry in entries)
