"""What a worker does: the local run over a Parquet file or a range of its row groups, and joining the ranges."""

import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from chude.atomic import put_in_place
from chude.engines.plan import Part
from chude.engines.shipping import StoredModel
from chude.engines.work import Work
from chude.errors import InputError, OutputError
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.progress import Tally, Unwatched
from chude.labelling.streaming import stream
from chude.sinks.parquet_sink import ParquetSink, encoded_tables
from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.sources.parquet_part import ParquetPart
from chude.sources.stored import is_local


def label_part(part: Part, model: ModelProtocol | StoredModel, work: Work, threads: int, *, resume: bool) -> Tally:
    """Label a part into `Part.target`, which exists only when it is complete.

    For a whole file, that is the file of a local run, byte for byte. For a range of row groups, it is what a local run
    keeps of them until it rewrites them as Parquet. Doing it twice, as when a worker dies, gives the same file.

    Parameters
    ----------
    part : Part
    model : TopicModel or StoredModel
    work : Work
    threads : int
    resume : bool
        Keep a complete file of an earlier run.

    Returns
    -------
    Tally

    Raises
    ------
    InputError
        If the worker cannot open the file or does not have the model.
    EngineError
        If the connection to the file fails.
    OutputError
        If the labels cannot be written.
    """
    source = ParquetPart(part.file.shown, partial(_opened, part), work.options, part.row_groups)
    job = work.job(source, model, threads)
    if resume and (done := _tally_of(part)) is not None:
        return done
    sink = ParquetSink(SinkOptions(columns=work.columns))
    with _written(part, part.target) as (out, scratch):
        if part.row_groups is not None:
            return stream(job, sink, out, Unwatched()).tally
        with tempfile.TemporaryFile(dir=scratch) as body:
            state = stream(job, sink, body, Unwatched())
            sink.rewrite(body, out)
        return state.tally


def join_parts(parts: Sequence[Part], work: Work, _labelled: Sequence[Tally], *, resume: bool) -> None:
    """Write the labels of a file whose parts are all labelled: the file of a local run, byte for byte.

    Parameters
    ----------
    parts : sequence of Part
        All of the file, in order.
    work : Work
    resume : bool
        Keep a complete file of an earlier run.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    if resume and _tally_of(replace(parts[0], row_groups=None)) is not None:
        return
    with _written(parts[0], parts[0].labels) as (out, scratch), tempfile.TemporaryFile(dir=scratch) as body:
        for part in parts:
            with part.target_system.open(part.target, "rb") as piece:
                shutil.copyfileobj(piece, body)
        ParquetSink(SinkOptions(columns=work.columns)).rewrite(body, out)


def _opened(part: Part) -> IO[bytes]:
    try:
        return part.file.open()
    except OSError as error:
        raise InputError(
            f"the worker on {socket.gethostname()} cannot open {part.file.shown} ({error}): every worker has to see "
            "the inputs under the same name"
        ) from error


@contextmanager
def _written(part: Part, target: str) -> Iterator[tuple[BinaryIO, str]]:
    """Yield a file, which is put in the place of `target` at the end, and a folder for what is needed until then."""
    system, folder = part.target_system, None
    try:
        if is_local(system):  # on the same file system, to be renamed
            folder = part.scratch
            Path(folder).mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="chude-", dir=folder) as scratch,
            Path(scratch, "out").open("wb") as out,
        ):
            yield out, scratch
            system.makedirs(target.rpartition("/")[0], exist_ok=True)
            if folder is not None:
                put_in_place(out, target)
            else:
                out.close()
                system.put_file(out.name, target)
    except OSError as error:
        raise OutputError(
            f"the worker on {socket.gethostname()} cannot write the labels of {part.file.shown} to {target}: {error}"
        ) from error


def _tally_of(part: Part) -> Tally | None:
    """Count labels that exist already; None if they are not complete."""
    tally = Tally()
    columns = ["path", "row", "topic", "reason", "encoding", "error"]
    with suppress(OSError, pa.ArrowException), part.target_system.open(part.target, "rb") as file:
        whole = part.row_groups is None
        for table in pq.ParquetFile(file).iter_batches(columns=columns) if whole else encoded_tables(file):
            tally.add(Tally.of(Labelled(table.select(columns).to_pydict(), [""] * table.num_rows, 0)))
        return tally
    return None
