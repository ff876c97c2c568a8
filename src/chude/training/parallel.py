"""Work on several processors, by threads: the kernels release the interpreter's lock, and the arrays are shared."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from chude.errors import InputError

T = TypeVar("T")


def n_threads(n_jobs: int | None) -> int:
    """Return the number of threads that `n_jobs` means: None and -1 are all processors, -2 is all but one.

    Raises
    ------
    InputError
        If it is 0, or no whole number.
    """
    from joblib import cpu_count

    if n_jobs is None:
        n_jobs = -1
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, int) or n_jobs == 0:
        raise InputError(f"n_jobs is a number of threads, or -1 or None for all processors, not {n_jobs!r}")
    return n_jobs if n_jobs > 0 else max(1, cpu_count() + 1 + n_jobs)


def run(tasks: Sequence[Callable[[], T]], threads: int) -> list[T]:
    """Run tasks, at most `threads` at a time, and return their results in order.

    If a task fails, no other task is started, and its error is raised.
    """
    if min(threads, len(tasks)) <= 1:
        return [task() for task in tasks]
    pool = ThreadPoolExecutor(min(threads, len(tasks)))
    try:
        return [future.result() for future in [pool.submit(task) for task in tasks]]
    finally:
        pool.shutdown(cancel_futures=True)


def one_at_a_time(progress: Callable[[str], None]) -> Callable[[str], None]:
    """Return a function that calls `progress` from any thread, one call at a time."""
    lock = Lock()

    def call(step: str) -> None:
        with lock:
            progress(step)

    return call
