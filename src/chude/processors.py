"""How many threads are worth starting, and work that is done in threads."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def processors() -> int:
    """Return the number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1


def in_order(tasks: Iterable[T], work: Callable[[T], R], threads: int, most_ahead: int) -> Iterator[R]:
    """Apply `work` to each task in threads; yield the results in order, with few tasks and results in memory.

    Parameters
    ----------
    tasks : iterable
        Read in the calling thread, as workers become free.
    work : callable
        Called in `threads` threads; in the calling thread if there is only one task.
    threads : int
    most_ahead : int
        Largest number of tasks that are begun or wait before the oldest result is yielded.
    """
    tasks = iter(tasks)
    first = list(islice(tasks, 2))
    if len(first) < 2:
        yield from map(work, first)
        return
    from concurrent.futures import Future, ThreadPoolExecutor  # a start with one task should not wait for it

    pending: deque[Future[R]] = deque()
    with ThreadPoolExecutor(threads, "chude") as pool:
        try:
            for task in chain(first, tasks):
                pending.append(pool.submit(work, task))
                if len(pending) > most_ahead:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
