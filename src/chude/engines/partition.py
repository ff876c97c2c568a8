"""One Parquet file to its labels, on a worker."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chude.engines.labelling import Work
from chude.engines.partitions import Partition
from chude.engines.shipping import ModelOnTheWay
from chude.errors import EngineError, InputError, OutputError
from chude.labelling.pipeline import in_order
from chude.labelling.tally import Tally
from chude.sinks.parquet_sink import ParquetSink
from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.sources.batch import Batch, error_batch
from chude.sources.parquet_table import ParquetTable
from chude.sources.rawfile import RawStream, Unreadable

SCRATCH = ".chude-run"
"""Folder in that of the labels for what is not ready; gone when a run is complete."""


def label_partition(
    partition: Partition, model: ModelOnTheWay, work: Work, threads: int, root: str, *, resume: bool
) -> Tally:
    """Label a Parquet file into another, which is there when it is complete and not before.

    The file is that of a local run, byte for byte. Doing it twice, as when a worker dies, gives the same file again.

    Parameters
    ----------
    partition : Partition
    model : SentModel or StoredModel
    work : Work
    threads : int
    root : str
        Folder of the labels.
    resume : bool
        Leave a file of labels that is there.

    Returns
    -------
    Tally

    Raises
    ------
    InputError
        If the worker does not see the file, has no model, or a column is missing.
    OutputError
        If the labels cannot be written.
    """
    labeller = work.labeller(model)
    if resume and (done := _tally_of(partition)) is not None:
        return done
    sink, tally = ParquetSink(SinkOptions(columns=work.columns)), Tally()

    def finish(batch: Batch) -> tuple[bytes, Tally]:
        labelled = labeller(batch)
        return sink.encode(labelled), Tally.of(labelled)

    with _opened(partition) as source, _scratch(partition, root) as folder:
        made = str(Path(folder, "labels"))
        try:
            with tempfile.TemporaryFile(dir=folder) as body:
                for data, counts in in_order(_batches(source, partition, work), finish, threads):
                    body.write(data)
                    tally.add(counts)
                with Path(made).open("wb") as out:
                    sink.rewrite(body, out)
            _publish(made, partition)
        except OSError as error:
            raise OutputError(
                f"the labels of {partition.shown} cannot be written to {partition.target}: {error}"
            ) from error
    return tally


def is_local(system: Any) -> bool:
    """Tell whether a file system is the machine's own."""
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


def _batches(source: Any, partition: Partition, work: Work) -> Iterator[Batch]:
    try:
        for batch in ParquetTable(RawStream(source, partition.source), work.options).batches(partition.shown):
            _require_read(source, partition)
            yield batch
    except Unreadable as error:
        _require_read(source, partition)
        yield error_batch(partition.shown, str(error), work.options.keep)


class _Remote:
    """A file elsewhere: remembers that it could not be read, which pyarrow would take for damage in the file."""

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


def _require_read(source: Any, partition: Partition) -> None:
    if isinstance(source, _Remote) and source.failure is not None:
        raise EngineError(f"{partition.shown} cannot be read: {source.failure}") from source.failure


def _scratch(partition: Partition, root: str) -> Any:
    """Make a folder for what is not ready: where it can be renamed into place, if the labels stay on this machine."""
    if not is_local(partition.target_system):
        return tempfile.TemporaryDirectory(prefix="chude-")
    folder = Path(root, SCRATCH)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=folder)
    except OSError as error:
        raise OutputError(f"the worker on {socket.gethostname()} cannot write to {root}: {error}") from error


def _publish(made: str, partition: Partition) -> None:
    system, target = partition.target_system, partition.target
    system.makedirs(target.rpartition("/")[0], exist_ok=True)
    if is_local(system):
        Path(made).replace(target)
    else:
        system.put_file(made, target)


def _tally_of(partition: Partition) -> Tally | None:
    """Count the labels that are there already; None where there are none, or no whole file of them."""
    tally = Tally()
    with suppress(OSError, pa.ArrowException):
        with partition.target_system.open(partition.target, "rb") as file:
            columns = ["path", "row", "topic", "reason", "encoding", "error"]
            for batch in pq.ParquetFile(file).iter_batches(columns=columns):
                tally.add(Tally.of(Labelled(batch.to_pydict(), [""] * batch.num_rows, 0)))
        return tally
    return None
