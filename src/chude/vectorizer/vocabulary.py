"""The terms of a vocabulary: from counted n-grams to strings, and from strings to keys."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.kernels import lookup
from chude.kernels.counting import NgramCounts
from chude.kernels.lookup import Lookup
from chude.kernels.tokenizing import Letters, token_places
from chude.tokenizer import WORD_JOINER, Hashes, TokenBatch, Tokenizer

_BREAK = ord("\n")
_CHUNK_BYTES, _FEW_KEYS = 1 << 17, 1 << 18
"""Lines are read in chunks of about so many bytes, and more keys than this are searched for repeats in parts: this
needs little more memory than the lines and the keys."""


def terms_of(
    counts: NgramCounts, chosen: npt.NDArray[np.int64], texts: Sequence[str], batch: TokenBatch, tokenizer: Tokenizer
) -> list[str]:
    """Spell n-grams, with a space between tokens.

    Parameters
    ----------
    counts : NgramCounts
        Of `batch`.
    chosen : ndarray of int64
        Which of them to spell.
    texts : sequence of str
        What `batch` was made of.
    batch : TokenBatch
    tokenizer : Tokenizer

    Returns
    -------
    list of str
    """
    firsts, sizes = counts.first[chosen], counts.size[chosen]
    places = np.unique(np.concatenate([firsts + k for k in range(sizes.max(initial=0))] + [firsts]))
    places = places[places < len(batch.hashes)]
    _, where = np.unique(batch.hashes[places], return_index=True)
    places = np.sort(places[where])
    owners = np.searchsorted(batch.bounds, places, side="right") - 1
    spelled: dict[int, str] = {}
    for owner, start, stop in _runs(owners):
        positions = places[start:stop] - batch.bounds[owner]
        tokens = tokenizer.spell(texts[owner], positions)
        spelled.update(zip(batch.hashes[places[start:stop]].tolist(), tokens, strict=True))
    hashes = batch.hashes
    return [
        " ".join([spelled[h] for h in hashes[first : first + size].tolist()])
        for first, size in zip(firsts.tolist(), sizes.tolist(), strict=True)
    ]


def _runs(owners: npt.NDArray[np.int64]) -> list[tuple[int, int, int]]:
    edges = np.flatnonzero(np.diff(owners, prepend=-1, append=-1))
    return [(int(owners[a]), a, b) for a, b in pairwise(edges.tolist())]


def keys_of_terms(terms: Sequence[str], tokenizer: Tokenizer) -> Hashes:
    """Return the keys of terms, each one or more tokens with spaces between them.

    Raises
    ------
    InputError
        If a term holds no token or a line break, or two terms are the same to the tokenizer.
    """
    text = "\n".join(terms)
    if text.count("\n") != max(len(terms) - 1, 0):
        raise InputError("a term of the vocabulary holds a line break")
    # Half of a surrogate pair is no letter, and neither is the question mark that takes its place.
    return keys_of_lines(np.frombuffer(text.encode(errors="replace"), dtype=np.uint8), tokenizer)


def keys_of_lines(lines: npt.NDArray[np.uint8], tokenizer: Tokenizer) -> Hashes:
    """Return the keys of terms given in UTF-8, one a line, read-only, without holding them all as Python strings.

    Raises
    ------
    InputError
        As `keys_of_terms`.
    UnicodeDecodeError
        If the lines are not UTF-8.
    """
    if not len(lines):
        return np.empty(0, dtype=np.uint64)
    keys = _keys_of_words(lines, tokenizer.letters) if tokenizer.kind == "word" else _keys(lines, tokenizer.letters)
    _refuse_repeats(keys, lambda row: _line(lines, row))
    keys.setflags(write=False)
    return keys


def _keys(lines: npt.NDArray[np.uint8], letters: Letters) -> Hashes:
    try:
        return lookup.keys_of_lines(lines, letters)
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise _no_token(_line(lines, error.args[1])) from None


def _keys_of_words(lines: npt.NDArray[np.uint8], letters: Letters) -> Hashes:
    keys = np.empty(np.count_nonzero(lines == _BREAK) + 1, dtype=np.uint64)
    row = 0
    for chunk in _chunks(lines):
        text = chunk.tobytes().decode()
        hashes, bounds = _words(text, letters)
        empty = np.flatnonzero(bounds[1:] == bounds[:-1])
        if len(empty):
            raise _no_token(text.split(chr(_BREAK))[empty[0]])
        keys[row : row + len(bounds) - 1] = lookup.keys_of_runs(hashes, bounds)
        row += len(bounds) - 1
    return keys


def _no_token(term: str) -> InputError:
    return InputError(f"the term {term!r} of the vocabulary holds no letter or digit")


def lookup_of(keys: Hashes) -> Lookup:
    """Return the look-up of keys that differ.

    Raises
    ------
    InputError
        If two are equal, which happens only with terms made for that.
    """
    try:
        return Lookup(keys)
    except ValueError as error:
        raise InputError(str(error)) from error


def _chunks(lines: npt.NDArray[np.uint8]) -> Iterator[npt.NDArray[np.uint8]]:
    """Split lines into pieces of about `_CHUNK_BYTES`, without the line breaks between pieces."""
    start = 0
    while start <= len(lines):
        stop = start + _CHUNK_BYTES
        while stop < len(lines) and not (lines[stop : stop + _CHUNK_BYTES] == _BREAK).any():
            stop += _CHUNK_BYTES
        if stop < len(lines):
            stop += int((lines[stop : stop + _CHUNK_BYTES] == _BREAK).argmax())
        yield lines[start:stop]
        start = min(stop, len(lines)) + 1


def _line(lines: npt.NDArray[np.uint8], row: int) -> str:
    for chunk in _chunks(lines):
        n = int(np.count_nonzero(chunk == _BREAK)) + 1
        if row < n:
            return chunk.tobytes().decode().split("\n")[row]
        row -= n
    raise IndexError(row)


def _refuse_repeats(keys: Hashes, term: Callable[[int], str]) -> None:
    n_parts = 1 if len(keys) < _FEW_KEYS else 16
    parts = keys.view(np.uint8)[::8] % n_parts
    for part in range(n_parts):
        in_order = np.sort(keys if n_parts == 1 else keys[parts == part])
        twice = in_order[1:][in_order[1:] == in_order[:-1]]
        if len(twice):
            row = int(np.flatnonzero(keys == twice[0])[1])
            raise InputError(f"the vocabulary holds {term(row)!r} more than once, as the tokenizer reads it")


def _words(text: str, letters: Letters) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Return the tokens of lines whose words have their syllables joined, and where those of each line start."""
    hashes, starts, stops = token_places(text, letters)
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    line_ends = np.flatnonzero(characters == _BREAK)
    bounds = np.concatenate([[0], np.searchsorted(starts, line_ends), [len(hashes)]])
    continues = np.zeros(len(hashes) + 1, dtype=np.bool_)
    continues[1:-1] = (characters[starts[1:] - 1] == ord(WORD_JOINER)) & (starts[1:] == stops[:-1] + 1)
    before = np.concatenate([[0], np.cumsum(~continues[:-1])])
    return lookup.joined_hashes(hashes, continues[:-1]), before[bounds]
