"""The same texts written in other ways, to test how much the predictions change.

The first three are other ways of writing the same syllables; a model gives them identical predictions. The others lose
something: diacritics, letters, or most of the text.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial

Perturbation = Callable[[str], str]

MISSPELT_SHARE = 0.1

_WORD = re.compile(r"[^\W\d_]+")
# By code points, not in the order of `chude.tokenizer.letters`: what is drawn from them, and so reports, depend on it.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TELEX_TONES = dict(zip(_TONES, "fsxrj", strict=True))
_TELEX_MARKS = {"\u0306": "w", "\u031b": "w"}
_D = str.maketrans("đĐ", "dD")

# The two styles differ in syllables that end in oa, oe or uy; u after q belongs to the consonant.
_LAST_VOWELS = re.compile(
    rf"(?i)(?<!q)(?:(o)([{_TONES}]?)([ae])|(u)([{_TONES}]?)(y))([{_TONES}]?)(?![\w\u0300-\u036f])"
)

# Consonants that sound alike in some region.
_ALIKE = [("ch", "tr"), ("s", "x"), ("d", "gi"), ("l", "n"), ("r", "d")]
_MIXED_TONES = {"\u0309": "\u0303", "\u0303": "\u0309"}


def upper(text: str) -> str:
    """Return a text in capitals; a letter whose capital form is two letters is unchanged."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def decomposed(text: str) -> str:
    """Return a text in NFD."""
    return unicodedata.normalize("NFD", text)


def other_tone_place(text: str) -> str:
    """Move the tone in syllables that end in oa, oe or uy: hòa to hoà, thuý to thúy.

    Returns
    -------
    str
        In NFC.

    Examples
    --------
    >>> other_tone_place("Hòa thuý, quý ngoại")
    'Hoà thúy, quý ngoại'
    """

    def moved(found: re.Match[str]) -> str:
        first, after_first, second = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
        return f"{first}{found[7]}{second}{after_first}"

    return unicodedata.normalize("NFC", _LAST_VOWELS.sub(moved, decomposed(text)))


def without_diacritics(text: str) -> str:
    """Return a text without tones and diacritics, and with d for đ.

    Examples
    --------
    >>> without_diacritics("Đường sắt")
    'Duong sat'
    """
    letters = (c for c in decomposed(text) if not unicodedata.combining(c))
    return "".join(letters).translate(_D)


def misspelt(text: str, share: float = MISSPELT_SHARE, seed: int = 0) -> str:
    """Misspell a share of the syllables of two letters or more.

    A misspelt syllable has no tone or another tone; or no diacritics; or two neighbouring letters are swapped, or one
    is missing; or it consists of its Telex keys, as without an input method; or a consonant or tone is replaced by one
    that sounds alike. Each way that changes the syllable is equally likely. The same text gets the same misspellings.

    Parameters
    ----------
    text : str
    share : float, default 0.1
    seed : int, default 0

    Returns
    -------
    str
        In NFC.
    """
    text = unicodedata.normalize("NFC", text)
    chance = random.Random(f"{seed} {text}")  # noqa: S311 - nothing secret; the same on every platform
    places = [found.span() for found in _WORD.finditer(text) if len(found[0]) > 1]
    parts, end = [], 0
    for start, stop in sorted(chance.sample(places, round(share * len(places)))):
        parts += [text[end:start], _slip(text[start:stop], chance)]
        end = stop
    return "".join([*parts, text[end:]])


def _slip(syllable: str, chance: random.Random) -> str:
    """Misspell one syllable; the result is always another one."""
    ways = {way(syllable, chance) for way in _WAYS} - {syllable}
    return chance.choice(sorted(ways)) if ways else syllable


def _without_tone(syllable: str, chance: random.Random) -> str:  # noqa: ARG001 - all ways are called alike
    return _composed(c for c in decomposed(syllable) if c not in _TONES)


def _another_tone(syllable: str, chance: random.Random) -> str:
    return _composed(chance.choice(_TONES) if c in _TONES else c for c in decomposed(syllable))


def _bare(syllable: str, chance: random.Random) -> str:  # noqa: ARG001
    return without_diacritics(syllable)


def _swapped(syllable: str, chance: random.Random) -> str:
    i = chance.randrange(len(syllable) - 1)
    return syllable[:i] + syllable[i + 1] + syllable[i] + syllable[i + 2 :]


def _missing(syllable: str, chance: random.Random) -> str:
    i = chance.randrange(len(syllable))
    return syllable[:i] + syllable[i + 1 :]


def _telex(syllable: str, chance: random.Random) -> str:  # noqa: ARG001
    """Return the Telex keys of a syllable, that of the tone last: dduwowngf for đường."""
    typed, tone = "", ""
    for c in decomposed(syllable):
        if c in _TELEX_TONES:
            tone = _TELEX_TONES[c]
        elif c == "\u0302":
            typed += typed[-1:].lower()
        elif c in "đĐ":
            typed += c.translate(_D) + "d"
        else:
            typed += _TELEX_MARKS.get(c, c)
    return typed + tone


def _by_ear(syllable: str, chance: random.Random) -> str:
    marks = decomposed(syllable)
    heard = [_composed(_MIXED_TONES.get(c, c) for c in marks)]
    for pair in _ALIKE:
        for here, there in (pair, pair[::-1]):
            if syllable.startswith(here) and not syllable[len(here) :].startswith("h"):
                heard.append(there + syllable[len(here) :])
    return chance.choice(sorted(set(heard)))


def _composed(letters: Iterable[str]) -> str:
    return unicodedata.normalize("NFC", "".join(letters))


def first_syllables(text: str, n_syllables: int) -> str:
    """Return the beginning of a text."""
    return " ".join(text.split()[:n_syllables])


_WAYS = (_without_tone, _another_tone, _bare, _swapped, _missing, _telex, _by_ear)

PERTURBATIONS: dict[str, Perturbation] = {
    "upper case": upper,
    "NFD": decomposed,
    "other tone place": other_tone_place,
    "no diacritics": without_diacritics,
    "10 % misspelt": misspelt,
    "first 15 syllables": partial(first_syllables, n_syllables=15),
    "first 50 syllables": partial(first_syllables, n_syllables=50),
}
"""Perturbations by their names in tables."""

SAME_SYLLABLES = ("upper case", "NFD", "other tone place")
"""Those that leave every syllable the same."""
