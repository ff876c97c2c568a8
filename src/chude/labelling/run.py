"""From sources through the model to a sink: once into a stream, or into a file by way of a journal."""

import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, Protocol

from chude.errors import InputError, OutputError, reason
from chude.labelling.journal import LABELLING, PUBLISHED, Journal, State
from chude.labelling.pipeline import in_order, processors
from chude.labelling.rules import Labeller, Model, Rules
from chude.labelling.tally import Tally
from chude.sinks.schema import Labelled, output_columns
from chude.sinks.sink import Sink
from chude.sources.source import Source, Survey, Task


class Watch(Protocol):
    """Is told how a run goes on."""

    def begin(self, survey: Survey, read: int) -> None:
        """Labelling begins; `read` bytes were done by an earlier run."""

    def step(self, tally: Tally, read: int) -> None:
        """More was labelled, from `read` bytes."""

    def end(self) -> None:
        """Labelling has ended, one way or another."""


class Unwatched:
    """Tells nobody how a run goes on."""

    def begin(self, *_: object) -> None:
        """Say nothing."""

    def step(self, *_: object) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Chunk(NamedTuple):
    """What came of a task."""

    data: bytes
    tally: Tally
    read: int


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that decides what the output says.

    Parameters
    ----------
    source : Source
    model : TopicModel
    rules : Rules
    threads : int, optional
        By default one for each processor.
    """

    source: Source
    model: Model
    rules: Rules
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.threads is not None and self.threads < 1:
            raise InputError(f"the number of threads must be at least 1, not {self.threads}")
        self.columns  # noqa: B018 - raises where one is kept that the output has

    @property
    def columns(self) -> list[str]:
        """Columns of the output."""
        return output_columns(self.source.options.keep, with_top=self.rules.top > 0)

    def results(self, finish: Callable[[Labelled], Any], skip: int = 0) -> Iterator[list[Any]]:
        """Label all but the first `skip` texts; what `finish` makes of each batch, gathered by task, in order."""
        threads = self.threads or processors()
        labeller = Labeller(self.model, self.rules, threads=1)

        def work(task: Task) -> list[Any]:
            return [finish(labeller(batch)) for batch in task.batches()]

        return in_order(self.source.tasks(skip), work, threads)

    def chunks(self, sink: Sink, skip: int = 0) -> Iterator[Chunk]:
        """Bytes and counts of each task, in order."""

        def finish(labelled: Labelled) -> Chunk:
            return Chunk(sink.encode(labelled), Tally.of(labelled), labelled.size)

        for made in self.results(finish, skip):
            tally = Tally()
            for piece in made:
                tally.add(piece.tally)
            yield Chunk(sink.separator.join(piece.data for piece in made), tally, sum(piece.read for piece in made))


def stream(job: Job, sink: Sink, out: BinaryIO, watch: Watch) -> State:
    """Write labels to a stream as they come.

    Raises
    ------
    InputError
        If there is nothing to label, or it cannot be labelled as asked.
    OutputError
        If it cannot be written.
    """
    survey = job.source.survey()
    state, began = State(), time.monotonic()
    watch.begin(survey, 0)
    try:
        _put(out, sink.header)
        for piece in job.chunks(sink):
            _put(out, sink.separator + piece.data if state.tally.texts else piece.data)
            state.tally.add(piece.tally)
            watch.step(state.tally, piece.read)
        _put(out, sink.footer)
    finally:
        watch.end()
    state.seconds = time.monotonic() - began
    return state


def _put(out: BinaryIO, data: bytes) -> None:
    try:
        out.write(data)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the output cannot be written: {reason(error)}") from error


def write(
    job: Job,
    sink: Sink,
    journal: Journal,
    settings: dict[str, Any],
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
    settings : dict
        Of the output; a run that is resumed must have the same.
    resume : bool
        Go on with an unfinished run, if there is one.
    restart : bool
        Throw an unfinished run away.
    check : callable
        May refuse what is to be labelled, by raising.

    Raises
    ------
    InputError
        If nothing can be labelled; if there is an unfinished run and no word on what to do with it, or it is another.
    OutputError
        If the output cannot be written. What is done is kept.
    """
    asked = _asked(job, settings)
    unfinished = None if restart else journal.manifest()
    if unfinished is not None and unfinished["not_resumable_reason"]:
        unfinished = None
    if unfinished is None:
        survey = job.source.survey()
        check(survey)
        journal.begin({**asked, "fingerprint": survey.fingerprint, "files": survey.files})
    elif not resume:
        raise InputError(
            f"{journal.folder} holds an unfinished run for this output: go on with it (--resume), or throw it away "
            "(--restart)"
        )
    else:
        _require_same(unfinished, asked)
        journal.resume()
        if journal.state.stage == LABELLING:
            survey = job.source.survey()
            _require_unchanged(unfinished, survey)
    if journal.state.stage == LABELLING:
        _label(job, sink, journal, survey, watch)
    if journal.state.stage != PUBLISHED:
        journal.publish()
    return journal.state


def _label(job: Job, sink: Sink, journal: Journal, survey: Survey, watch: Watch) -> None:
    watch.begin(survey, journal.state.read)
    try:
        for piece in job.chunks(sink, journal.state.tally.texts):
            journal.append(*piece)
            watch.step(journal.state.tally, piece.read)
    except OutputError:
        raise
    except BaseException:
        journal.checkpoint()
        raise
    finally:
        watch.end()


def _asked(job: Job, settings: dict[str, Any]) -> dict[str, Any]:
    """Return what a run was asked for, as the manifest holds it."""
    asked = {
        "chude": "1",
        "given": job.source.given,
        "not_resumable_reason": job.source.not_resumable_reason,
        "model": hashlib.sha256(job.model.to_bytes()).hexdigest(),
        "options": dataclasses.asdict(job.source.options),
        "rules": dataclasses.asdict(job.rules),
        "output": settings,
    }
    plain: dict[str, Any] = json.loads(json.dumps(asked))
    return plain


def _require_same(unfinished: dict[str, Any], asked: dict[str, Any]) -> None:
    different = [
        name for part in asked for name, was, now in _compared(part, unfinished.get(part), asked[part]) if was != now
    ]
    if different:
        raise InputError(
            f"the unfinished run was asked for something else ({', '.join(different)}): "
            "give the same options, or start over with --restart"
        )


def _compared(part: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(now, dict) and isinstance(was, dict):
        yield from ((name, was.get(name), now.get(name)) for name in {**was, **now})
    else:
        yield {"given": "inputs", "chude": "version of chude"}.get(part, part), was, now


def _require_unchanged(unfinished: dict[str, Any], survey: Survey) -> None:
    if unfinished["fingerprint"] != survey.fingerprint:
        raise InputError(
            f"the inputs have changed since the run began ({unfinished['files']:,} files then, {survey.files:,} now; "
            "sizes or times of change may differ): put them back, or start over with --restart"
        )


def real_output(out: str | os.PathLike[str]) -> str:
    """Real path of an output, so that two names of one file are one output."""
    return os.path.realpath(os.fspath(out))
