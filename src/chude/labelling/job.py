"""From texts to labels: tasks of a source, through the model, to the bytes of a sink, in the order of the texts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from chude.errors import InputError
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.progress import Tally
from chude.labelling.rules import Rules
from chude.processors import in_order, processors
from chude.sinks.formats import make_sink
from chude.sinks.schema import Labelled, output_columns
from chude.sinks.sink import Sink, SinkOptions
from chude.sources.source import OpenSource, Source, Task

R = TypeVar("R")


class Chunk(NamedTuple):
    """The output for a batch of texts, or for all batches of a task.

    Attributes
    ----------
    data : bytes
    tally : Tally
        Counts of the texts.
    read : int
        Bytes of the input that it comes from.
    """

    data: bytes
    tally: Tally
    read: int


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that decides the content of the output.

    Parameters
    ----------
    source : Source
    model : TopicModel
    rules : Rules
    threads : int, optional
        By default one for each processor. The output does not depend on it.

    Raises
    ------
    InputError
        If the number of threads is below 1, or a kept column has the name of a column of the output.
    """

    source: Source
    model: ModelProtocol
    rules: Rules
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.threads is not None and self.threads < 1:
            raise InputError(f"the number of threads must be at least 1, not {self.threads}")
        self.columns  # noqa: B018 - a property that raises

    @property
    def columns(self) -> list[str]:
        """Columns of the output."""
        return output_columns(self.source.options.keep, self.rules.optional_columns)

    def sink(self, format: str, *, bom: bool) -> Sink:  # noqa: A002 - the word the command line has for it
        """Make the sink of a format for the columns of the output."""
        return make_sink(format, SinkOptions(columns=self.columns, bom=bom, model_version=self.model.name))

    def results(self, opened: OpenSource, finish: Callable[[Labelled], R], skip: int = 0) -> Iterator[list[R]]:
        """Label all texts but the first `skip`.

        Parameters
        ----------
        opened : OpenSource
            The opened source.
        finish : callable
            Called with each labelled batch, in the thread that labels it.
        skip : int

        Yields
        ------
        list
            The results of `finish` for the batches of a task; the tasks are in the order of the texts.
        """
        from chude.labelling.labeller import Labeller  # imports NumPy, which --help does not need

        labeller = Labeller(self.model, self.rules, threads=1)

        def work(task: Task) -> list[R]:
            return [finish(labeller(batch)) for batch in task.batches()]

        threads = self.threads or processors()
        if threads == 1:
            return map(work, opened.tasks(skip))
        return in_order(opened.tasks(skip), work, threads, threads + 1)

    def chunks(self, opened: OpenSource, sink: Sink, skip: int = 0) -> Iterator[Chunk]:
        """Label all texts but the first `skip`; yield the output of each task, in order."""

        def finish(labelled: Labelled) -> Chunk:
            return Chunk(sink.encode(labelled), Tally.of(labelled), labelled.size)

        for chunks in self.results(opened, finish, skip):
            tally = Tally()
            for chunk in chunks:
                tally.add(chunk.tally)
            data = sink.separator.join(chunk.data for chunk in chunks)
            yield Chunk(data, tally, sum(chunk.read for chunk in chunks))
