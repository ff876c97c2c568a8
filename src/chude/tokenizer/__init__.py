"""Vietnamese text to canonical tokens: one token for every way of writing a syllable."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.tokenizer import words
from chude.tokenizer.canonical import canonical
from chude.tokenizer.kernel import COMPOSITIONS, Hashes, Units, reading_table, tokenize, tokenize_batch

__all__ = ["Span", "TokenBatch", "Tokenizer", "checked", "encode", "room_for", "scan"]

KINDS = ("syllable", "word")
WORD_JOINER = "_"

_CODEC = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


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


def checked(texts: Iterable[str]) -> list[str]:
    """Return texts as a list.

    Raises
    ------
    TypeError
        If given one text where several are expected, or something that is not text.
    """
    if isinstance(texts, str | bytes):
        raise TypeError(
            f"expected a list of texts, got one {type(texts).__name__}; put it in a list: [{texts[:20]!r}...]"
        )
    if getattr(texts, "ndim", 1) != 1 or isinstance(texts, Mapping):  # iterating would give names, not texts
        raise TypeError(f"expected a list of texts, got a {type(texts).__name__}; give one column of it")
    listed = list(texts)
    for i, text in enumerate(listed):
        if not isinstance(text, str):
            raise TypeError(f"expected texts of type str, got {type(text).__name__} at position {i}: {text!r:.60}")
    return listed


def encode(texts: Sequence[str]) -> tuple[Units, npt.NDArray[np.int64]]:
    """Lay texts out as UTF-16 code units, one after another.

    Python keeps Vietnamese text as 16-bit units already, so this costs little more than a copy, and a letter is one
    unit whatever its diacritics.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    units : ndarray of uint16
    offsets : ndarray of shape (n_texts + 1,), int64
        Text ``i`` starts at ``offsets[i]``; where there are several, the last unit before ``offsets[i + 1]`` parts it
        from the next.
    """
    if len(texts) == 1:
        units = np.frombuffer(texts[0].encode(_CODEC, "surrogatepass"), dtype=np.uint16)
        return units, np.array([0, len(units)])
    units = np.frombuffer(("\n".join(texts) + "\n").encode(_CODEC, "surrogatepass"), dtype=np.uint16)
    offsets = _offsets(map(len, texts), len(texts))
    if texts and offsets[-1] != len(units):  # characters beyond the basic plane take two units
        offsets = _offsets((len(text.encode(_CODEC, "surrogatepass")) // 2 for text in texts), len(texts))
    return units, offsets


def _offsets(sizes: Iterable[int], n_texts: int) -> npt.NDArray[np.int64]:
    offsets = np.fromiter(accumulate(sizes, initial=0), dtype=np.int64, count=n_texts + 1)
    offsets += np.arange(n_texts + 1)  # one unit parts a text from the next
    return offsets


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
        units, offsets = encode(texts)
        hashes = room_for(units, offsets)
        bounds, marked = tokenize_batch(units, offsets, reading_table(self.diacritics), COMPOSITIONS, hashes)
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


def room_for(units: Units, offsets: npt.NDArray[np.int64]) -> Hashes:
    """Return an array for the hashes of texts; the last needs twice the room of its tokens while it is read."""
    longest = (offsets[1:] - offsets[:-1]).max(initial=0)
    return np.empty((len(units) + longest) // 2 + 5, dtype=np.uint64)


def scan(text: str, diacritics: bool = True) -> tuple[Hashes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Tokenize one text into syllables and tell their places.

    Returns
    -------
    hashes : ndarray of shape (n_tokens,), uint64
    starts, stops : ndarray of shape (n_tokens,), int64
        In characters of `text`.
    """
    units, _ = encode([text + "\n"])  # the end of the last token is a place, too
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
