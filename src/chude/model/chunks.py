"""Texts in chunks, which several threads take one after another."""

from collections.abc import Callable

from chude.kernels.texts import chunks
from chude.processors import processors

CHUNK_TEXTS, CHUNK_CHARACTERS = 4096, 1 << 16
"""A chunk is scored in one call of the kernel: long enough that threads seldom wait for one another, short enough that
they end at about the same time."""
_FEWEST_CHUNKS = 2
"""So many for each thread, or it takes longer to start one."""


def in_chunks(texts: list[str], work: Callable[[int, int], None], threads: int | None = None) -> None:
    """Call `work` for the texts from one place to another, in chunks that several threads take one after another."""
    if len(texts) == 1:
        work(0, 1)
        return
    found = chunks(texts, CHUNK_TEXTS, CHUNK_CHARACTERS)
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
