"""The spelling of Vietnamese syllables: encodings are compared by the number of syllables that they give."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

TONE_MARKS = "\u0300\u0301\u0309\u0303\u0323"
"""Combining marks of the tones, in the order of `chude.tokenizer.letters`, which decoding does not know."""

_VOWELS = "aăâeêioôơuưy"
# character -> (its letter without the tone, the tone)
TONED: dict[str, tuple[str, str]] = {
    unicodedata.normalize("NFC", vowel + tone): (vowel, tone)
    for vowel in _VOWELS + _VOWELS.upper()
    for tone in TONE_MARKS
}
_UNTONE = {ord(char): letter for char, (letter, _) in TONED.items()}
_LONGEST = len("nghiêng")

# Everything except separators of words in ASCII and in typography. Control characters, lone marks and U+FFFD are kept
# in words: they belong to no word, and such a text is probably decoded wrongly.
_TOKEN = re.compile(r"[^\t\n\v\f\r !-@\[-`{-~\xa0«»“”‘’„‚‹›–—…•·°©®™§¶€₫\u200b\ufeff]+")


class Evidence(NamedTuple):
    """How many of the words that depend on the encoding are Vietnamese syllables.

    Attributes
    ----------
    valid, total : int
        Number of words that are Vietnamese syllables, and of all words.
    cased : int
        Number of valid words in small letters, in capitals, or with a first capital.
    """

    valid: int
    total: int
    cased: int

    @property
    def share(self) -> float:
        """Valid over total; 0 without words."""
        return self.valid / self.total if self.total else 0.0

    @property
    def net(self) -> int:
        """Valid minus invalid words: an encoding that turns words into punctuation gains nothing."""
        return 2 * self.valid - self.total


@cache
def _spelling() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    table = tomllib.loads(files(__package__).joinpath("spelling.toml").read_text(encoding="utf-8"))
    front_vowels = tuple(table["front_vowels"])
    toneless: set[str] = set()
    for rhyme in table["rhymes"].split():
        place = "front" if rhyme.startswith(front_vowels) else "other"
        toneless.update(onset + rhyme for onset in (*table["onsets"], *table[f"onsets_before_{place}_vowels"]))
    return frozenset(toneless), tuple(table["stops"]), frozenset(table["tones_of_stops"])


def is_syllable(word: str) -> bool:
    """Whether a word, in composed characters of either case, is spelt as a Vietnamese syllable."""
    return len(word) <= _LONGEST and _is_spelt(word)  # long words are not cached


@lru_cache(maxsize=1 << 14)
def _is_spelt(word: str) -> bool:
    toneless, stops, tones_of_stops = _spelling()
    word = word.lower()
    tones = [TONED[char][1] for char in word if char in TONED]
    letters = word.translate(_UNTONE)
    if len(tones) > 1 or letters not in toneless:
        return False
    return not letters.endswith(stops) or (bool(tones) and tones[0] in tones_of_stops)


def tokens(text: str) -> list[str]:
    """Split a text at spaces, digits and punctuation; the parts are words, and other signs."""
    return _TOKEN.findall(text)


def evidence(text: str) -> Evidence:
    """Count the words of a text that are not plain ASCII letters, and those of them that are Vietnamese syllables.

    A syllable of one letter is not counted: a dash of one encoding is "Ổ" in another.

    Parameters
    ----------
    text : str
        In composed characters (NFC).

    Returns
    -------
    Evidence
        `total` is 0 for a text in plain ASCII, which is the same in all encodings.
    """
    valid = total = cased = 0
    for token in tokens(text):
        if token.isascii() and token.isalpha():
            continue
        if not is_syllable(token):
            total += 1
        elif len(token) > 1:
            total += 1
            valid += 1
            cased += token.islower() or token.istitle() or token.isupper()
    return Evidence(valid, total, cased)
