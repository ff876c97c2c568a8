"""The terms of a vocabulary: from counted n-grams to strings, and from strings to keys."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled
from chude.errors import InputError
from chude.tokenizer import WORD_JOINER, TokenBatch, Tokenizer, scan
from chude.tokenizer.kernel import Hashes
from chude.tokenizer.words import join
from chude.vectorizer.ngrams import NgramCounts, key_at

_CHUNK_BYTES = 1 << 18
"""Lines are read in chunks of about this size, so that their keys take little more memory than the lines."""


def terms_of(
    counts: NgramCounts, chosen: npt.NDArray[np.int64], texts: Sequence[str], batch: TokenBatch, tokenizer: Tokenizer
) -> list[str]:
    """Spell n-grams, tokens parted by a space.

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


def keys_of(terms: Sequence[str], tokenizer: Tokenizer) -> Hashes:
    """Return the keys of terms, each one or more tokens parted by a space.

    Raises
    ------
    InputError
        If a term holds no token or a line break, or two terms are the same to the tokenizer.
    """
    text = "\n".join(terms)
    if text.count("\n") != max(len(terms) - 1, 0):
        raise InputError("a term of the vocabulary holds a line break")
    keys = _keys_of_lines(text, tokenizer) if terms else np.empty(0, dtype=np.uint64)
    _refuse_repeats(keys, terms.__getitem__)
    return keys


def keys_of_lines(lines: npt.NDArray[np.uint8], tokenizer: Tokenizer) -> Hashes:
    """Return the keys of terms given in UTF-8, one a line, without holding them all as Python strings.

    Raises
    ------
    InputError
        As `keys_of`.
    UnicodeDecodeError
        If the lines are not UTF-8.
    """
    ends = np.append(np.flatnonzero(lines == ord("\n")), len(lines))
    places = np.searchsorted(ends, np.arange(_CHUNK_BYTES, len(lines), _CHUNK_BYTES))
    bounds = np.unique(np.concatenate([[0], places + 1, [len(ends)]]))
    starts = np.concatenate([[0], ends + 1])

    def text(first: int, last: int) -> str:
        return lines[starts[first] : ends[last - 1]].tobytes().decode()

    if not len(lines):
        return np.empty(0, dtype=np.uint64)
    chunks = pairwise(bounds.tolist())
    keys = np.concatenate([_keys_of_lines(text(first, last), tokenizer) for first, last in chunks])
    _refuse_repeats(keys, lambda row: text(row, row + 1))
    return keys


def _refuse_repeats(keys: Hashes, term: Callable[[int], str]) -> None:
    in_order = np.sort(keys)
    if (in_order[1:] == in_order[:-1]).any():
        repeated = np.setdiff1d(np.arange(len(keys)), np.unique(keys, return_index=True)[1])[0]
        raise InputError(f"the vocabulary holds {term(int(repeated))!r} more than once, as the tokenizer reads it")


def _keys_of_lines(text: str, tokenizer: Tokenizer) -> Hashes:
    hashes, starts, stops = scan(text, tokenizer.diacritics)
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    line_ends = np.flatnonzero(characters == ord("\n"))
    bounds = np.zeros(len(line_ends) + 2, dtype=np.int64)
    bounds[1:-1] = np.searchsorted(starts, line_ends)
    bounds[-1] = len(hashes)
    empty = np.flatnonzero(np.diff(bounds) == 0)
    if len(empty):
        term = text.split("\n")[empty[0]]
        raise InputError(f"the term {term!r} of the vocabulary holds no letter or digit")
    if tokenizer.kind == "word":
        goes_on = np.zeros(len(hashes) + 1, dtype=np.bool_)
        goes_on[1:-1] = (characters[starts[1:] - 1] == ord(WORD_JOINER)) & (starts[1:] == stops[:-1] + 1)
        before = np.concatenate([[0], np.cumsum(~goes_on[:-1])])
        hashes, bounds = join(hashes, goes_on[:-1]), before[bounds]
    return _keys(hashes, bounds)


@compiled
def _keys(hashes: Hashes, bounds: npt.NDArray[np.int64]) -> Hashes:
    keys = np.empty(len(bounds) - 1, dtype=np.uint64)
    for i in range(len(keys)):
        keys[i] = key_at(hashes, bounds[i], bounds[i + 1] - bounds[i])
    return keys
