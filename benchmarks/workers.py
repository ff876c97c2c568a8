"""Contestants in processes of their own, run in turns."""

import multiprocessing
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection

Result = dict[str, float]
Run = Callable[[], Result]
Make = Callable[[], Run]


class WorkerError(Exception):
    """A contestant broke down; the text is its traceback."""


class Worker:
    """A process that gets ready once and then measures whenever it is called.

    Parameters
    ----------
    make : callable
        Called in the process; loads what is needed, warms up, and returns what measures one run. It must be picklable.
    """

    def __init__(self, make: Make) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make))
        self._process.start()
        theirs.close()
        self._answer()

    def __call__(self) -> Result:
        self._connection.send(True)
        return self._answer()

    def close(self) -> None:
        self._connection.close()
        self._process.join()

    def _answer(self) -> Result:
        try:
            answer = self._connection.recv()
        except EOFError:
            raise WorkerError(f"the process of a contestant ended with code {self._process.exitcode}") from None
        if isinstance(answer, str):
            raise WorkerError(answer)
        result: Result = answer
        return result


def _serve(connection: Connection, make: Make) -> None:
    try:
        run = make()
        connection.send({})
        while connection.recv():
            connection.send(run())
    except EOFError:  # nothing more to do
        pass
    except Exception:
        connection.send(traceback.format_exc())


def once(make: Make) -> Result:
    """Measure one run in a fresh process."""
    worker = Worker(make)
    try:
        return worker()
    finally:
        worker.close()


@contextmanager
def working(makes: Mapping[str, Make]) -> Iterator[dict[str, Run]]:
    """Start a worker for each contestant, one after another, and end them all."""
    workers: dict[str, Worker] = {}
    try:
        for name, make in makes.items():
            workers[name] = Worker(make)
        yield dict(workers)
    finally:
        for worker in workers.values():
            worker.close()


def alternate(contestants: Mapping[str, Run], runs: int) -> dict[str, list[Result]]:
    """Let contestants measure in turns: A B A B; what the machine does beside hits all of them alike."""
    results: dict[str, list[Result]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, run in contestants.items():
            results[name].append(run())
    return results


def compete(makes: Mapping[str, Make], runs: int) -> dict[str, list[Result]]:
    """`alternate`, each contestant in a worker of its own."""
    with working(makes) as contestants:
        return alternate(contestants, runs)
