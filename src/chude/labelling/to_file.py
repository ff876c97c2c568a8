"""Labels written to a file that can be resumed, and files sorted by their labels: what keeps a journal."""

import contextlib
import os
from collections.abc import Iterator

from chude.errors import InputError
from chude.labelling.job import Job
from chude.labelling.journal import Journal
from chude.labelling.manifest import Output
from chude.labelling.placing import LABELS, Placed, Placing
from chude.labelling.run import write
from chude.labelling.state import PUBLISHED, State
from chude.labelling.streaming import sink_of
from chude.labelling.watch import Watch
from chude.sinks.formats import format_of
from chude.sources.inputs import Inputs
from chude.sources.source import Survey


def write_file(
    job: Job,
    out: str | os.PathLike[str],
    format: str | None,  # noqa: A002 - the word the command line has for it
    *,
    bom: bool,
    overwrite: bool,
    resume: bool,
    restart: bool,
    watch: Watch,
) -> State:
    """Do what `Labels.write` says, where `out` is no device."""
    target = _real_path(out)
    output = Output(format=format_of(os.fspath(out), format), bom=bom)
    job = _writing_to(job, target, resume=resume)
    sink = sink_of(job, output.format, bom=bom)
    with Journal(target, sink) as journal:
        if not (overwrite or restart) and os.path.exists(target) and journal.manifest() is None:
            if resume:
                return State(stage=PUBLISHED)
            raise InputError(
                f"{os.fspath(out)} is there already: choose another name, or replace it with --overwrite "
                "(--resume and --restart are for a run that was interrupted)"
            )
        state = write(job, sink, journal, output, watch, resume=resume, restart=restart)
        journal.discard()
    return state


def sort_files(
    job: Job, folder: str | os.PathLike[str], *, move: bool, resume: bool, restart: bool, watch: Watch
) -> tuple[State, Placed]:
    """Do what `Labels.sort_into` says."""
    target = os.path.join(_real_path(folder), LABELS)
    job = _writing_to(job, target, os.path.dirname(target), resume=resume)
    output = Output(format="csv", sort_into=True, move=move)
    sink = sink_of(job, output.format, bom=output.bom)
    with _made(os.path.dirname(target)), Journal(target, sink) as journal:
        if journal.manifest() is None and os.path.exists(target):
            if resume:  # the run before was complete
                return State(stage=PUBLISHED), Placed()
            raise InputError(f"{folder} has a labels.csv already: sort into another folder")
        check = _require_whole_files
        state = write(job, sink, journal, output, watch, resume=resume, restart=restart, check=check)
        placed = Placing(os.path.dirname(target), journal.folder, move=move).run()
        journal.discard()
    return state, placed


def _writing_to(job: Job, *paths: str, resume: bool) -> Job:
    """Return the job without the output among its inputs."""
    source = job.source
    if resume and source.not_resumable_reason:
        raise InputError(f"this run cannot be resumed: {source.not_resumable_reason}")
    if isinstance(source, Inputs):
        source = source.avoiding(*paths)
    return Job(source, job.model, job.rules, job.threads)


@contextlib.contextmanager
def _made(folder: str) -> Iterator[None]:
    """Make a folder; a run that is refused leaves none behind."""
    new = []
    while not os.path.exists(folder):
        new.append(folder)
        folder = os.path.dirname(folder)
    for each in reversed(new):
        os.mkdir(each)
    try:
        yield
    except InputError:
        with contextlib.suppress(OSError):
            for each in new:
                os.rmdir(each)
        raise


def _require_whole_files(survey: Survey) -> None:
    if survey.texts is None:
        raise InputError("only whole files can be sorted into folders: not tables, lines, archives or standard input")


def _real_path(out: str | os.PathLike[str]) -> str:
    """Return the real path of an output, so that two names of one file are one output."""
    return os.path.realpath(os.fspath(out))
