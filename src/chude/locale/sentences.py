"""Sentences that were filled in in English, translated.

The catalogue has each sentence with its fields, as in ``{path} is a folder; name a file in it``. A sentence that was
printed is matched with these, the ones with most words first, and what stood in the fields goes into the translation.
Where none fits, or one only by taking what stands before a colon, as the place of an error does, into its first field,
that stays, and the rest is looked up.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from chude.locale.numbers import written

FIELD = re.compile(r"\{(\w+)(?:![rsa])?(?::([^{}]*))?\}")

_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?\s?%?")
_DEEPEST = 4
_FEWEST_WORDS = 2


class _Sentence(NamedTuple):
    pattern: re.Pattern[str]
    translation: str
    numbers: frozenset[str]


class Sentences:
    """The sentences of a language.

    Parameters
    ----------
    translations : mapping of str to str
        From English sentences to their translations, with the same fields.
    """

    def __init__(self, translations: Mapping[str, str]) -> None:
        self._whole = {english: found for english, found in translations.items() if not FIELD.search(english)}
        with_fields = sorted((english for english in translations if english not in self._whole), key=_words)
        self._with_fields = [_sentence(english, translations[english]) for english in with_fields]

    @classmethod
    @cache
    def of(cls, language: str) -> "Sentences":
        """Return those of a language."""
        return cls(
            json.loads(Path(__file__).with_name(language).joinpath("sentences.json").read_text(encoding="utf-8"))
        )

    def translated(self, english: str, depth: int = 0) -> str:
        """Return the translation of a sentence, or the sentence where none fits."""
        if english in self._whole:
            return self._whole[english]
        place, colon, rest = english.partition(": ")
        for pattern, translation, numbers in self._with_fields if depth < _DEEPEST else ():
            match = pattern.fullmatch(english)
            if match is None:
                continue
            if colon and match.start(1) == 0 and match.end(1) > len(place):  # the first field took the place, and more
                continue
            if rest in self._whole and match.start(match.lastindex or 0) > len(english) - len(rest):  # cut the sentence
                continue
            values = {
                name: written(value) if name in numbers and _NUMBER.fullmatch(value) else value
                for name, value in match.groupdict().items()
            }
            return FIELD.sub(lambda field: self.translated(values[field[1]], depth + 1), translation)  # noqa: B023
        return place + colon + self.translated(rest, depth + 1) if colon and depth < _DEEPEST else english


def _words(english: str) -> tuple[int, str]:
    """Return a key that sorts the sentences with most letters outside their fields first."""
    return -len(FIELD.sub("", english)), english


def _sentence(english: str, translation: str) -> _Sentence:
    pattern, end, seen = "", 0, set()
    # Of a sentence with hardly a word of its own, such as "{low} to {high}", a field is one word: else any would fit.
    value = r"\S+" if len(FIELD.sub("", english).split()) < _FEWEST_WORDS else ".*?"
    for field in FIELD.finditer(english):
        pattern += re.escape(english[end : field.start()])
        pattern += f"(?P={field[1]})" if field[1] in seen else f"(?P<{field[1]}>{value})"
        seen.add(field[1])
        end = field.end()
    numbers = frozenset(field[1] for field in FIELD.finditer(english) if field[2])
    return _Sentence(re.compile(pattern + re.escape(english[end:]), re.DOTALL), translation, numbers)
