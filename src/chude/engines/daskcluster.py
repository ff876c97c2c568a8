"""A Dask cluster that labels partitions: a running one, or one that is started on this machine for the run."""

import logging
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from chude.engines.partition import label_partition
from chude.engines.partitions import Partition
from chude.engines.shipping import ModelOnTheWay
from chude.engines.work import Work
from chude.errors import EngineError
from chude.labelling.tally import Tally

_PATIENCE = 120
"""Seconds to wait for the first worker of a scheduler; a cluster that grows on demand may take a minute."""


_THREADS = 2
"""Threads of a worker process on this machine. With two, no process has to be started on two processors."""

_LOOPBACK = "127.0.0.1:0"
"""Address of the dashboards of a cluster on this machine. None would mean a fixed port, open to the network."""

_FRUGAL = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1 s"}
"""Nobody reads the profile of workers that are started for one run, and taking it costs a tenth of the time."""


@contextmanager
def connected(scheduler: str | None, workers: int, partitions: int) -> Iterator["Cluster"]:
    """Connect to a scheduler, or start workers on this machine.

    Parameters
    ----------
    scheduler : str or None
    workers : int
        Number of partitions that are labelled at a time, without a scheduler.
    partitions : int

    Raises
    ------
    EngineError
        If no scheduler answers.
    """
    import dask
    import distributed

    if scheduler is not None:
        try:
            client = distributed.Client(scheduler, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EngineError(f"no Dask scheduler answers at {scheduler}: {error}") from error
        with client:
            yield Cluster(client, 1, scheduler)
        return
    tasks = min(workers, partitions)
    processes = -(-tasks // _THREADS)
    with (
        dask.config.set(_FRUGAL),
        distributed.LocalCluster(
            n_workers=processes,
            threads_per_worker=-(-tasks // processes),
            processes=processes > 1,
            dashboard_address=_LOOPBACK,
            worker_dashboard_address=_LOOPBACK,
            silence_logs=logging.ERROR,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield Cluster(client, workers // tasks, "this machine")


class Cluster:
    """Workers that label partitions.

    Parameters
    ----------
    client : distributed.Client
    threads : int
        Threads for each partition.
    name : str
        Name for messages.
    """

    def __init__(self, client: Any, threads: int, name: str) -> None:
        self._client, self._threads, self._name = client, threads, name

    def label(
        self, parts: Sequence[Partition], model: ModelOnTheWay, work: Work, root: str, *, resume: bool
    ) -> Generator[tuple[int, Tally]]:
        """Label partitions; yield the number and the counts of each as it is complete.

        Raises
        ------
        ChudeError
            An error of a worker.
        EngineError
            If there are no workers, they cannot run chude, or they die repeatedly.
        """
        import dask
        import distributed

        run = uuid.uuid4().hex
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
            # The model is a task: a worker gets it once, from the scheduler or from another worker.
            sent = self._client.submit(_received, model, key=f"chude-model-{run}")
        futures = {
            self._client.submit(
                label_partition,
                part,
                sent,
                work,
                self._threads,
                root,
                resume=resume,
                key=f"chude-label-{run}-{number}",
            ): number
            for number, part in enumerate(parts)
        }
        try:
            self._wait_for_a_worker()
            for future in distributed.as_completed(futures, loop=self._client.loop):
                yield futures[future], self._result(future, parts[futures[future]])
        finally:
            self._client.cancel([*futures, sent])

    def _wait_for_a_worker(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise EngineError(
                f"the scheduler at {self._name} has had no worker for {_PATIENCE} s: start some"
            ) from None

    def _result(self, future: Any, part: Partition) -> Tally:
        from distributed.scheduler import KilledWorker

        try:
            tally: Tally = future.result()
        except KilledWorker as error:
            raise EngineError(
                f"workers died repeatedly while they labelled {part.shown}: read their logs, or give them more memory, "
                "then continue with --resume"
            ) from error
        except ModuleNotFoundError as error:
            raise EngineError(
                f"the workers of {self._name} cannot run chude ({error}): install it there, with 'chude[dask]'"
            ) from error
        return tally


def _received(model: ModelOnTheWay) -> ModelOnTheWay:
    return model
