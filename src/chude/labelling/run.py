"""A run: labels written to a file, which can be resumed after an interruption."""

import os
from collections.abc import Callable

from chude.errors import InputError, OutputError
from chude.labelling.job import Job
from chude.labelling.journal import Journal
from chude.labelling.manifest import Manifest, OutputOptions
from chude.labelling.progress import LABELLING, PUBLISHED, State, Watch
from chude.sinks.formats import format_of
from chude.sinks.sink import Sink
from chude.sources.inputs import Inputs
from chude.sources.source import OpenSource, Survey


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
    target = real_path(out)
    output = OutputOptions(format=format_of(os.fspath(out), format), bom=bom)
    job = writing_to(job, target, resume=resume)
    sink = job.sink(output.format, bom=bom)
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


def write(
    job: Job,
    sink: Sink,
    journal: Journal,
    output: OutputOptions,
    watch: Watch,
    *,
    resume: bool = False,
    restart: bool = False,
    check: Callable[[Survey], None] = lambda _: None,
) -> State:
    """Write labels to a file, which is there when it is complete and not before.

    Parameters
    ----------
    journal : Journal
        Entered.
    output : OutputOptions
        A run that is resumed must have the same.
    resume : bool
        Resume an unfinished run, if there is one.
    restart : bool
        Throw an unfinished run away.
    check : callable
        Called with the survey before labelling begins; raises if these inputs cannot be labelled so.

    Raises
    ------
    InputError
        If nothing can be labelled; if there is an unfinished run and neither `resume` nor `restart` is given; or if
        the unfinished run was asked for something else.
    OutputError
        If the output cannot be written. What is done is kept.
    """
    asked = Manifest.of(job, output)
    unfinished = None if restart else journal.manifest()
    if unfinished is None or unfinished.not_resumable_reason is not None:
        with job.source.open() as opened:
            check(opened.survey)
            journal.begin(asked.of_inputs(opened.survey))
            _label(job, opened, sink, journal, watch)
    elif not resume:
        raise InputError(
            f"{journal.folder} holds an unfinished run for this output: resume it with --resume, or throw it away "
            "with --restart"
        )
    else:
        unfinished.require_same(asked)
        journal.resume()
        if journal.state.stage == LABELLING:
            with job.source.open() as opened:
                unfinished.require_unchanged(opened.survey)
                _label(job, opened, sink, journal, watch)
    if journal.state.stage != PUBLISHED:
        journal.publish()
    return journal.state


def _label(job: Job, opened: OpenSource, sink: Sink, journal: Journal, watch: Watch) -> None:
    """Label what is not labelled yet into the journal."""
    journal.state.left_alone = opened.survey.left_alone
    watch.begin(opened.survey, journal.state.read)
    try:
        for chunk in job.chunks(opened, sink, journal.state.tally.texts):
            journal.append(*chunk)
            watch.step(journal.state.tally, chunk.read)
    except OutputError:
        raise
    except BaseException:
        journal.checkpoint()
        raise
    finally:
        watch.end()


def writing_to(job: Job, *paths: str, resume: bool) -> Job:
    """Return the job without the output among its inputs."""
    source = job.source
    if resume and source.not_resumable_reason:
        raise InputError(f"this run cannot be resumed: {source.not_resumable_reason}")
    if isinstance(source, Inputs):
        source = source.avoiding(*paths)
    return Job(source, job.model, job.rules, job.threads)


def real_path(out: str | os.PathLike[str]) -> str:
    """Return the real path of an output, so that two names of one file are one output."""
    return os.path.realpath(os.fspath(out))
