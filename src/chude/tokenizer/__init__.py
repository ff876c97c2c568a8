"""Vietnamese text to canonical tokens: one token for every way of writing a syllable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.tokenizer import words
from chude.tokenizer.canonical import canonical
from chude.tokenizer.encoded import Encoded, checked, encode, lengths
from chude.tokenizer.kernel import COMPOSITIONS, Hashes, Units, reading_table, tokenize, tokenize_batch

__all__ = ["Encoded", "Span", "TokenBatch", "Tokenizer", "checked", "encode", "lengths", "room_for", "scan"]

KINDS = ("syllable", "word")
WORD_JOINER = "_"


class Span(NamedTuple):
    """A token and its place: ``text[start:stop]`` is how the text spells it."""

    token: str
    start: int
    stop: int


class TokenBatch(NamedTuple):
    """Tokens of several texts; text ``i`` has ``hashes[bounds[i]:bounds[i + 1]]``, ``marked[i]`` with diacritics."""

    hashes: Hashes
    bounds: npt.NDArray[np.int64]
    marked: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tokenizer:
    """How a text is read.

    Parameters
    ----------
    kind : {"syllable", "word"}, default "syllable"
        A word is one or more syllables, as `underthesea.word_tokenize` joins them.
    diacritics : bool, default True
        False drops tone and diacritics, for text typed without them.

    Raises
    ------
    InputError
        If `kind` is neither.

    Examples
    --------
    >>> Tokenizer().tokens("Thủ đô HÀ NỘI, hoà bình")
    ['thủ', 'đô', 'hà', 'nội', 'hòa', 'bình']
    >>> Tokenizer(diacritics=False).tokens("Thủ đô Hà Nội")
    ['thu', 'do', 'ha', 'noi']
    """

    kind: str = "syllable"
    diacritics: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"tokenizer must be 'syllable' or 'word', not {self.kind!r}")

    def tokens(self, text: str) -> list[str]:
        """Return the canonical tokens of a text, in order; the syllables of a word are joined by ``_``."""
        return [span.token for span in self.spans(text)]

    def spans(self, text: str) -> list[Span]:
        """Return the canonical tokens of a text with their places in it, in characters."""
        spans = [Span(canonical(text[a:b], self.diacritics), a, b) for a, b in _places(text)]
        if self.kind == "syllable":
            return spans
        merged: list[Span] = []
        for span, goes_on in zip(spans, self._joined(text), strict=True):
            if goes_on:
                before = merged.pop()
                span = Span(before.token + WORD_JOINER + span.token, before.start, span.stop)  # noqa: PLW2901
            merged.append(span)
        return merged

    def spell(self, text: str, positions: npt.NDArray[np.int64]) -> list[str]:
        """Return the canonical spelling of the tokens at some positions of a text."""
        if self.kind == "word":
            spans = self.spans(text)
            return [spans[position].token for position in positions]
        _, starts, stops = scan(text)
        chosen = zip(starts[positions].tolist(), stops[positions].tolist(), strict=True)
        return [canonical(text[a:b], self.diacritics) for a, b in chosen]

    def batch(self, texts: Sequence[str]) -> TokenBatch:
        """Return the token hashes of texts; equal hashes are equal canonical tokens."""
        encoded = encode(texts)
        hashes = room_for(encoded)
        bounds, marked = tokenize_batch(*encoded.parts, reading_table(self.diacritics), COMPOSITIONS, hashes)
        hashes = hashes[: bounds[-1]]
        if self.kind == "syllable":
            return TokenBatch(hashes, bounds, marked)
        runs = [words.join(hashes[bounds[i] : bounds[i + 1]], self._joined(text)) for i, text in enumerate(texts)]
        np.cumsum([len(run) for run in runs], out=bounds[1:])
        return TokenBatch(np.concatenate([*runs, hashes[:0]]), bounds, marked)

    def _joined(self, text: str) -> npt.NDArray[np.bool_]:
        syllables = [canonical(text[a:b]) for a, b in _places(text)]
        found = [[canonical(word[a:b]) for a, b in _places(word)] for word in words.segment(text)]
        return words.joined(syllables, found)


def room_for(encoded: Encoded) -> Hashes:
    """Return an array for the hashes of texts; the last needs twice the room of its tokens while it is read."""
    sizes = encoded.stops - encoded.starts
    return np.empty((sizes.sum() + len(sizes) + sizes.max(initial=0)) // 2 + 5, dtype=np.uint64)


def scan(text: str, diacritics: bool = True) -> tuple[Hashes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Tokenize one text into syllables and tell their places.

    Returns
    -------
    hashes : ndarray of shape (n_tokens,), uint64
    starts, stops : ndarray of shape (n_tokens,), int64
        In characters of `text`.
    """
    units = encode([text + "\n"]).units  # the end of the last token is a place, too
    room = len(units) // 2 + 2
    hashes = np.empty(len(units) + 4, dtype=np.uint64)
    starts, stops = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    n, _ = tokenize(units, 0, len(units) - 1, reading_table(diacritics), COMPOSITIONS, hashes, starts, stops)
    starts, stops = _whole(units, starts[:n]), _whole(units, stops[:n])
    if len(units) - 1 != len(text):
        ends = np.cumsum([1 + (ord(character) > 0xFFFF) for character in text])
        starts, stops = np.searchsorted(ends, starts, side="right"), np.searchsorted(ends, stops, side="right")
    return hashes[:n], starts, stops


def _whole(units: Units, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Move places in the middle of a surrogate pair to its first half."""
    is_second = (units[places] & 0xFC00 == 0xDC00) & (units[places - 1] & 0xFC00 == 0xD800)
    return np.where(is_second, places - 1, places)


def _places(text: str) -> list[tuple[int, int]]:
    _, starts, stops = scan(text)
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
