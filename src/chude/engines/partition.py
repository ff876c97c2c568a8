"""The labels of a Parquet file, on a worker: the local run over a file in any place that fsspec can open."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chude.engines.partitions import Partition
from chude.engines.shipping import ModelOnTheWay
from chude.engines.work import Work
from chude.errors import EngineError, InputError, OutputError
from chude.labelling.tally import Tally
from chude.sinks.parquet_sink import ParquetSink
from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.sources.batch import Batch
from chude.sources.folders import JOURNAL_SUFFIX
from chude.sources.options import SourceOptions
from chude.sources.rawfile import RawStream
from chude.sources.source import Survey
from chude.sources.tables import part_batches

SCRATCH = JOURNAL_SUFFIX
"""Folder for incomplete files, in the folder of the labels. It is removed when a run is complete."""


def label_partition(
    partition: Partition, model: ModelOnTheWay, work: Work, threads: int, root: str, *, resume: bool
) -> Tally:
    """Label a Parquet file into another, which exists only when it is complete.

    The file is that of a local run, byte for byte. Labelling it twice, as when a worker dies, gives the same file.

    Parameters
    ----------
    partition : Partition
    model : SentModel or StoredModel
    work : Work
    threads : int
    root : str
        Folder of the labels.
    resume : bool
        Keep a complete file of labels that exists.

    Returns
    -------
    Tally

    Raises
    ------
    InputError
        If the worker cannot open the file, does not have the model, or a column is missing.
    OutputError
        If the labels cannot be written.
    """
    job = work.job(StoredTable(partition, work.options), model, threads)
    if resume and (done := _tally_of(partition)) is not None:
        return done
    sink, tally = ParquetSink(SinkOptions(columns=work.columns)), Tally()
    with job.source.open() as opened, _scratch(partition, root) as folder:
        made = Path(folder, "labels")
        try:
            with tempfile.TemporaryFile(dir=folder) as body, made.open("wb") as out:
                for chunk in job.chunks(opened, sink):
                    body.write(chunk.data)
                    tally.add(chunk.tally)
                sink.rewrite(body, out)
            _publish(made, partition)
        except OSError as error:
            raise OutputError(
                f"the labels of {partition.shown} cannot be written to {partition.target}: {error}"
            ) from error
    return tally


@dataclass(frozen=True)
class StoredTable:
    """A Parquet file in any place that fsspec can open, as a source of texts.

    Parameters
    ----------
    partition : Partition
    options : SourceOptions
    """

    partition: Partition
    options: SourceOptions
    not_resumable_reason: str | None = None

    @property
    def given(self) -> list[str]:
        """The file, as the user named it."""
        return [self.partition.shown]

    @contextmanager
    def open(self) -> Iterator["_OpenTable"]:
        """Open the file.

        Raises
        ------
        InputError
            If the worker cannot open it.
        """
        with _opened(self.partition) as file:
            yield _OpenTable(self.partition, self.options, file)


@dataclass(frozen=True)
class _OpenTable:
    partition: Partition
    options: SourceOptions
    file: Any

    @property
    def survey(self) -> Survey:
        return Survey(1, self.partition.size, None, self.partition.version)

    def tasks(self, skip: int = 0) -> Iterator[Batch]:  # noqa: ARG002 - a partition is labelled as a whole
        name = self.partition.source
        for batch in part_batches(RawStream(self.file, name), name, self.partition.shown, self.options):
            self._require_read()
            yield batch

    def _require_read(self) -> None:
        """Check that no batch has errors because the connection failed: that is no damage of the file."""
        if isinstance(self.file, _Remote) and self.file.failure is not None:
            raise EngineError(f"{self.partition.shown} cannot be read: {self.file.failure}") from self.file.failure


def is_local(system: Any) -> bool:
    """Whether a file system is that of the local machine."""
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(system, LocalFileSystem)


def _opened(partition: Partition) -> Any:
    try:
        if is_local(partition.source_system):
            return Path(partition.source).open("rb")
        return _Remote(partition.source_system.open(partition.source, "rb"))
    except OSError as error:
        raise InputError(
            f"the worker on {socket.gethostname()} cannot open {partition.shown} ({error}): every worker has to see "
            "the inputs under the same name"
        ) from error


class _Remote:
    """A file on another machine. It remembers a failed read, which pyarrow would take for damage in the file."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.failure: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Remote":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        try:
            data: bytes = self._file.read(size)
        except OSError as error:
            self.failure = error
            raise
        return data


def _scratch(partition: Partition, root: str) -> Any:
    """Make a folder for incomplete files; on the file system of the labels, if that is local, to rename them there."""
    if not is_local(partition.target_system):
        return tempfile.TemporaryDirectory(prefix="chude-")
    folder = Path(root, SCRATCH)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=folder)
    except OSError as error:
        raise OutputError(f"the worker on {socket.gethostname()} cannot write to {root}: {error}") from error


def _publish(made: Path, partition: Partition) -> None:
    system, target = partition.target_system, partition.target
    system.makedirs(target.rpartition("/")[0], exist_ok=True)
    if is_local(system):
        made.replace(target)
    else:
        system.put_file(str(made), target)


def _tally_of(partition: Partition) -> Tally | None:
    """Count labels that exist already; None if there is no complete file of labels."""
    tally = Tally()
    with suppress(OSError, pa.ArrowException):
        with partition.target_system.open(partition.target, "rb") as file:
            columns = ["path", "row", "topic", "reason", "encoding", "error"]
            for batch in pq.ParquetFile(file).iter_batches(columns=columns):
                tally.add(Tally.of(Labelled(batch.to_pydict(), [""] * batch.num_rows, 0)))
        return tally
    return None
