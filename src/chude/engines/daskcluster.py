"""A Dask cluster that labels parts of files: a running one, or one that is started on this machine for the run."""

import logging
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chude.engines.plan import Part
from chude.engines.shipping import StoredModel
from chude.engines.task import join_parts, label_part
from chude.engines.work import Work
from chude.errors import EngineError
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.progress import Tally

_PATIENCE = 120
"""Seconds to wait for the first worker of a scheduler; a cluster that grows on demand may take a minute."""

_THREADS = 2
"""Threads of a worker process on this machine. With two, no process has to be started on two processors."""

_LOOPBACK = "127.0.0.1:0"
"""Address of the dashboards of a cluster on this machine. None would mean a fixed port, open to the network."""

_FRUGAL = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1 s"}
"""Nobody reads the profile of workers that are started for one run, and taking it costs a tenth of the time."""


@contextmanager
def connected(scheduler: str | None, workers: int, n_parts: int) -> Iterator["Cluster"]:
    """Connect to a scheduler, or start workers on this machine.

    Parameters
    ----------
    scheduler : str or None
    workers : int
        Number of parts that are labelled at a time, without a scheduler.
    n_parts : int

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
    tasks = min(workers, n_parts)
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


@dataclass(frozen=True)
class Cluster:
    """Workers that label parts of files.

    Parameters
    ----------
    client : distributed.Client
    threads : int
        Threads for each part.
    name : str
        Name for messages.
    """

    client: Any
    threads: int
    name: str

    def label(
        self, parts: Sequence[Part], model: ModelProtocol | StoredModel, work: Work, *, resume: bool
    ) -> Generator[tuple[int, Tally]]:
        """Label parts, and join those of a file; yield the number and the counts of each part as it is complete.

        Raises
        ------
        ChudeError
            An error of a worker.
        EngineError
            If there are no workers, they cannot run chude, or they die repeatedly.
        """
        import distributed

        labelled, joined = self._given_out(parts, model, work, resume=resume)
        numbers = labelled | joined
        try:
            self._wait_for_a_worker()
            for future in distributed.as_completed(numbers, loop=self.client.loop):
                result = self._result(future, parts[numbers[future]])
                if future in labelled:
                    yield numbers[future], result
        finally:
            self.client.cancel(list(numbers))

    def _given_out(
        self, parts: Sequence[Part], model: ModelProtocol | StoredModel, work: Work, *, resume: bool
    ) -> tuple[dict[Any, int], dict[Any, int]]:
        """Submit the tasks; return the futures that label, and those that join, each with the number of a part."""
        import dask

        run = uuid.uuid4().hex
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
            # The model is a task: a worker gets it once, from the scheduler or from another worker.
            sent = self.client.submit(_received, model, key=f"chude-model-{run}")
        given = (sent, work, self.threads)
        labelled = {
            self.client.submit(label_part, part, *given, resume=resume, key=f"chude-label-{run}-{number}"): number
            for number, part in enumerate(parts)
        }
        joined = {}
        for _, of_table in groupby(labelled, lambda future: parts[labelled[future]].labels):
            futures = list(of_table)
            if len(futures) > 1:
                first, some = labelled[futures[0]], [parts[labelled[future]] for future in futures]
                key = f"chude-join-{run}-{first}"
                joined[self.client.submit(join_parts, some, work, futures, resume=resume, key=key)] = first
        return labelled, joined

    def _wait_for_a_worker(self) -> None:
        try:
            self.client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise EngineError(f"the scheduler at {self.name} has had no worker for {_PATIENCE} s: start some") from None

    def _result(self, future: Any, part: Part) -> Any:
        from distributed.scheduler import KilledWorker

        try:
            return future.result()
        except KilledWorker as error:
            raise EngineError(
                f"workers died repeatedly while they labelled {part.file.shown}: read their logs, or give them more "
                "memory, then continue with --resume"
            ) from error
        except ModuleNotFoundError as error:
            raise EngineError(
                f"the workers of {self.name} cannot run chude ({error}): install it there, with 'chude[dask]'"
            ) from error


def _received(model: ModelProtocol | StoredModel) -> ModelProtocol | StoredModel:
    return model
