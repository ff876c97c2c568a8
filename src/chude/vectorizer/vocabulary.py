"""The terms of a vocabulary: from counted n-grams to strings, and from strings to keys."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.tokenizer import TokenBatch, Tokenizer
from chude.tokenizer.kernel import Hashes
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
    return [(int(owners[a]), int(a), int(b)) for a, b in zip(edges[:-1], edges[1:], strict=True)]


def keys_of(terms: Sequence[str], tokenizer: Tokenizer) -> Hashes:
    """Return the keys of terms, each one or more tokens parted by a space.

    Raises
    ------
    InputError
        If a term holds no token, or two terms are the same to the tokenizer.
    """
    from chude.tokenizer.words import join

    syllables = Tokenizer("syllable", tokenizer.diacritics)
    batch = syllables.batch(terms)
    keys = np.empty(len(terms), dtype=np.uint64)
    for i, term in enumerate(terms):
        hashes = batch.hashes[batch.bounds[i] : batch.bounds[i + 1]]
        if not len(hashes):
            raise InputError(f"the term {term!r} of the vocabulary holds no letter or digit")
        if tokenizer.kind == "word":
            flags = [k > 0 for word in term.split() for k in range(len(syllables.tokens(word)))]
            hashes = join(hashes, np.array(flags, dtype=np.bool_))
        keys[i] = key_at(hashes, 0, len(hashes))
    distinct, where = np.unique(keys, return_index=True)
    if len(distinct) < len(keys):
        repeated = next(i for i in range(len(keys)) if i not in set(where.tolist()))
        raise InputError(f"the vocabulary holds {terms[repeated]!r} more than once, as the tokenizer reads it")
    return keys
