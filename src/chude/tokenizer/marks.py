"""Marks: punctuation, capitals and digits (not tone marks), and their distances, written as words beside the tokens.

Tokens are the same in capitals and in small letters, and know nothing of commas. For a topic that is right. For the
kind of a text it is not: a question ends in a question mark, a comment often begins with a small letter, and news is
full of names. So a model of kinds reads a text in which marks stand for them, among its words and once more alone:

>>> marked(["Giá nhà: 5 %?"])[0].split()  # doctest: +NORMALIZE_WHITESPACE
['markbegin', 'markcapital', 'Giá', 'nhà', 'markcolon', 'markdigits1', 'markpercent', 'markquestion', 'markend',
 'markbegin', 'markcapital', 'markgap1', 'markcolon', 'markdigits1', 'markpercent', 'markquestion', 'markend']

A kind shows at the beginning: 200 words are read. A text without a small letter there is typed in capitals, which say
nothing of it. So they get no marks, and it is read as if it were in small letters.

Any text may hold these words, as it may hold any others; then it is read as if it had the marks.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache

from chude.kernels import marking as kernel
from chude.kernels.plain import marking as plain

_NAMES = {
    character: name
    for characters, name in {
        "?": "question", "!": "exclamation", ".": "stop", ",": "comma", ":": "colon", ";": "semicolon", "(": "open",
        ")": "close", "…": "dots", "|": "bar", "/": "slash", "%°": "percent", "*": "star", "#": "hash", "@": "at",
        "&": "and", "$": "dollar", "_": "underscore", "\"“”‘’'«»": "quote", "+~": "plus", "=^": "equals", "<>": "angle",
        "[]": "square", "{}`\\": "brace", "–—-": "dash", "•·●": "bullet",
    }.items()
    for character in characters
}  # fmt: skip
GAPS = [1, 2, 3, 5, 9, 17]
"""Least number of small words of each class of gaps."""
WORDS = [
    f"mark{name}"
    for name in (
        *("begin", "end", "capital", "capitals", "dots"),
        *(f"digits{n}" for n in range(1, 9)),
        *(f"gap{least}" for least in GAPS),
        *("other", "symbol"),
        *dict.fromkeys(_NAMES.values()),
    )
]


def marked(texts: Sequence[str]) -> list[str]:
    """Return the beginning of each text with its marks; empty for a text without a letter or digit."""
    return kernel.marked(list(texts), _kernel_marks())


def pieces(text: str) -> list[plain.Piece]:
    """Return the words and marks of a text that `marked` joins, with their places in it."""
    return plain.marked_pieces(text, _plain_marks())


@cache
def _kernel_marks() -> kernel.Marks:
    return kernel.Marks(describe, WORDS, GAPS)


@cache
def _plain_marks() -> plain.Marks:
    return plain.Marks(describe, WORDS, GAPS)


def describe(character: str) -> int:
    """Return what a character is, as `chude.kernels.marking.Marks` reads it."""
    is_upper, is_title = character.isupper(), character.istitle()
    case = (
        plain.UPPER * is_upper
        | plain.SMALL * (character.islower() or (is_title and not is_upper))
        | plain.CAPITAL * (is_upper or is_title)
    )
    if character.isalnum():
        category = plain.DIGIT if character.isdecimal() else plain.WORD | plain.ALPHA * character.isalpha()
    elif "\u0300" <= character <= "\u036f":
        category = plain.COMBINING
    elif character.isspace():
        category = plain.SPACE
    else:
        other = "symbol" if unicodedata.category(character)[0] == "S" else "other"
        category = WORDS.index(f"mark{_NAMES.get(character, other)}") << 8
    return case | category
