"""The compiled scorer: token hashes to decision values.

For each text: all look-ups first, then the counts, then the weights, so that the processor overlaps the cache misses.
Weights are 8-bit integers with one scale a row; sums are 64-bit floats.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import borrowing, inlined, prefetch
from chude.tokenizer.kernel import Codes, Hashes, Table, Units, tokenize
from chude.vectorizer.ngrams import Pilots, known_rows_from_lead

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_LOGS = np.concatenate([[0.0], 1.0 + np.log(np.arange(1, 256))])
"""Sublinear term frequency; most terms of a text occur once or twice, and a logarithm costs more than all else."""

LANES = 16
"""Weights of a row are padded to a multiple of this, the number of bytes a vector register holds."""

_RECORD, _LINE = 32, 64
"""Bytes a record is a multiple of, and bytes of a cache line."""


class TermTable(NamedTuple):
    """The weights of a vocabulary's terms; all arrays are C-contiguous.

    `weights` (n_rows, size) int8: a record for each term that never crosses a cache line it need not, the weights
    padded to `LANES` in front; `factors` (n_rows, size / 4) float32: the same memory, with idf and scale behind the
    weights. `intercept` (width,) float64, padded to `LANES`.
    """

    weights: npt.NDArray[np.int8]
    factors: npt.NDArray[np.float32]
    intercept: Floats


class Scorer(NamedTuple):
    """What the scoring loop reads; all arrays are C-contiguous.

    `least`, `most`: n-gram range; `sublinear`: whether 1 + log(tf) is used; `lead`: how many tokens of the beginning
    count twice; `pilots`, `slots`: the vocabulary's `chude.vectorizer.ngrams.Lookup`. `whole`: the weights of texts of
    at least `short_below` tokens; `short`: those of shorter texts.
    """

    least: int
    most: int
    sublinear: bool
    lead: int
    pilots: Pilots
    slots: Hashes
    short_below: int
    whole: TermTable
    short: TermTable


def records(
    weights: npt.NDArray[np.int8], idf: npt.NDArray[np.float32], scale: npt.NDArray[np.float32], intercept: Floats
) -> TermTable:
    """Lay out a `TermTable`: a term's numbers side by side cost one cache miss, not three."""
    n_rows, n_topics = weights.shape
    width = -(-n_topics // LANES) * LANES
    size = -(-(width + 8) // _RECORD) * _RECORD
    memory = np.zeros(n_rows * size + _LINE, dtype=np.int8)
    start = -memory.ctypes.data % _LINE
    table = memory[start : start + n_rows * size].reshape(n_rows, size)
    table[:, :n_topics] = weights
    factors = table.view(np.float32)
    factors[:, width // 4] = idf
    factors[:, width // 4 + 1] = scale
    padded = np.zeros(width)
    padded[:n_topics] = intercept
    for array in (table, factors, padded):
        array.setflags(write=False)
    return TermTable(table, factors, padded)


class Scratch(NamedTuple):
    """What the loops need for themselves, made once for all texts of a thread.

    `hashes` uint64: what `chude.tokenizer.kernel.tokenize` asks for; `keys` uint64 and `rows` int64: what
    `chude.vectorizer.ngrams.known_rows` asks for; `values` float64, as long as `rows`; `seen`
    (n_rows,) int32: all zero before and after each text.
    """

    hashes: Hashes
    keys: Hashes
    rows: Counts
    values: Floats
    seen: npt.NDArray[np.int32]

    @classmethod
    def of(cls, n_units: int, scorer: Scorer) -> "Scratch":
        """Make room for a text of so many code units."""
        n_tokens = n_units // 2 + 1
        room = n_tokens * (scorer.most - scorer.least + 1) + 1
        return cls(
            np.empty(n_units + 4, np.uint64),
            np.empty(n_tokens, np.uint64),
            np.empty(room, np.int64),
            np.empty(room),
            np.zeros(len(scorer.whole.weights), np.int32),
        )


class Calibrator(NamedTuple):
    """The numbers of a `chude.model.calibration.Calibration`, as the compiled loop reads them."""

    slope: float
    length: float
    offsets: Floats
    priors: Floats


class Calibrators(NamedTuple):
    """One for texts judged by the weights of whole texts, one for those judged by the weights of short ones."""

    whole: Calibrator
    short: Calibrator


@borrowing
def term_weights(
    hashes: Hashes,
    scorer: Scorer,
    table: TermTable,
    scratch: Scratch,
) -> tuple[int, int]:
    """Weigh the known terms of one text.

    Parameters
    ----------
    hashes : ndarray of shape (n_tokens,), uint64
    scorer : Scorer
    table : TermTable
        That of the scorer which judges the text.
    scratch : Scratch
        `rows` then starts with the distinct rows, `values` with the normalized TF-IDF of each.

    Returns
    -------
    n_terms : int
        How many distinct rows the text has.
    n_known : int
        How many of its tokens are in the vocabulary by themselves; where the smallest n is not 1, how many of its
        n-grams of that size.
    """
    keys, rows, seen, values = scratch.keys, scratch.rows, scratch.seen, scratch.values
    n_found, n_lead, n_known = known_rows_from_lead(
        hashes, scorer.lead, scorer.least, scorer.most, scorer.pilots, scorer.slots, keys, rows
    )
    n_terms = np.uint64(0)
    for j in range(n_found):
        row = np.uint64(rows[j])
        prefetch(table.weights, row)
        count = seen[row]
        seen[row] = count + (2 if j < n_lead else 1)
        rows[n_terms] = row
        n_terms += np.uint64(count == 0)
    square = 0.0
    idf = len(table.intercept) // 4
    for j in range(n_terms):
        row = np.uint64(rows[j])
        count = seen[row]
        seen[row] = 0
        value = np.float64(count)
        if scorer.sublinear:
            value = _LOGS[count] if count < len(_LOGS) else 1.0 + np.log(value)
        value *= table.factors[row, idf]
        values[j] = value
        square += value * value
    if square > 0.0:
        shrink = 1.0 / np.sqrt(square)
        for j in range(n_terms):
            values[j] *= shrink
    return np.int64(n_terms), n_known


@borrowing
def _add_scores(table: TermTable, rows: Counts, values: Floats, scores: Floats) -> None:
    """Sum the weights of terms, four rows at a time."""
    weights, factors, scale = table.weights, table.factors, len(table.intercept) // 4 + 1
    for column in range(scores.shape[0]):
        scores[column] = table.intercept[column]
    whole = len(values) - len(values) % 4
    for j in range(0, whole, 4):
        a, b, c, d = np.uint64(rows[j]), np.uint64(rows[j + 1]), np.uint64(rows[j + 2]), np.uint64(rows[j + 3])
        p, q = values[j] * np.float64(factors[a, scale]), values[j + 1] * np.float64(factors[b, scale])
        r, s = values[j + 2] * np.float64(factors[c, scale]), values[j + 3] * np.float64(factors[d, scale])
        for column in range(scores.shape[0]):
            scores[column] += (
                p * weights[a, column] + q * weights[b, column] + r * weights[c, column] + s * weights[d, column]
            )
    for j in range(whole, len(values)):
        row = np.uint64(rows[j])
        value = values[j] * np.float64(factors[row, scale])
        for column in range(scores.shape[0]):
            scores[column] += value * weights[row, column]


@borrowing
def softmax(scores: Floats, n_terms: int, calibrator: Calibrator, out: Floats) -> None:
    """Turn the decision values of one text into probabilities; see `chude.model.calibration.Calibration`.

    Parameters
    ----------
    scores : ndarray of float64
        The first n_topics of them are used.
    n_terms : int
    calibrator : Calibrator
    out : ndarray of shape (n_topics,), float64
    """
    if n_terms == 0:
        for k in range(len(out)):
            out[k] = calibrator.priors[k]
        return
    factor = max(calibrator.slope + calibrator.length * np.log1p(np.float64(n_terms)), 0.0)
    highest = -np.inf
    for k in range(len(out)):
        out[k] = factor * scores[k] + calibrator.offsets[k]
        highest = max(highest, out[k])
    total = 0.0
    for k in range(len(out)):
        out[k] = np.exp(out[k] - highest)
        total += out[k]
    for k in range(len(out)):
        out[k] /= total


@borrowing
def softmax_rows(scores: Floats, terms: Counts, calibrator: Calibrator, out: Floats) -> None:
    """Apply `softmax` to each row."""
    for i in range(len(scores)):
        softmax(scores[i], terms[i], calibrator, out[i])


class Findings(NamedTuple):
    """What the judging loops write, for each text.

    `scores` (n_texts, width) float64: decision values, padded; `probabilities` (n_texts, n_topics) float64; `coverage`
    (n_texts,) float64; `tokens`, `marked` (n_texts,) int64: number of tokens, and of those with diacritics.
    """

    scores: Floats
    probabilities: Floats
    coverage: Floats
    tokens: Counts
    marked: Counts


@borrowing
def judge_units(
    units: Units,
    offsets: Counts,
    table: Table,
    compositions: Codes,
    *parts: Any,
) -> None:
    """Judge the texts ``units[offsets[i]:offsets[i + 1]]``.

    Parameters
    ----------
    units, offsets, table, compositions
        As `chude.tokenizer.kernel.tokenize_batch` takes them.
    parts
        `flat` of a `Scorer` and `Calibrators`, a `Scratch` with room for the longest text, and `Findings`, which are
        written; all flat, as Numba takes seven times as long to take tuples of tuples apart as it takes for arrays.
    """
    scorer, calibrators, scratch, findings = _assembled(parts)
    for i in range(len(offsets) - 1):
        n, marked = tokenize(units, offsets[i], offsets[i + 1], table, compositions, scratch.hashes, None, None)
        _judge(scratch.hashes[:n], scorer, calibrators, scratch, findings, i)
        findings.marked[i] = marked


@borrowing
def judge_tokens(hashes: Hashes, bounds: Counts, *parts: Any) -> None:
    """Judge texts given by their token hashes, as `judge_units` does, but for ``findings.marked``."""
    scorer, calibrators, scratch, findings = _assembled(parts)
    for i in range(len(bounds) - 1):
        _judge(hashes[bounds[i] : bounds[i + 1]], scorer, calibrators, scratch, findings, i)


def flat(scorer: Scorer, calibrators: Calibrators) -> tuple[Any, ...]:
    """Return the numbers and arrays of both, in order."""
    return (*scorer[:-2], *scorer.whole, *scorer.short, *calibrators.whole, *calibrators.short)


@inlined
def _assembled(parts: Any) -> tuple[Scorer, Calibrators, Scratch, Findings]:
    whole = TermTable(parts[7], parts[8], parts[9])
    short = TermTable(parts[10], parts[11], parts[12])
    return (
        Scorer(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], whole, short),
        Calibrators(
            Calibrator(parts[13], parts[14], parts[15], parts[16]),
            Calibrator(parts[17], parts[18], parts[19], parts[20]),
        ),
        Scratch(parts[21], parts[22], parts[23], parts[24], parts[25]),
        Findings(parts[26], parts[27], parts[28], parts[29], parts[30]),
    )


@borrowing
def _judge(
    hashes: Hashes,
    scorer: Scorer,
    calibrators: Calibrators,
    scratch: Scratch,
    findings: Findings,
    i: int,
) -> None:
    is_short = len(hashes) < scorer.short_below
    table = scorer.short if is_short else scorer.whole
    n_terms, n_known = term_weights(hashes, scorer, table, scratch)
    _add_scores(table, scratch.rows, scratch.values[:n_terms], findings.scores[i])
    calibrator = calibrators.short if is_short else calibrators.whole
    softmax(findings.scores[i], n_terms, calibrator, findings.probabilities[i])
    findings.tokens[i] = len(hashes)
    findings.coverage[i] = n_known / max(len(hashes) - scorer.least + 1, 1)
