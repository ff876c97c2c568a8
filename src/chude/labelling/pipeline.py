"""Work in several threads, with results in the order of the tasks and few of both in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_order(tasks: Iterable[T], work: Callable[[T], R], threads: int) -> Iterator[R]:
    """Apply `work` to each task; yield the results in order.

    Parameters
    ----------
    tasks : iterable
        Advanced in the calling thread, as workers become free.
    work : callable
        Called in `threads` threads; in the calling thread if there is only one task or one thread.
    """
    tasks = iter(tasks)
    first = list(_some(tasks, 2))
    if threads == 1 or len(first) < 2:
        yield from map(work, chain(first, tasks))
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    pending: deque[Future[R]] = deque()
    with ThreadPoolExecutor(threads, "chude-label") as pool:
        try:
            for task in chain(first, tasks):
                pending.append(pool.submit(work, task))
                if len(pending) > threads + 1:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _some(tasks: Iterator[T], count: int) -> Iterator[T]:
    for _, task in zip(range(count), tasks, strict=False):
        yield task
