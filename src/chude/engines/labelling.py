"""The one function that engines run on workers: a DataFrame in, a DataFrame of labels out, in Arrow or in pandas."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

import chude
from chude.engines.shipping import ModelOnTheWay
from chude.errors import EngineError
from chude.labelling.rules import Labeller, Rules
from chude.sinks.parquet_sink import LABEL_TYPES, to_arrow
from chude.sinks.schema import SCHEMA, output_columns
from chude.sources.arrow import arrow_batches, check_arrow
from chude.sources.batch import BATCH_TEXTS
from chude.sources.memory_table import as_arrow
from chude.sources.options import SourceOptions
from chude.sources.rows import require_columns
from chude.sources.source import STDIN


def _own_version() -> str:
    return str(chude.__version__)


@dataclass(frozen=True)
class Work:
    """What is to be done with every partition; goes to the workers.

    Parameters
    ----------
    options : SourceOptions
    rules : Rules
    version : str
        Of chude, where the work was given out.
    """

    options: SourceOptions
    rules: Rules
    version: str = field(default_factory=_own_version)

    @classmethod
    def of(
        cls,
        text: str,
        title: str | None,
        keep: Sequence[str],
        top: int,
        min_probability: float,
        min_coverage: float | None,
    ) -> "Work":
        """Check the options of labelling a table.

        Raises
        ------
        InputError
            If one makes no sense.
        """
        options = SourceOptions(text=text, title=title, keep=tuple(keep))
        return cls(options, Rules(top=top, min_probability=min_probability, min_coverage=min_coverage))

    def __post_init__(self) -> None:
        self.columns  # noqa: B018 - raises where one is kept that the output has

    @property
    def columns(self) -> list[str]:
        """Columns of the labels."""
        return output_columns(self.options.keep, with_top=self.rules.top > 0)

    def labeller(self, model: ModelOnTheWay) -> Labeller:
        """Return what labels batches on this worker, one thread each: an engine runs as many tasks as fit.

        Raises
        ------
        EngineError
            If the worker has another version of chude, whose labels might differ.
        """
        if self.version != _own_version():
            raise EngineError(
                f"the worker on {socket.gethostname()} has chude {_own_version()}, the work was given out by chude "
                f"{self.version}: install the same version on every worker"
            )
        return Labeller(model.load(), self.rules, threads=1)


def label_arrow(table: Any, model: ModelOnTheWay, work: Work) -> Any:
    """Label an Arrow table.

    The rows of a distributed table have no numbers, and where one lies says nothing: ``path`` is ``-``, as for any
    table in memory, and ``row`` is null.

    Parameters
    ----------
    table : pyarrow.Table
    model : SentModel or StoredModel
    work : Work

    Returns
    -------
    pyarrow.Table
        As many rows, in the same order; the schema's columns, kept ones of their own type.

    Raises
    ------
    InputError
        If a column is missing or holds no text, or this worker has no such model.
    """
    labeller = work.labeller(model)
    table = _with_typed_text(table, work.options)
    check_arrow(table.schema, work.options, "the table")
    made = [labels_schema(table.schema, work).empty_table()]
    for record_batch in table.to_batches(max_chunksize=BATCH_TEXTS):
        for batch in arrow_batches(record_batch, work.options, STDIN, 0):
            batch.rows = [None] * len(batch)
            made.append(to_arrow(labeller(batch)))
    return pa.concat_tables(made)


def labels_schema(schema: Any, work: Work) -> Any:
    """Return the Arrow schema of the labels of a table with this one."""
    types = [LABEL_TYPES[name] if name in SCHEMA else schema.field(name).type for name in work.columns]
    return pa.schema(list(zip(work.columns, types, strict=True)))


def label_frame(frame: Any, model: ModelOnTheWay, work: Work) -> Any:
    """Label a pandas DataFrame, as `label_arrow` does.

    Returns
    -------
    pandas.DataFrame
        With the index of `frame`, and the kept columns exactly as they are there.

    Raises
    ------
    InputError
        As `label_arrow`.
    """
    plain = _without_kept(work)
    return _beside_kept(label_arrow(as_arrow(frame, plain.options), model, plain), frame, work)


def empty_labels(frame: Any, work: Work) -> Any:
    """Return the labels of none of a DataFrame's rows: what columns will come, of which types.

    Raises
    ------
    InputError
        If a column is missing or holds no text.
    """
    require_columns(list(frame.columns), work.options, "the table")
    plain = _without_kept(work)
    table = _with_typed_text(as_arrow(frame.iloc[:0], plain.options), plain.options)
    check_arrow(table.schema, plain.options, "the table")
    return _beside_kept(labels_schema(table.schema, plain).empty_table(), frame.iloc[:0], work)


def _without_kept(work: Work) -> Work:
    """Return the same work without kept columns: pandas may hold in them what Arrow cannot."""
    return replace(work, options=SourceOptions(text=work.options.text, title=work.options.title))


def _beside_kept(labels: Any, frame: Any, work: Work) -> Any:
    made = labels.to_pandas().set_axis(frame.index)
    made["row"] = made["row"].astype("Int64")
    for position, name in enumerate(work.options.keep, 2):
        made.insert(position, name, frame[name])
    return made


def _with_typed_text(table: Any, options: SourceOptions) -> Any:
    """Give a column of nothing but nulls, as a partition may have, the type of text."""
    for name in (options.text, options.title):
        at = table.schema.get_field_index(name) if name is not None else -1
        if at >= 0 and table.schema.field(at).type == pa.null():
            table = table.set_column(at, name, table.column(at).cast(pa.string()))
    return table
