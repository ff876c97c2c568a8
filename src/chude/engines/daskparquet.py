"""Folders of Parquet, labelled by a Dask cluster: partitions in, the same partitions out."""

import dataclasses
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any

from chude.engines.daskcluster import connected
from chude.engines.extras import require
from chude.engines.labelling import Work
from chude.engines.outfolder import OutFolder
from chude.engines.partitions import Partition, fingerprint, located, partitions
from chude.engines.shipping import ModelOnTheWay, shipped
from chude.labelling.journal import State
from chude.labelling.pipeline import processors
from chude.labelling.rules import Model, Rules
from chude.labelling.tally import Tally
from chude.labelling.watch import Unwatched, Watch
from chude.sources.options import SourceOptions
from chude.sources.parquet_table import ParquetTable
from chude.sources.rawfile import RawStream, Unreadable
from chude.sources.source import Survey


def label_parquet(
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    text: str = "text",
    *,
    title: str | None = None,
    keep: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    model: "str | os.PathLike[str] | Model" = "news",
    ship: bool = True,
    top: int = 0,
    min_probability: float = 0.0,
    min_coverage: float | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = False,
    restart: bool = False,
    watch: Watch | None = None,
) -> State:
    """Label Parquet files, wherever fsspec reaches, into a folder of Parquet files under the same names.

    Each file of labels is there when it is complete and not before, and is the one a local run writes, byte for byte.
    A file named ``_SUCCESS`` is there when all are. A worker that dies loses and doubles nothing: others label its
    files again.

    Parameters
    ----------
    inputs : path, URL, or sequence of them
        Files, folders (searched for ``*.parquet``) and globs.
    out : path or URL
        Folder of the labels.
    text, title, keep, where, model, top, min_probability, min_coverage
        As for `chude.label_table`.
    ship : bool
        Send the model to the workers, once to each. Otherwise each reads it by its name or path.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://...``); without one, workers are started on this machine.
    workers : int, optional
        Partitions to label at a time on this machine; by default one for each processor.
    resume : bool
        Go on with a run that was stopped.
    restart : bool
        Write over the labels of an earlier run.
    watch : Watch, optional
        Told how it goes on.

    Returns
    -------
    State
        With the counts in ``tally`` and the time in ``seconds``.

    Raises
    ------
    InputError
        If there is nothing to label, something cannot be used as asked, or a worker has no model file.
    OutputError
        If labels cannot be written.
    EngineError
        If the cluster cannot be reached or its workers die.
    MissingExtraError
        If Dask is not installed.
    """
    require("dask")
    options = SourceOptions(text=text, title=title, keep=tuple(keep), where=tuple((where or {}).items()))
    work = Work(options, Rules(top=top, min_probability=min_probability, min_coverage=min_coverage))
    given = [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)
    parts = partitions([os.fspath(one) for one in given], os.fspath(out))
    _check_first(parts[0], work)
    sent = shipped(model, ship=ship)
    folder = OutFolder(parts[0].target_system, located(os.fspath(out))[1].rstrip("/"), os.fspath(out))
    folder.begin(_asked(parts, sent, work), parts, resume=resume, restart=restart)
    state, began = State(), time.monotonic()
    watch = watch or Unwatched()
    with connected(scheduler, workers or processors(), len(parts)) as cluster:
        watch.begin(Survey(len(parts), sum(part.size for part in parts), None, ""), 0)
        try:
            with closing(cluster.label(parts, sent, work, folder.root, resume=resume)) as results:
                state.tally = _followed(results, parts, watch)
        finally:
            watch.end()
    folder.end()
    state.seconds = time.monotonic() - began
    return state


def _followed(results: Iterator[tuple[int, Tally]], parts: Sequence[Partition], watch: Watch) -> Tally:
    """Add up what comes in, telling the watch; the sum is in the order of the partitions."""
    done: dict[int, Tally] = {}
    so_far = Tally()
    for number, tally in results:
        done[number] = tally
        so_far.add(tally)
        watch.step(so_far, parts[number].size)
    total = Tally()
    for number in sorted(done):
        total.add(done[number])
    return total


def _asked(parts: Sequence[Partition], sent: ModelOnTheWay, work: Work) -> dict[str, Any]:
    """Return what decides the labels, as JSON takes it."""
    asked = {
        "version of chude": work.version,
        "inputs": fingerprint(parts),
        "model": sent.digest,
        **dataclasses.asdict(work.options),
        **dataclasses.asdict(work.rules),
    }
    plain: dict[str, Any] = json.loads(json.dumps(asked))
    return plain


def _check_first(part: Partition, work: Work) -> None:
    """Say before any work that a column is missing, by the first file; every worker looks at its own."""
    with suppress(OSError, Unreadable), part.source_system.open(part.source, "rb") as file:
        ParquetTable(RawStream(file, part.source), work.options).check(part.shown)
