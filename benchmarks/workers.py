"""Contestants in processes of their own, run in turns."""

import multiprocessing
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from time import perf_counter

Result = dict[str, float]
Run = Callable[[], Result]
Make = Callable[[], Run]

_PATIENCE = 10.0


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
        self.answer()

    def __call__(self) -> Result:
        self.begin()
        return self.answer()

    def begin(self) -> None:
        """Begin a run; `answer` waits for its end."""
        self._connection.send(True)

    def close(self) -> None:
        """End the process, whatever threads of its libraries are still at."""
        self._connection.close()
        self._process.join(_PATIENCE)
        self._process.kill()
        self._process.join()

    def answer(self) -> Result:
        """Wait for the figures of a run."""
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


class Team:
    """Processes that measure at once, each its share of the texts: ``count`` and ``seconds`` of each make one rate."""

    def __init__(self, makes: Sequence[Make]) -> None:
        self._workers = [Worker(make) for make in makes]

    def __call__(self) -> Result:
        for worker in self._workers:
            worker.begin()
        results = [worker.answer() for worker in self._workers]
        return {"rate": sum(result["count"] for result in results) / max(result["seconds"] for result in results)}

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()


def once(make: Make) -> Result:
    """Measure one run in a fresh process."""
    worker = Worker(make)
    try:
        return worker()
    finally:
        worker.close()


@contextmanager
def working(makes: Mapping[str, Make | Sequence[Make]]) -> Iterator[dict[str, Run]]:
    """Start a worker for each contestant (several, where it has several parts), one after another; end them all."""
    workers: dict[str, Worker | Team] = {}
    try:
        for name, make in makes.items():
            start = perf_counter()
            workers[name] = Worker(make) if callable(make) else Team(make)
            print(f"  {name} is ready after {perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
        yield dict(workers)
    finally:
        for worker in workers.values():
            worker.close()


def alternate(contestants: Mapping[str, Run], runs: int) -> dict[str, list[Result]]:
    """Let contestants measure in turns: A B A B; what the machine does beside hits all of them alike."""
    results: dict[str, list[Result]] = {name: [] for name in contestants}
    for number in range(1, runs + 1):
        for name, run in contestants.items():
            results[name].append(run())
        print(f"  run {number} of {runs}", file=sys.stderr, flush=True)
    return results


def compete(makes: Mapping[str, Make | Sequence[Make]], runs: int) -> dict[str, list[Result]]:
    """`alternate`, each contestant in a worker of its own."""
    with working(makes) as contestants:
        return alternate(contestants, runs)
