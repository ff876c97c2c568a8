"""Folders of Parquet files, labelled by a Dask cluster into folders of the same files."""

import hashlib
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing

from chude.engines.daskcluster import Cluster, connected
from chude.engines.outfolder import OutFolder
from chude.engines.plan import Part, plan, survey
from chude.engines.shipping import StoredModel, shipped
from chude.engines.work import Work, require
from chude.labelling.manifest import Manifest, OutputOptions, as_json, kind_digest
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.progress import State, Tally, Unwatched, Watch
from chude.labelling.rules import Rules
from chude.processors import processors
from chude.sources.options import SourceOptions
from chude.sources.source import Survey


def label_parquet(
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    text: str = "text",
    *,
    title: str | None = None,
    keep: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    model: "str | os.PathLike[str] | ModelProtocol" = "news",
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
    file named ``_SUCCESS`` is written at the end. Workers share large files, by their row groups. If a worker dies, its
    tasks are done by others; no row is lost or doubled.

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
        Number of tasks at a time on this machine; by default one for each processor.
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
    parts = plan(given, os.fspath(out), options)
    sent = shipped(model, ship=ship)
    folder, found = OutFolder(parts, os.fspath(out)), survey(parts)
    folder.begin(_asked(given, sent, work), found, resume=resume, restart=restart)
    state, began = State(), time.monotonic()
    with connected(scheduler, workers or processors(), len(parts)) as cluster:
        state.tally = _label(cluster, parts, sent, work, found, watch or Unwatched(), resume=resume)
    folder.end()
    state.seconds = time.monotonic() - began
    return state


def _asked(given: list[str], model: ModelProtocol | StoredModel, work: Work) -> Manifest:
    """Return the manifest of a run that is asked for now."""
    bytes_of_model = model.name.encode(errors="surrogateescape") if isinstance(model, StoredModel) else model.to_bytes()
    return Manifest(
        given=given,
        model=hashlib.sha256(bytes_of_model).hexdigest(),
        kind_model=kind_digest(work.rules),
        source=as_json(work.options),
        rules=as_json(work.rules),
        output=as_json(OutputOptions(format="parquet")),
        not_resumable_reason=None,
        version=work.version,
    )


def _label(
    cluster: Cluster,
    parts: Sequence[Part],
    model: ModelProtocol | StoredModel,
    work: Work,
    found: Survey,
    watch: Watch,
    *,
    resume: bool,
) -> Tally:
    """Label the parts on the cluster, which the watch follows; return the counts."""
    watch.begin(found, 0)
    try:
        with closing(cluster.label(parts, model, work, resume=resume)) as results:
            return _followed(results, parts, watch)
    finally:
        watch.end()


def _followed(results: Iterable[tuple[int, Tally]], parts: Sequence[Part], watch: Watch) -> Tally:
    """Add up the counts, and tell the watch; the sum is in the order of the parts."""
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
