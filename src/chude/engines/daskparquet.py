"""Folders of Parquet files, labelled by a Dask cluster into folders of the same files."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress

from chude.engines.daskcluster import connected
from chude.engines.extras import require
from chude.engines.outfolder import OutFolder
from chude.engines.partitions import Partition, fingerprint, located, partitions
from chude.engines.shipping import shipped
from chude.engines.work import Work
from chude.labelling.journal import State
from chude.labelling.labeller import Model
from chude.labelling.manifest import Manifest, Output, as_json, kind_digest
from chude.labelling.rules import Rules
from chude.labelling.tally import Tally
from chude.labelling.watch import Unwatched, Watch
from chude.processors import processors
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
    min_probability: float | None = None,
    min_coverage: float | None = None,
    also: float | None = None,
    iptc: bool = False,
    kind: bool = False,
    only_news: float | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = False,
    restart: bool = False,
    watch: Watch | None = None,
) -> State:
    """Label Parquet files in any place that fsspec can open, into a folder of Parquet files with the same names.

    Each file of labels exists only when it is complete, and equals the file that a local run writes, byte for byte. A
    file named ``_SUCCESS`` is written at the end. If a worker dies, its files are labelled by others; no row is lost or
    doubled.

    Parameters
    ----------
    inputs : path, URL, or sequence of them
        Files, folders (searched for ``*.parquet``) and globs.
    out : path or URL
        Folder of the labels.
    text, title, keep, where, model, top, min_probability, min_coverage, also, iptc, kind, only_news
        As for `chude.label_table`.
    ship : bool
        Send the model to the workers, once to each. Otherwise each worker reads it by its name or path.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://...``); without one, workers are started on this machine.
    workers : int, optional
        Number of files that are labelled at a time on this machine; by default one for each processor.
    resume : bool
        Resume an interrupted run.
    restart : bool
        Overwrite the labels of an earlier run.
    watch : Watch, optional
        Is told how the run goes on.

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
    rules = Rules(
        top=top,
        min_probability=min_probability,
        min_coverage=min_coverage,
        also=also,
        iptc=iptc,
        kind=kind,
        only_news=only_news,
    )
    work = Work(options, rules)
    given = [os.fspath(one) for one in ([inputs] if isinstance(inputs, (str, os.PathLike)) else inputs)]
    parts = partitions(given, os.fspath(out))
    _check_first(parts[0], work)
    sent = shipped(model, ship=ship)
    folder = OutFolder(parts[0].target_system, located(os.fspath(out))[1].rstrip("/"), os.fspath(out))
    survey = Survey(len(parts), sum(part.size for part in parts), None, fingerprint(parts))
    asked = Manifest(
        given=given,
        model=sent.digest,
        kind_model=kind_digest(work.rules),
        source=as_json(work.options),
        rules=as_json(work.rules),
        output=as_json(Output(format="parquet")),
        not_resumable_reason=None,
        version=work.version,
    )
    folder.begin(asked, survey, parts, resume=resume, restart=restart)
    state, began = State(), time.monotonic()
    watch = watch or Unwatched()
    with connected(scheduler, workers or processors(), len(parts)) as cluster:
        watch.begin(survey, 0)
        try:
            with closing(cluster.label(parts, sent, work, folder.root, resume=resume)) as results:
                state.tally = _followed(results, parts, watch)
        finally:
            watch.end()
    folder.end()
    state.seconds = time.monotonic() - began
    return state


def _followed(results: Iterator[tuple[int, Tally]], parts: Sequence[Partition], watch: Watch) -> Tally:
    """Add up the counts, and tell the watch; the sum is in the order of the partitions."""
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


def _check_first(part: Partition, work: Work) -> None:
    """Check the columns of the first file before any work; workers check those of the others."""
    with suppress(OSError, Unreadable), part.source_system.open(part.source, "rb") as file:
        ParquetTable(RawStream(file, part.source), work.options).check(part.shown)
