"""Counting the n-grams of runs of tokens: of all, to choose terms from; and of those that a vocabulary holds.

Run ``i`` has the tokens ``hashes[starts[i]:stops[i]]``; an n-gram is known by its key (`lookup.ngram_keys`). Runs may
overlap. All functions raise ValueError where a run is not within the hashes, or unless ``1 <= min_n <= max_n <= 255``.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.kernels.plain.lookup import Hashes, Lookup, Places, ngram_keys

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int32]

_MAX_N = 255


class NgramCounts(NamedTuple):
    """Every n-gram of some runs, in order of appearance: run by run, the smallest n first.

    `keys` uint64; `document_frequency`: number of runs; `term_frequency`: number of occurrences; `first`: index of the
    first token of the first occurrence in the hashes; `size`: number of tokens. All of shape (n_ngrams,), int64 but for
    the keys.
    """

    keys: Hashes
    document_frequency: Places
    term_frequency: Places
    first: Places
    size: Places

    def take(self, chosen: Places) -> "NgramCounts":
        """Return some of them, by their indices."""
        return NgramCounts(
            self.keys[chosen],
            self.document_frequency[chosen],
            self.term_frequency[chosen],
            self.first[chosen],
            self.size[chosen],
        )


def count_ngrams(
    hashes: Hashes, starts: Places, stops: Places, min_n: int, max_n: int, lead_tokens: int = 0
) -> NgramCounts:
    """Count the n-grams of runs; one within the first `lead_tokens` of its run counts twice in the term frequency."""
    documents: Counter[int] = Counter()
    terms: Counter[int] = Counter()
    first: dict[int, tuple[int, int]] = {}
    for start, tokens in zip(starts.tolist(), _runs(hashes, starts, stops, min_n, max_n), strict=True):
        of_run: Counter[int] = Counter()
        for n in range(min_n, max_n + 1):
            for i, key in enumerate(ngram_keys(tokens, n).tolist()):
                of_run[key] += 2 if i + n <= lead_tokens else 1
                first.setdefault(key, (start + i, n))
        documents.update(of_run.keys())
        terms.update(of_run)
    places = np.array(list(first.values()), dtype=np.int64).reshape(-1, 2)
    return NgramCounts(
        np.array(list(first), dtype=np.uint64),
        np.array([documents[key] for key in first], dtype=np.int64),
        np.array([terms[key] for key in first], dtype=np.int64),
        places[:, 0],
        places[:, 1],
    )


def count_rows(
    hashes: Hashes, starts: Places, stops: Places, min_n: int, max_n: int, lead_tokens: int, lookup: Lookup
) -> tuple[Places, Rows, Rows]:
    """Count the known n-grams of each run; one within its first `lead_tokens` counts twice.

    Returns
    -------
    indptr, indices, counts : ndarray of int64, int32 and int32
        A CSR matrix of shape (n_runs, n_rows), its indices in ascending order within a run.
    """
    counts = [
        sorted(_known(tokens, min_n, max_n, lookup, lead_tokens).items())
        for tokens in _runs(hashes, starts, stops, min_n, max_n)
    ]
    indptr = np.cumsum([0, *map(len, counts)], dtype=np.int64)
    cells = np.array([cell for of_run in counts for cell in of_run], dtype=np.int32).reshape(-1, 2)
    return indptr, cells[:, 0].copy(), cells[:, 1].copy()


def topic_frequency(
    hashes: Hashes,
    starts: Places,
    stops: Places,
    min_n: int,
    max_n: int,
    lookup: Lookup,
    topics: Places,
    weights: Floats,
    n_topics: int,
) -> tuple[Places, Floats]:
    """Count the runs that hold each known n-gram.

    Parameters
    ----------
    topics : ndarray of shape (n_runs,), int64
        From 0 to ``n_topics - 1``; ValueError otherwise.
    weights : ndarray of shape (n_runs,), float64

    Returns
    -------
    document_frequency : ndarray of shape (n_rows,), int64
        Number of runs.
    frequency : ndarray of shape (n_rows, n_topics), float64
        Weight of the runs of each topic.
    """
    if not len(topics) == len(weights) == len(starts) or ((topics < 0) | (topics >= n_topics)).any():
        raise ValueError(f"each run has one weight and one topic, from 0 to {n_topics - 1}")
    documents = np.zeros(len(lookup), dtype=np.int64)
    frequency = np.zeros((len(lookup), n_topics))
    for i, tokens in enumerate(_runs(hashes, starts, stops, min_n, max_n)):
        rows = list(_known(tokens, min_n, max_n, lookup))
        documents[rows] += 1
        frequency[rows, topics[i]] += weights[i]
    return documents, frequency


def tfidf_values(indptr: Places, indices: Rows, counts: Rows, tf: Floats, idf: Floats) -> npt.NDArray[np.float32]:
    """Weigh counts as `count_rows` returns them: ``tf[count] * idf[row]``, each run divided by its Euclidean length.

    Raises
    ------
    ValueError
        If the parts do not fit, or a count or row lies beyond `tf` or `idf`.
    """
    if (
        not len(indptr)
        or indptr[0] != 0
        or (np.diff(indptr) < 0).any()
        or not indptr[-1] == len(indices) == len(counts)
        or (len(indices) and not (0 <= indices.min() <= indices.max() < len(idf)))
        or (len(counts) and not (0 <= counts.min() <= counts.max() < len(tf)))
    ):
        raise ValueError("the counts are not a matrix that fits tf and idf")
    values = tf[counts] * idf[indices]
    for start, stop in zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True):
        values[start:stop] /= np.linalg.norm(values[start:stop]) or 1.0
    return values.astype(np.float32)


def _runs(hashes: Hashes, starts: Places, stops: Places, min_n: int, max_n: int) -> Iterator[Hashes]:
    if not 1 <= min_n <= max_n <= _MAX_N:
        raise ValueError(f"n-grams have 1 <= min_n <= max_n <= {_MAX_N} tokens, not {min_n} to {max_n}")
    if len(starts) != len(stops) or ((starts < 0) | (starts > stops) | (stops > len(hashes))).any():
        raise ValueError("a run is not within the hashes")
    return (hashes[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True))


def _known(tokens: Hashes, min_n: int, max_n: int, lookup: Lookup, lead_tokens: int = 0) -> Counter[int]:
    """Return how often each row occurs, within the lead twice."""
    counts: Counter[int] = Counter()
    for n in range(min_n, max_n + 1):
        for run in (tokens, tokens[: max(lead_tokens, 0)]):
            rows = lookup.rows(ngram_keys(run, n))
            counts.update(rows[rows >= 0].tolist())
    return counts
