"""The terms of a vocabulary: from counted n-grams to strings, and from strings to keys."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled
from chude.errors import InputError
from chude.tokenizer import WORD_JOINER, TokenBatch, Tokenizer, scan
from chude.tokenizer.kernel import Hashes
from chude.tokenizer.words import join
from chude.vectorizer.ngrams import NgramCounts, key_at


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
        If a term holds no token, or two terms are the same to the tokenizer.
    """
    text = "\n".join(terms)
    hashes, starts, stops = scan(text, tokenizer.diacritics)
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    line_ends = np.flatnonzero(characters == ord("\n"))
    if len(line_ends) != max(len(terms) - 1, 0):
        raise InputError("a term of the vocabulary holds a line break")
    bounds = np.zeros(len(terms) + 1, dtype=np.int64)
    bounds[1:-1] = np.searchsorted(starts, line_ends)
    bounds[-1:] = len(hashes)
    empty = np.flatnonzero(np.diff(bounds) == 0)
    if len(empty):
        raise InputError(f"the term {terms[empty[0]]!r} of the vocabulary holds no letter or digit")
    if tokenizer.kind == "word":
        goes_on = np.zeros(len(hashes) + 1, dtype=np.bool_)
        goes_on[1:-1] = (characters[starts[1:] - 1] == ord(WORD_JOINER)) & (starts[1:] == stops[:-1] + 1)
        before = np.concatenate([[0], np.cumsum(~goes_on[:-1])])
        hashes, bounds = join(hashes, goes_on[:-1]), before[bounds]
    keys = _keys(hashes, bounds)
    distinct, first = np.unique(keys, return_index=True)
    if len(distinct) < len(keys):
        repeated = np.setdiff1d(np.arange(len(keys)), first)[0]
        raise InputError(f"the vocabulary holds {terms[repeated]!r} more than once, as the tokenizer reads it")
    return keys


@compiled
def _keys(hashes: Hashes, bounds: npt.NDArray[np.int64]) -> Hashes:
    keys = np.empty(len(bounds) - 1, dtype=np.uint64)
    for i in range(len(keys)):
        keys[i] = key_at(hashes, bounds[i], bounds[i + 1] - bounds[i])
    return keys
