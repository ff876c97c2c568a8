"""`Labels`: texts and their labels, to iterate over, to write to a file, or to sort files by."""

import os
import stat
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO

from chude.errors import InputError, MissingExtraError, OutputError, reason
from chude.labelling.job import Job
from chude.labelling.progress import State, Unwatched, Watch
from chude.labelling.streaming import stream
from chude.sinks.formats import format_of
from chude.sinks.schema import Labelled
from chude.sinks.sink import RewritingSink, Sink

if TYPE_CHECKING:
    from chude.labelling.placing import Placed

_SHOWN = 3
"""Inputs that ``repr`` names."""


class Labels:
    """Texts and their labels, computed when they are asked for.

    Iterating yields batches in the order of the input, each with ``columns`` (a dict of the schema's columns),
    ``rows()`` and ``to_pandas()``. Memory does not grow with the input. A text that cannot be read has its row, with
    an ``error``. ``len(labels)`` is the number of texts, where it is known before they are read: of files, and of a
    table in memory. polars, DuckDB and pyarrow read labels as an Arrow stream (``polars.DataFrame(labels)``).

    Parameters
    ----------
    job : Job

    Attributes
    ----------
    left_alone : dict of str to int
        Files of folders that are not read, by ending; known when batches are iterated over.

    Examples
    --------
    >>> import chude
    >>> for batch in chude.label_files("articles"):
    ...     for row in batch.rows():
    ...         assert row["topic"] and row["error"] is None
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self.left_alone: dict[str, int] = {}

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns, in order.

        Examples
        --------
        >>> import chude
        >>> chude.label_files("articles").columns[:4]
        ['path', 'row', 'topic', 'best_topic']
        """
        return self._job.columns

    def __repr__(self) -> str:
        given = ", ".join(map(str, self._job.source.given[:_SHOWN]))
        more = ", ..." if len(self._job.source.given) > _SHOWN else ""
        return (
            f"Labels({given}{more}; model {self._job.model.name!r}): computed by to_pandas(), to_polars(), to_arrow(), "
            "write(path), or by iterating over batches"
        )

    def __len__(self) -> int:
        with self._job.source.open() as opened:
            n_texts = opened.survey.texts
        if n_texts is None:
            raise TypeError(
                "the number of texts is not known before they are read: use sum(len(batch) for batch in labels)"
            )
        return n_texts

    def __array__(self, *_: Any, **__: Any) -> Any:
        # What pandas.DataFrame(labels) asks for: it would make a table of batches.
        raise TypeError("labels have several columns: use labels.to_pandas(), and to_numpy() of that")

    def __iter__(self) -> Iterator[Labelled]:
        with self._job.source.open() as opened:
            self.left_alone = opened.survey.left_alone
            for batches in self._job.results(opened, lambda labelled: labelled):
                yield from batches

    def to_pandas(self) -> Any:
        """Label everything into one ``pandas.DataFrame``.

        Returns
        -------
        pandas.DataFrame
            The labels of a DataFrame or a Series have its index, so that they can be assigned to it.

        Examples
        --------
        >>> import chude
        >>> chude.label_files("articles").to_pandas()["topic"].nunique()
        13
        """
        import pandas as pd

        frames = [batch.to_pandas() for batch in self]
        made = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=self.columns)
        index = getattr(self._job.source, "index", None)
        return made if index is None else made.set_index(index[made["row"].astype(int) - 1])

    def to_arrow(self) -> Any:
        """Label everything into one ``pyarrow.Table``.

        Returns
        -------
        pyarrow.Table
            With the types of Parquet: a kept column has the type of its table, or one that holds all its values.

        Examples
        --------
        >>> import chude
        >>> chude.label_files("articles").to_arrow().num_rows
        13
        """
        import pyarrow as pa

        from chude.sinks.arrow import cast, common_schema, to_arrow

        tables = [to_arrow(batch) for batch in self]
        schema = common_schema(tables, self.columns)
        return pa.concat_tables([schema.empty_table(), *(cast(table, schema) for table in tables)])

    def to_polars(self) -> Any:
        """Label everything into one ``polars.DataFrame``.

        Raises
        ------
        MissingExtraError
            If polars is not installed.

        Examples
        --------
        >>> import chude
        >>> chude.label_files("articles").to_polars()["topic"].n_unique()
        13
        """
        try:
            import polars
        except ImportError as error:
            raise MissingExtraError("to_polars() needs polars: pip install 'chude[polars]'") from error
        return polars.from_arrow(self.to_arrow())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return the labels as an Arrow stream, as the Arrow PyCapsule interface says."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def write(
        self,
        out: str | os.PathLike[str],
        *,
        format: str | None = None,  # noqa: A002 - the word the command line has for it
        bom: bool = False,
        overwrite: bool = True,
        resume: bool = False,
        restart: bool = False,
        watch: Watch | None = None,
    ) -> State:
        """Label everything into a file, which is there when it is complete and not before.

        Parameters
        ----------
        out : path
            A device or a named pipe is written to as labels come, as by `stream`.
        format : {"csv", "jsonl", "parquet", "xlsx", "label-studio"}, optional
            By default what the name ends in; CSV if it has no ending.
        bom : bool
            Begin CSV with a byte order mark, for Excel.
        overwrite : bool
            Replace a file of that name. With False it is refused, unless an interrupted run is resumed or `restart` is
            given; with `resume` and no interrupted run, it counts as complete, and nothing is done.
        resume : bool
            Resume an interrupted run, if there is one. The file is the same byte for byte.
        restart : bool
            Discard what an interrupted run has done.
        watch : Watch, optional
            Is told how the run goes on.

        Returns
        -------
        State
            With the counts in ``tally`` and the time in ``seconds``.

        Raises
        ------
        InputError
            If there is nothing to label, options contradict each other, the name has the ending of no format, the file
            is there and not to be replaced, or the inputs have changed since the run that is to be resumed began.
        OutputError
            If the file cannot be written, or another run is writing it.

        Examples
        --------
        >>> import chude
        >>> state = chude.label_files("articles").write("labels.parquet")
        >>> state.tally.texts
        13
        """
        _require_one(resume, restart)
        if _is_device(out):
            if resume or restart:
                raise InputError("only a run that writes a file can be resumed")
            return self._write_to_device(out, format, bom, watch)
        from chude.labelling.run import write_file  # a run that only prints labels keeps no journal

        return write_file(
            self._job,
            out,
            format,
            bom=bom,
            overwrite=overwrite,
            resume=resume,
            restart=restart,
            watch=watch or Unwatched(),
        )

    def stream(
        self,
        out: BinaryIO,
        format: str | Sink = "csv",  # noqa: A002
        *,
        bom: bool = False,
        watch: Watch | None = None,
    ) -> State:
        """Label everything into an open stream, as labels come.

        Parameters
        ----------
        out : binary file
            Open for writing.
        format : str or Sink
            As for `write`, or a format of one's own.
        bom, watch
            As for `write`.

        Returns
        -------
        State

        Raises
        ------
        InputError
            As `write`; also if the format cannot be written piece by piece.
        OutputError
            If the stream cannot be written.

        Examples
        --------
        >>> import io, chude
        >>> out = io.BytesIO()
        >>> state = chude.label_files("articles").stream(out, "jsonl")
        >>> len(out.getvalue().splitlines())
        13
        """
        sink = self._job.sink(format_of("", format), bom=bom) if isinstance(format, str) else format
        if isinstance(sink, RewritingSink):
            raise InputError(f"{format} cannot be written piece by piece: name a file with -o")
        return stream(self._job, sink, out, watch or Unwatched())

    def sort_into(
        self,
        folder: str | os.PathLike[str],
        *,
        move: bool = False,
        resume: bool = False,
        restart: bool = False,
        watch: Watch | None = None,
    ) -> "tuple[State, Placed]":
        """Label files and copy or move each into a folder of its topic, with ``labels.csv`` and ``places.csv`` beside.

        Files are placed when all labels are written. Nothing is overwritten: if a name is taken, a number is added. A
        file without a label stays where it is.

        Parameters
        ----------
        folder : path
            Made if it does not exist.
        move : bool
            Move files instead of copying them.
        resume, restart, watch
            As for `write`.

        Returns
        -------
        state : State
        placed : Placed
            Both empty if there was nothing left to resume.

        Raises
        ------
        InputError
            As `write`; also for tables, archives and standard input, whose texts are no files, and for a folder that
            files were sorted into before.
        OutputError
            If a file cannot be written.

        Examples
        --------
        >>> import chude
        >>> state, placed = chude.label_files("articles").sort_into("sorted")
        >>> placed.files
        13
        """
        _require_one(resume, restart)
        from chude.labelling.placing import sort_files  # as above

        return sort_files(self._job, folder, move=move, resume=resume, restart=restart, watch=watch or Unwatched())

    def _write_to_device(self, out: str | os.PathLike[str], asked: str | None, bom: bool, watch: Watch | None) -> State:
        try:
            with open(out, "wb", buffering=0) as file:
                return self.stream(file, format_of(os.fspath(out), asked), bom=bom, watch=watch)
        except OSError as error:
            raise OutputError(f"{os.fspath(out)} cannot be written: {reason(error)}") from error


def _require_one(resume: bool, restart: bool) -> None:
    if resume and restart:
        raise InputError("--resume continues a run, --restart throws it away: give one of them")


def _is_device(path: str | os.PathLike[str]) -> bool:
    """Whether a path is that of a device or a pipe, which must not be replaced by a file."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
