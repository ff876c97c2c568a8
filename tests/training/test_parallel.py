"""Tasks on threads."""

import threading
import time
from functools import partial

import pytest
from joblib import cpu_count

from chude.errors import InputError
from chude.training.parallel import n_threads, one_at_a_time, run


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_tasks(threads: int) -> None:
    def task(number: int) -> int:
        time.sleep(0.01 * (5 - number))
        return number

    assert run([partial(task, number) for number in range(5)], threads) == list(range(5))


def test_no_more_run_at_a_time_than_asked_for() -> None:
    running, most, lock = set(), [0], threading.Lock()

    def task() -> None:
        with lock:
            running.add(threading.get_ident())
            most[0] = max(most[0], len(running))
        time.sleep(0.02)
        with lock:
            running.remove(threading.get_ident())

    run([task] * 9, 3)
    assert most == [3]


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_is_raised_and_what_has_not_begun_does_not_begin(threads: int) -> None:
    begun = []

    def task(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise ZeroDivisionError
        time.sleep(0.1)

    with pytest.raises(ZeroDivisionError):
        run([partial(task, number) for number in range(20)], threads)
    assert len(begun) < 6


def test_progress_is_told_by_one_thread_at_a_time() -> None:
    inside = threading.Lock()
    told = []

    def progress(step: str) -> None:
        assert inside.acquire(blocking=False)
        time.sleep(0.005)
        told.append(step)
        inside.release()

    call = one_at_a_time(progress)
    run([partial(call, str(number)) for number in range(12)], 4)
    assert sorted(told, key=int) == [str(number) for number in range(12)]


def test_numbers_of_jobs_are_read_as_scikit_learn_reads_them() -> None:
    assert n_threads(3) == 3
    assert n_threads(None) == n_threads(-1) == cpu_count()
    assert n_threads(-2) == max(1, cpu_count() - 1)
    assert n_threads(-1000) == 1


@pytest.mark.parametrize("wrong", [0, 1.5, "2", True])
def test_what_is_no_number_of_jobs_is_refused(wrong: object) -> None:
    with pytest.raises(InputError, match="n_jobs"):
        n_threads(wrong)  # type: ignore[arg-type]
