"""Texts through the two scorers of a model, in chunks that several threads take one after another."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.kernels.texts import chunks
from chude.model.head import Head
from chude.model.scorer import Scorer, unaccented_texts
from chude.processors import processors
from chude.tokenizer import checked

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

CHUNK_TEXTS, CHUNK_CHARACTERS = 4096, 1 << 16
"""Largest size of a chunk, which one call of the kernel scores: large enough that threads seldom wait for one another,
small enough that they end at about the same time."""
ONE_THREAD_CHARACTERS = 1 << 22
"""The same where one thread is asked for, as one of several that label asks: between calls it may wait for others."""
_FEWEST_CHUNKS = 2
"""Least number of chunks for each thread; for fewer, starting a thread takes longer than it saves."""


class Prediction(NamedTuple):
    """What a model says of texts.

    Attributes
    ----------
    scores : ndarray of shape (n_texts, n_topics), float64
        Decision values.
    probabilities : ndarray of shape (n_texts, n_topics), float64
        Rows sum to 1.
    coverage : ndarray of shape (n_texts,), float64
        Share of the tokens that are in the vocabulary, 0 to 1.
    n_tokens : ndarray of shape (n_texts,), int64

    Examples
    --------
    >>> import chude
    >>> model = chude.load()
    >>> found = model.score_texts(["Giá vàng tăng mạnh", "Đội tuyển thắng trận"])
    >>> found.scores.shape, found.probabilities.shape
    ((2, 13), (2, 13))
    >>> found.n_tokens.tolist()
    [4, 4]
    """

    scores: Floats
    probabilities: Floats
    coverage: Floats
    n_tokens: Counts


def score(texts: Iterable[str], accented: Scorer, unaccented: Scorer | None, threads: int | None = None) -> Prediction:
    """Score texts, those typed without diacritics by the scorer for them; see `TopicModel.score_texts`."""
    listed = checked(texts)
    n_topics = accented.n_topics
    values, counts = _rows(len(listed), n_topics)

    def score_chunk(start: int, stop: int) -> None:
        n_unaccented = accented.score(listed, start, stop, values, counts)
        if n_unaccented and unaccented is not None:
            chosen = start + unaccented_texts(counts[start:stop])
            again = _rows(len(chosen), n_topics)
            unaccented.score([listed[i] for i in chosen.tolist()], 0, len(chosen), *again)
            values[chosen], counts[chosen] = again

    _in_chunks(listed, score_chunk, threads)
    return Prediction(values[:, :n_topics], values[:, n_topics : 2 * n_topics], values[:, 2 * n_topics], counts[:, 0])


def best_columns(texts: Iterable[str], accented: Scorer, unaccented: Scorer | None) -> Counts:
    """Return the column of the most probable topic of each text, without what else `score` returns."""
    listed = checked(texts)
    columns = np.empty(len(listed), dtype=np.int64)

    def find_best(start: int, stop: int) -> None:
        typed_without = accented.best(listed, start, stop, columns)
        if typed_without and unaccented is not None:
            again = np.empty(len(typed_without), dtype=np.int64)
            unaccented.best([listed[i] for i in typed_without], 0, len(again), again)
            columns[typed_without] = again

    _in_chunks(listed, find_best)
    return columns


def scorers_of(texts: Iterable[str], accented: Scorer, unaccented: Scorer | None) -> list[tuple[Scorer, Head]]:
    """Return which scorer, and which of its heads, scores each text."""
    listed = checked(texts)
    values, counts = _rows(len(listed), accented.n_topics)
    accented.score(listed, 0, len(listed), values, counts)
    scorers = [accented] * len(listed)
    if unaccented is not None:
        for i in unaccented_texts(counts).tolist():
            scorers[i] = unaccented
    return [(scorer, scorer.head_for(n)) for scorer, n in zip(scorers, counts[:, 0].tolist(), strict=True)]


def _rows(n_texts: int, n_topics: int) -> tuple[Floats, Counts]:
    """Return the arrays that the kernel writes, a row for each text: see `chude.kernels.scoring.Scorer.score`."""
    return np.empty((n_texts, 2 * n_topics + 1)), np.empty((n_texts, 3), dtype=np.int64)


def _in_chunks(texts: list[str], work: Callable[[int, int], None], threads: int | None = None) -> None:
    """Call ``work(start, stop)`` for chunks of the texts, which several threads take one after another."""
    if len(texts) == 1:
        work(0, 1)
        return
    found = chunks(texts, CHUNK_TEXTS, ONE_THREAD_CHARACTERS if threads == 1 else CHUNK_CHARACTERS)
    n_threads = min(threads or processors(), len(found) // _FEWEST_CHUNKS)
    waiting = iter(found)

    def take(_: int) -> None:
        for start, stop in waiting:
            work(start, stop)

    if n_threads < 2:
        take(0)
    else:
        from concurrent.futures import ThreadPoolExecutor  # imports logging and more, which few texts do without

        with ThreadPoolExecutor(n_threads) as pool:
            list(pool.map(take, range(n_threads)))
