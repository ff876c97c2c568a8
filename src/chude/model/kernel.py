"""The compiled scorer: token hashes to decision values.

For each text: all look-ups first, then the counts, then the weights, so that the processor overlaps the cache misses.
Weights are 8-bit integers with one scale a row; sums are 64-bit floats.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import compiled
from chude.tokenizer.kernel import Codes, Hashes, Units, tokenize
from chude.vectorizer.ngrams import known_rows

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

LANES = 16
"""Weights of a row are padded to a multiple of this, the number of bytes a vector register holds."""


class Scorer(NamedTuple):
    """What the scoring loop reads; all arrays are C-contiguous.

    `least`, `most`: n-gram range; `sublinear`: whether 1 + log(tf) is used; `bits`, `slots`: the vocabulary's
    `chude.vectorizer.ngrams.Lookup`; `idf`, `scale` (n_rows,) float32; `weights` (n_rows, width) int8, padded to `LANES`;
    `intercept` (width,) float64.
    """

    least: int
    most: int
    sublinear: bool
    bits: Hashes
    slots: Hashes
    idf: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    intercept: Floats


@compiled
def term_weights(
    hashes: Hashes,
    scorer: Scorer,
    keys: Hashes,
    rows: Counts,
    seen: npt.NDArray[np.int32],
    values: Floats,
) -> tuple[int, int]:
    """Weigh the known terms of one text.

    Parameters
    ----------
    hashes : ndarray of shape (n_tokens,), uint64
    scorer : Scorer
    keys, rows : ndarray
        Scratch of `chude.vectorizer.ngrams.known_rows`; `rows` then starts with the distinct rows.
    seen : ndarray of shape (n_rows,), int32
        Scratch; all zero before and after.
    values : ndarray of float64
        Receives the normalized TF-IDF of each distinct row.

    Returns
    -------
    n_terms : int
        How many distinct rows the text has.
    n_known : int
        How many of its tokens are in the vocabulary by themselves.
    """
    n_known = np.int64(0)
    if scorer.least == 1:
        n_known = known_rows(hashes, 1, 1, scorer.bits, scorer.slots, keys, rows)
    n_found = n_known
    least = max(scorer.least, 2)
    if least <= scorer.most:
        n_found += known_rows(hashes, least, scorer.most, scorer.bits, scorer.slots, keys, rows[n_known:])
    n_terms = np.uint64(0)
    for j in range(n_found):
        row = np.uint64(rows[j])
        count = seen[row]
        seen[row] = count + 1
        rows[n_terms] = row
        n_terms += np.uint64(count == 0)
    square = 0.0
    for j in range(np.int64(n_terms)):
        row = np.uint64(rows[j])
        value = np.float64(seen[row])
        if scorer.sublinear and value > 1.0:
            value = 1.0 + np.log(value)
        value *= scorer.idf[row]
        seen[row] = 0
        values[j] = value
        square += value * value
    if square > 0.0:
        length = np.sqrt(square)
        for j in range(np.int64(n_terms)):
            values[j] /= length
    return np.int64(n_terms), n_known


@compiled
def _add_scores(scorer: Scorer, rows: Counts, values: Floats, scores: Floats) -> None:
    for column in range(scores.shape[0]):
        scores[column] = scorer.intercept[column]
    for j in range(values.shape[0]):
        row = np.uint64(rows[j])
        value = values[j] * np.float64(scorer.scale[row])
        for column in range(scores.shape[0]):
            scores[column] += value * np.float64(scorer.weights[row, column])


@compiled
def score_units(
    units: Units,
    offsets: Counts,
    table: npt.NDArray[np.int32],
    compositions: Codes,
    scorer: Scorer,
    seen: npt.NDArray[np.int32],
    scores: Floats,
    tally: Counts,
) -> None:
    """Score the texts ``units[offsets[i]:offsets[i + 1]]``.

    Parameters
    ----------
    units, offsets, table, compositions
        As `chude.tokenizer.kernel.tokenize_batch` takes them.
    scorer : Scorer
    seen : ndarray of shape (n_rows,), int32
        Scratch; all zero before and after.
    scores : ndarray of shape (n_texts, width), float64
        Receives the decision values.
    tally : ndarray of shape (n_texts, 4), int64
        Receives for each text the number of its tokens, of those with diacritics, of those in the vocabulary, and of
        its distinct terms.
    """
    longest = np.int64(0)
    for i in range(len(offsets) - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    hashes = np.empty(longest // 2 + 2, dtype=np.uint64)
    room = len(hashes) * (scorer.most - scorer.least + 1) + 1
    keys, rows, values = np.empty(room, np.uint64), np.empty(room, np.int64), np.empty(room, np.float64)
    for i in range(len(offsets) - 1):
        n, marked = tokenize(units, offsets[i], offsets[i + 1], table, compositions, hashes, None, None)
        n_terms, n_known = term_weights(hashes[:n], scorer, keys, rows, seen, values)
        _add_scores(scorer, rows, values[:n_terms], scores[i])
        tally[i, 0], tally[i, 1], tally[i, 2], tally[i, 3] = n, marked, n_known, n_terms


@compiled
def score_tokens(
    hashes: Hashes, bounds: Counts, scorer: Scorer, seen: npt.NDArray[np.int32], scores: Floats, tally: Counts
) -> None:
    """Score texts given by their token hashes, as `score_units` does; ``tally[:, 1]`` is left alone."""
    longest = np.int64(0)
    for i in range(len(bounds) - 1):
        longest = max(longest, bounds[i + 1] - bounds[i])
    room = longest * (scorer.most - scorer.least + 1) + 1
    keys, rows, values = np.empty(room, np.uint64), np.empty(room, np.int64), np.empty(room, np.float64)
    for i in range(len(bounds) - 1):
        tokens = hashes[bounds[i] : bounds[i + 1]]
        n_terms, n_known = term_weights(tokens, scorer, keys, rows, seen, values)
        _add_scores(scorer, rows, values[:n_terms], scores[i])
        tally[i, 0], tally[i, 2], tally[i, 3] = len(tokens), n_known, n_terms
