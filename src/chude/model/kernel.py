"""The compiled scorer: token hashes to decision values.

For each text: all look-ups first, then the counts, then the weights, so that the processor overlaps the cache misses.
Weights are 8-bit integers with one scale a row; sums are 64-bit floats.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.compiled import borrowing, inlined, prefetch
from chude.tokenizer.kernel import Codes, Hashes, Table, Units, tokenize
from chude.vectorizer.lookup import Lookup, known_rows_from_lead

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_LOGS = np.concatenate([[0.0], 1.0 + np.log(np.arange(1, 256))])
"""Sublinear term frequency; most terms of a text occur once or twice, and a logarithm costs more than all else."""

LANES = 16
"""Weights of a row are padded to a multiple of this, the number of bytes a vector register holds."""

_RECORD, _LINE = 32, 64
"""Bytes a record is a multiple of, and bytes of a cache line."""

BARE_SHARE = 0.2
"""A text with a smaller share of tokens with diacritics was typed without them; ordinary text has three quarters."""

_COVERAGE, _TOKENS, _MARKED, _BEST = -4, -3, -2, -1
_OTHERS = 4
"""Columns of `Findings` behind those of the topics."""


def _padded(n_topics: int) -> int:
    return -(-n_topics // LANES) * LANES


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
    count twice; `lookup`: the vocabulary's. `whole`: the weights of texts of at least `short_below` tokens; `short`:
    those of shorter texts.
    """

    least: int
    most: int
    sublinear: bool
    lead: int
    lookup: Lookup
    short_below: int
    whole: TermTable
    short: TermTable


def records(
    weights: npt.NDArray[np.int8], idf: npt.NDArray[np.float32], scale: npt.NDArray[np.float32], intercept: Floats
) -> TermTable:
    """Lay out a `TermTable`: a term's numbers side by side cost one cache miss, not three."""
    n_rows, n_topics = weights.shape
    width = _padded(n_topics)
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
    `chude.vectorizer.lookup.known_rows` asks for; `values` float64, as long as `rows`; `seen`
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
    doubt: float
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
        hashes, scorer.lead, scorer.least, scorer.most, scorer.lookup, keys, rows
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
    factor /= 1.0 + calibrator.doubt * _margin(scores, len(out))
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


@inlined
def _margin(scores: Floats, n_topics: int) -> float:
    """Return how far the highest score is above the second; 0 where there is but one."""
    first = second = -np.inf
    for k in range(n_topics):
        second = max(second, min(first, scores[k]))
        first = max(first, scores[k])
    return first - second if n_topics > 1 else 0.0


@borrowing
def softmax_rows(scores: Floats, terms: Counts, calibrator: Calibrator, out: Floats) -> None:
    """Apply `softmax` to each row."""
    for i in range(len(scores)):
        softmax(scores[i], terms[i], calibrator, out[i])


class Findings:
    """What the judging loops write of some texts: one row each of one table, so that one array is handed to them.

    Parameters
    ----------
    n_texts, n_topics : int

    Attributes
    ----------
    table : ndarray of shape (n_texts, width), float64
        Decision values, padded to a multiple of `LANES`; probabilities; coverage; and as integers of 64 bits the number
        of tokens, of those with diacritics, and the column of the most probable topic, the first of equals.
    """

    __slots__ = ("n_topics", "table")

    def __init__(self, n_texts: int, n_topics: int) -> None:
        self.n_topics = n_topics
        self.table: Floats = np.empty((n_texts, _padded(n_topics) + n_topics + _OTHERS))

    def part(self, start: int, stop: int) -> "Findings":
        """Return those of some texts, in the same memory."""
        part = Findings.__new__(Findings)
        part.n_topics, part.table = self.n_topics, self.table[start:stop]
        return part

    @property
    def scores(self) -> Floats:
        """Decision values, of shape (n_texts, n_topics)."""
        return self.table[:, : self.n_topics]

    @property
    def probabilities(self) -> Floats:
        """Probabilities, of shape (n_texts, n_topics)."""
        return self.table[:, -_OTHERS - self.n_topics : -_OTHERS]

    @property
    def coverage(self) -> Floats:
        """Share of the tokens that are known, of shape (n_texts,)."""
        return self.table[:, _COVERAGE]

    @property
    def tokens(self) -> Counts:
        """Number of tokens, of shape (n_texts,)."""
        return self.table.view(np.int64)[:, _TOKENS]

    @property
    def marked(self) -> Counts:
        """Number of tokens with diacritics, of shape (n_texts,)."""
        return self.table.view(np.int64)[:, _MARKED]

    @property
    def best(self) -> Counts:
        """Column of the most probable topic, of shape (n_texts,)."""
        return self.table.view(np.int64)[:, _BEST]


@inlined
def _looks_bare(marked: int, tokens: int) -> bool:
    """Tell by the numbers of tokens, and of those with diacritics, whether a text was typed without them."""
    return marked < BARE_SHARE * tokens


@borrowing
def judge_units(
    units: Units,
    starts: Counts,
    stops: Counts,
    table: Table,
    compositions: Codes,
    found: Floats,
    *parts: Any,
) -> int:
    """Judge the texts ``units[starts[i]:stops[i]]``; return how many of them look typed without diacritics.

    Parameters
    ----------
    units, starts, stops, table, compositions
        As `chude.tokenizer.kernel.tokenize_batch` takes them.
    found : ndarray of float64
        The table of `Findings`; all of it is written.
    parts
        `flat` of a `Scorer` and `Calibrators`, and a `Scratch` with room for the longest text; flat, as Numba takes
        seven times as long to take tuples of tuples apart as it takes for arrays.
    """
    scorer, calibrators, scratch = _assembled(parts)
    counts = found.view(np.int64)
    n_bare = 0
    for i in range(len(starts)):
        n, marked = tokenize(units, starts[i], stops[i], table, compositions, scratch.hashes, None, None)
        _judge(scratch.hashes[:n], scorer, calibrators, scratch, found[i], counts[i])
        counts[i, _MARKED] = marked
        n_bare += _looks_bare(marked, n)
    return n_bare


@borrowing
def judge_tokens(hashes: Hashes, bounds: Counts, marked: Counts, found: Floats, *parts: Any) -> int:
    """Judge texts given by their token hashes, as `judge_units` does."""
    scorer, calibrators, scratch = _assembled(parts)
    counts = found.view(np.int64)
    n_bare = 0
    for i in range(len(marked)):
        _judge(hashes[bounds[i] : bounds[i + 1]], scorer, calibrators, scratch, found[i], counts[i])
        counts[i, _MARKED] = marked[i]
        n_bare += _looks_bare(marked[i], bounds[i + 1] - bounds[i])
    return n_bare


def flat(scorer: Scorer, calibrators: Calibrators) -> tuple[Any, ...]:
    """Return the numbers and arrays of both, in order."""
    first = (scorer.least, scorer.most, scorer.sublinear, scorer.lead, *scorer.lookup, scorer.short_below)
    return (*first, *scorer.whole, *scorer.short, *calibrators.whole, *calibrators.short)


@inlined
def _assembled(parts: Any) -> tuple[Scorer, Calibrators, Scratch]:
    lookup = Lookup(parts[4], parts[5], parts[6], parts[7])
    whole, short = TermTable(parts[9], parts[10], parts[11]), TermTable(parts[12], parts[13], parts[14])
    return (
        Scorer(parts[0], parts[1], parts[2], parts[3], lookup, parts[8], whole, short),
        Calibrators(
            Calibrator(parts[15], parts[16], parts[17], parts[18], parts[19]),
            Calibrator(parts[20], parts[21], parts[22], parts[23], parts[24]),
        ),
        Scratch(parts[25], parts[26], parts[27], parts[28], parts[29]),
    )


@inlined
def _judge(
    hashes: Hashes, scorer: Scorer, calibrators: Calibrators, scratch: Scratch, found: Floats, counts: Counts
) -> None:
    is_short = len(hashes) < scorer.short_below
    table = scorer.short if is_short else scorer.whole
    calibrator = calibrators.short if is_short else calibrators.whole
    width = len(table.intercept)
    scores, probabilities = found[:width], found[width:-_OTHERS]
    n_terms, n_known = term_weights(hashes, scorer, table, scratch)
    _add_scores(table, scratch.rows, scratch.values[:n_terms], scores)
    softmax(scores, n_terms, calibrator, probabilities)
    found[_COVERAGE] = n_known / max(len(hashes) - scorer.least + 1, 1)
    counts[_TOKENS] = len(hashes)
    counts[_BEST] = _first_of_highest(probabilities)


@inlined
def _first_of_highest(values: Floats) -> int:
    best = 0
    for k in range(1, len(values)):
        if values[k] > values[best]:
            best = k
    return best
