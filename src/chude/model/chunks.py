"""Texts in chunks, which several threads take one after another."""

from collections.abc import Callable

from chude.kernels.texts import chunks
from chude.processors import processors

CHUNK_TEXTS, CHUNK_CHARACTERS = 4096, 1 << 16
"""Largest size of a chunk, which one call of the kernel scores: large enough that threads seldom wait for one another,
small enough that they end at about the same time."""
ONE_THREAD_CHARACTERS = 1 << 22
"""The same where one thread is asked for, as by one of several that label: between calls it may wait for the others."""
_FEWEST_CHUNKS = 2
"""Least number of chunks for each thread; for fewer, starting a thread takes longer than it saves."""


def in_chunks(texts: list[str], work: Callable[[int, int], None], threads: int | None = None) -> None:
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
