"""Vietnamese text to canonical tokens: one token for every way of writing a syllable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.kernels.lookup import joined_hashes
from chude.kernels.tokenizing import Letters, token_places, tokenize
from chude.tokenizer import words
from chude.tokenizer.canonical import canonical
from chude.tokenizer.letters import kernel_letters
from chude.tokenizer.marks import marked, pieces
from chude.tokenizer.texts import checked

__all__ = ["WORD_JOINER", "Hashes", "Span", "TokenBatch", "Tokenizer", "checked"]

KINDS = ("syllable", "word")
WORD_JOINER = "_"

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]


class Span(NamedTuple):
    """A token and its place: ``text[start:stop]`` is how the text spells it."""

    token: str
    start: int
    stop: int


class TokenBatch(NamedTuple):
    """Tokens of several texts.

    Attributes
    ----------
    hashes : ndarray of shape (n_tokens,), uint64
        Equal hashes are equal canonical tokens.
    bounds : ndarray of shape (n_texts + 1,), int64
        Text ``i`` has the tokens ``hashes[bounds[i]:bounds[i + 1]]``.
    accented : ndarray of shape (n_texts,), int64
        How many syllables of each text have a tone or one of the letters ă â đ ê ô ơ ư.
    """

    hashes: Hashes
    bounds: Places
    accented: Places


@dataclass(frozen=True)
class Tokenizer:
    """Splits a text into canonical tokens.

    Parameters
    ----------
    kind : {"syllable", "word"}, default "syllable"
        A word is one or more syllables, as `underthesea.word_tokenize` joins them.
    diacritics : bool, default True
        False drops tone and diacritics, for text typed without them.
    i_for_y : bool, default True
        Give one token to the two spellings of a syllable that is h, k, l, m, s, t or qu and i or y: sĩ and sỹ, Mĩ and
        Mỹ (`letters.EITHER_AFTER` has the rule's source). False keeps them apart, as models of format versions 1 to 3
        do.
    marks : bool, default False
        Read marks of punctuation, capitals and numbers too, as `chude.tokenizer.marks` says, and only the beginning of
        a text. Goes with syllables only.

    Raises
    ------
    InputError
        If `kind` is neither, or `marks` are to go with words.

    Examples
    --------
    >>> Tokenizer().tokens("Thủ đô HÀ NỘI, hoà bình")
    ['thủ', 'đô', 'hà', 'nội', 'hòa', 'bình']
    >>> Tokenizer(diacritics=False).tokens("Thủ đô Hà Nội")
    ['thu', 'do', 'ha', 'noi']
    >>> Tokenizer().tokens("bác sỹ Mỹ"), Tokenizer(i_for_y=False).tokens("bác sỹ Mỹ")
    (['bác', 'sĩ', 'mĩ'], ['bác', 'sỹ', 'mỹ'])
    """

    kind: str = "syllable"
    diacritics: bool = True
    i_for_y: bool = True
    marks: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"tokenizer must be 'syllable' or 'word', not {self.kind!r}")
        if self.marks and self.kind != "syllable":
            raise InputError("marks go with the tokenizer 'syllable' only")

    @property
    def is_plain(self) -> bool:
        """Whether the tokens are the syllables of the text itself, which kernels can read from it in one pass."""
        return self.kind == "syllable" and not self.marks

    @property
    def letters(self) -> Letters:
        """The table of characters, as the kernels read it."""
        return kernel_letters(self.diacritics, self.i_for_y)

    def tokens(self, text: str) -> list[str]:
        """Return the canonical tokens of a text, in order; the syllables of a word are joined by ``_``."""
        return [span.token for span in self.spans(text)]

    def spans(self, text: str) -> list[Span]:
        """Return the canonical tokens of a text with their places in it, in characters."""
        if self.marks:
            return self._marked_spans(text)
        spans = [Span(self._canonical(text[a:b]), a, b) for a, b in _places(text)]
        if self.kind == "syllable":
            return spans
        merged: list[Span] = []
        for span, continues in zip(spans, _continues(text), strict=True):
            if continues and merged:
                before = merged.pop()
                span = Span(before.token + WORD_JOINER + span.token, before.start, span.stop)  # noqa: PLW2901
            merged.append(span)
        return merged

    def _marked_spans(self, text: str) -> list[Span]:
        return [
            Span(self._canonical(piece.string[a:b]), piece.start + a, piece.start + b)
            if piece.string == text[piece.start : piece.stop]
            else Span(self._canonical(piece.string), piece.start, piece.stop)
            for piece in pieces(text)
            for a, b in _places(piece.string)
        ]

    def spell(self, text: str, positions: Places) -> list[str]:
        """Return the canonical spelling of the tokens at some positions of a text."""
        if not self.is_plain:
            spans = self.spans(text)
            return [spans[position].token for position in positions]
        _, starts, stops = token_places(text, self.letters)
        chosen = zip(starts[positions].tolist(), stops[positions].tolist(), strict=True)
        return [self._canonical(text[a:b]) for a, b in chosen]

    def _canonical(self, raw: str) -> str:
        return canonical(raw, self.diacritics, self.i_for_y)

    def batch(self, texts: Sequence[str]) -> TokenBatch:
        """Return the token hashes of texts; equal hashes are equal canonical tokens."""
        if self.marks:
            return self._marked_batch(texts)
        batch = TokenBatch(*tokenize(list(texts), self.letters))
        if self.kind == "syllable":
            return batch
        runs = [batch.hashes[start:stop] for start, stop in zip(batch.bounds[:-1], batch.bounds[1:], strict=True)]
        joined = [joined_hashes(run, _continues(text)) for run, text in zip(runs, texts, strict=True)]
        bounds = np.cumsum([0, *map(len, joined)], dtype=np.int64)
        return TokenBatch(np.concatenate([*joined, batch.hashes[:0]]), bounds, batch.accented)

    def _marked_batch(self, texts: Sequence[str]) -> TokenBatch:
        batch = TokenBatch(*tokenize(marked(texts), self.letters))
        # Marks have no diacritics. The share of accented tokens is that of the text, as whether it was typed with
        # diacritics depends on it.
        plain = TokenBatch(*tokenize(list(texts), self.letters))
        n_tokens, n_plain = np.diff(batch.bounds), np.diff(plain.bounds)
        return batch._replace(accented=np.ceil(plain.accented * (n_tokens / np.maximum(n_plain, 1))).astype(np.int64))


def _places(text: str) -> list[tuple[int, int]]:
    _, starts, stops = token_places(text, kernel_letters())
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _continues(text: str) -> npt.NDArray[np.bool_]:
    """Return whether each syllable of a text continues the word of the syllable before."""
    syllables = [canonical(text[a:b]) for a, b in _places(text)]
    segmented = [[canonical(word[a:b]) for a, b in _places(word)] for word in words.segment(text)]
    return words.continues(syllables, segmented)
