"""Marks: punctuation, capitals and digits (not tone marks), and their distances, written as words beside the tokens.

Tokens are the same in capitals and in small letters, and know nothing of commas. For a topic that is right. For the
kind of a text it is not: a question ends in a question mark, a comment often begins with a small letter, and news is
full of names. So a model of kinds reads a text in which marks stand for them, among its words and once more alone:

>>> marked("Giá nhà: 5 %?").split()  # doctest: +NORMALIZE_WHITESPACE
['markbegin', 'markcapital', 'Giá', 'nhà', 'markcolon', 'markdigits1', 'markpercent', 'markquestion', 'markend',
 'markbegin', 'markcapital', 'markgap1', 'markcolon', 'markdigits1', 'markpercent', 'markquestion', 'markend']

A text without a small letter (where it is looked at) is typed in capitals, which say nothing of it. So they get no
marks, and it is read as if it were in small letters.

Any text may hold these words, as it may hold any others; then it is read as if it had the marks.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

MOST_WORDS = 200
"""Words and numbers of a text that are read: a kind shows at the beginning, and no text takes long."""

_MOST_CHARACTERS = 2000
"""Of a text that are looked at; so many words are shorter, also where diacritics are characters of their own."""

_BEFORE = 10
"""Characters before the first word that are looked at: a bullet, a quotation mark."""

_COMBINING = "\u0300-\u036f"
_WORD = re.compile(r"[^\W_]")
_PARTS = re.compile(rf"[^\W\d_]+(?:[{_COMBINING}]+[^\W\d_]*)*|\d+|\.\.+|[^\w\s{_COMBINING}]|_")
"""A word, a number, or a mark."""

_NAMES = {
    character: f"mark{name}"
    for characters, name in {
        "?": "question", "!": "exclamation", ".": "stop", ",": "comma", ":": "colon", ";": "semicolon", "(": "open",
        ")": "close", "…": "dots", "|": "bar", "/": "slash", "%°": "percent", "*": "star", "#": "hash", "@": "at",
        "&": "and", "$": "dollar", "_": "underscore", "\"“”‘’'«»": "quote", "+~": "plus", "=^": "equals", "<>": "angle",
        "[]": "square", "{}`\\": "brace", "–—-": "dash", "•·●": "bullet",
    }.items()
    for character in characters
}  # fmt: skip
_MOST_DIGITS = 8
_GAPS = (1, 2, 3, 5, 9, 17)
"""Least number of small words of each class of gaps."""

_GAP_NAMES = ["", *(f"markgap{max(least for least in _GAPS if least <= n)}" for n in range(1, MOST_WORDS + 1))]


_LONG_CHUNK = 24
"""Characters between blanks of what is not kept in memory."""


class Part(NamedTuple):
    """A word, a number or a character of a text.

    `mark`: what stands for it, or before it; empty for a word in small letters.
    """

    string: str
    mark: str
    is_word: bool


class Piece(NamedTuple):
    """A word of a text, or a mark; ``text[start:stop]`` is what it stands for."""

    string: str
    start: int
    stop: int


def marked(text: str) -> str:
    """Return the beginning of a text with its marks; empty for a text without a letter or digit."""
    first, last = _limits(text)
    read = text[first:last]
    parts = chain.from_iterable(map(_of_chunk, read.split()))
    return " ".join([string for string, _, _ in _with_marks(parts, read.isupper())])


def pieces(text: str) -> list[Piece]:
    """Return the words and marks that `marked` joins, with their places in the text."""
    first, last = _limits(text)
    matches = list(_PARTS.finditer(text, first, last))
    parts = [_part(match.group()) for match in matches]
    # Part `i` and what lies before part `j`; a mark of the beginning or the end stands for nothing.
    starts = [match.start() for match in matches] + [match.end() for match in matches[-1:]]
    stops = starts[:1] + [match.end() for match in matches]
    return [
        Piece(string, starts[i] if i < j else stops[j], stops[j])
        for string, i, j in _with_marks(parts, text[first:last].isupper())
    ]


def _limits(text: str) -> tuple[int, int]:
    """Return where the part of a text that is read begins, and where it ends at the latest."""
    word = _WORD.search(text)
    first = len(text) if word is None else max(word.start() - _BEFORE, 0)
    return first, min(first + _MOST_CHARACTERS, len(text))


def _with_marks(parts: Iterable[Part], only_capitals: bool) -> list[tuple[str, int, int]]:
    """Return words and marks, then marks and gaps: each with the number of its first part, and of the one after it."""
    if only_capitals:
        parts = [part._replace(mark="") if part.is_word else part for part in parts]
    begin = ("markbegin", 0, 0)
    found, shape = [begin], [begin]
    n_words = gap = end = 0
    for string, mark, is_word in parts:
        if mark:
            if gap:
                shape.append((_GAP_NAMES[gap], end - gap, end))
                gap = 0
            its = (mark, end, end + 1)
            found.append(its)
            shape.append(its)
        else:
            gap += 1
        if is_word:
            found.append((string, end, end + 1))
            n_words += 1
        end += 1
        if n_words == MOST_WORDS:
            break
    if not end:
        return []
    if gap:
        shape.append((_GAP_NAMES[gap], end - gap, end))
    last = ("markend", end, end)
    return [*found, last, *shape, last]


def _of_chunk(chunk: str) -> tuple[Part, ...]:
    """Return the parts of what stands between two blanks."""
    return _known_parts(chunk) if len(chunk) < _LONG_CHUNK else _parts(chunk)


def _parts(chunk: str) -> tuple[Part, ...]:
    return tuple([_part(string) for string in _PARTS.findall(chunk)])


# The same words come again and again; to look them up takes a tenth of the time that parting them takes.
_known_parts = lru_cache(maxsize=1 << 15)(_parts)


def _part(string: str) -> Part:
    first = string[0]
    if first.isalpha():
        if not (first.isupper() or first.istitle()):
            return Part(string, "", True)
        return Part(string, "markcapitals" if string[1:].isupper() else "markcapital", True)
    if first.isdecimal():
        return Part(string, f"markdigits{min(len(string), _MOST_DIGITS)}", False)
    if len(string) > 1:
        return Part(string, "markdots", False)
    if first.isalnum():
        return Part(string, "", True)
    name = _NAMES.get(first) or ("marksymbol" if unicodedata.category(first)[0] == "S" else "markother")
    return Part(string, name, False)
