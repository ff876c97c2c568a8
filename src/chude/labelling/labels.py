"""`Labels`: texts and the labels they get, to iterate over, to write, to sort files by."""

import os
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from chude.errors import InputError
from chude.labelling.journal import PUBLISHED, Journal, State
from chude.labelling.run import Job, Unwatched, Watch, real_output, write
from chude.sinks.folders import LABELS, Placed, Placing
from chude.sinks.formats import format_of, make_sink
from chude.sinks.schema import Labelled
from chude.sources.inputs import Inputs
from chude.sources.source import Survey


class Labels:
    """Texts and the labels they get, computed when asked for.

    Iterating gives batches in the order of the input, each with ``columns`` (a dict of the schema's columns),
    ``rows()`` and ``to_pandas()``; memory does not grow with the input. A text that cannot be read has its row, with
    an ``error``.

    Parameters
    ----------
    job : Job
    """

    def __init__(self, job: Job) -> None:
        self._job = job

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return self._job.columns

    def __iter__(self) -> Iterator[Labelled]:
        self._job.source.survey()
        for batches in self._job.results(lambda labelled: labelled):
            yield from batches

    def to_pandas(self) -> Any:
        """Label everything into one ``pandas.DataFrame``."""
        import pandas as pd

        frames = [batch.to_pandas() for batch in self]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=self.columns)

    def write(
        self,
        out: str | os.PathLike[str],
        *,
        format: str | None = None,  # noqa: A002 - the word the command line has for it
        bom: bool = False,
        resume: bool = False,
        restart: bool = False,
        watch: Watch | None = None,
    ) -> State:
        """Label everything into a file, which is there when it is complete and not before.

        Parameters
        ----------
        out : path
        format : {"csv", "jsonl", "parquet", "label-studio"}, optional
            By default what the name ends in, CSV where that says nothing.
        bom : bool
            Begin CSV with a byte order mark, for Excel.
        resume : bool
            Go on with the run that was stopped before, if there was one; the file is the same byte for byte.
        restart : bool
            Throw away what a run that was stopped has done.
        watch : Watch, optional
            Told how it goes on.

        Returns
        -------
        State
            With the counts in ``tally`` and the time in ``seconds``.

        Raises
        ------
        InputError
            If there is nothing to label, something cannot be used as asked, or the inputs have changed since the run
            that is to be resumed began.
        OutputError
            If the file cannot be written, or another run is writing it.
        """
        target = real_output(out)
        chosen = format_of(target, format)
        job = self._writing_to(target, resume=resume)
        sink = make_sink(chosen, job.columns, bom=bom, model_version=job.model.name)
        with Journal(target, sink) as journal:
            settings = {"format": chosen, "bom": bom}
            state = write(job, sink, journal, settings, watch or Unwatched(), resume=resume, restart=restart)
            journal.discard()
        return state

    def sort_into(
        self,
        folder: str | os.PathLike[str],
        *,
        move: bool = False,
        resume: bool = False,
        restart: bool = False,
        watch: Watch | None = None,
    ) -> tuple[State, Placed]:
        """Label files and copy or move each into a folder of its topic, with ``labels.csv`` and ``places.csv`` beside.

        Files are placed when all labels are safely written. Nothing is overwritten: where a name is taken, a number is
        added. A file without a label stays where it is.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        move : bool
            Move files instead of copying them.
        resume, restart, watch
            As for `write`.

        Returns
        -------
        state : State
        placed : Placed
            Both empty when there was nothing left to resume.

        Raises
        ------
        InputError
            As `write`; also for tables, archives and standard input, whose texts are no files, and for a folder sorted
            into before.
        OutputError
            If a file cannot be written.
        """
        target = os.path.join(real_output(folder), LABELS)
        job = self._writing_to(target, os.path.dirname(target), resume=resume)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        sink = make_sink("csv", job.columns, bom=False, model_version=job.model.name)
        with Journal(target, sink) as journal:
            if journal.manifest() is None and os.path.exists(target):
                if resume:  # stopped when there was nothing left to do
                    return State(stage=PUBLISHED), Placed()
                raise InputError(f"{folder} has a labels.csv already: sort into another folder")
            settings = {"format": "csv", "sort_into": True, "move": move}
            state = write(
                job,
                sink,
                journal,
                settings,
                watch or Unwatched(),
                resume=resume,
                restart=restart,
                check=_require_whole_files,
            )
            placed = Placing(os.path.dirname(target), journal.folder, move=move).run()
            journal.discard()
        return state, placed

    def _writing_to(self, *paths: str, resume: bool) -> Job:
        """Return the job without the output among its inputs."""
        source = self._job.source
        if resume and source.not_resumable_reason:
            raise InputError(f"this run cannot be resumed: {source.not_resumable_reason}")
        if isinstance(source, Inputs):
            source = source.avoiding(*paths)
        return Job(source, self._job.model, self._job.rules, self._job.threads)


def _require_whole_files(survey: Survey) -> None:
    if survey.texts is None:
        raise InputError("only whole files can be sorted into folders: not tables, lines, archives or standard input")
