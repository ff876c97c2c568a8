"""Labels of a DataFrame or an Arrow table on a worker: the local run over a table in memory."""

from dataclasses import replace
from typing import Any

import pyarrow as pa

from chude.engines.shipping import ModelOnTheWay
from chude.engines.work import Work
from chude.sinks.arrow import LABEL_TYPES, to_arrow
from chude.sinks.schema import SCHEMA
from chude.sources.memory_table import MemoryTable
from chude.sources.options import SourceOptions
from chude.sources.rows import column_places, require_columns


def label_arrow(table: Any, model: ModelOnTheWay, work: Work) -> Any:
    """Label a table in memory.

    ``path`` is ``-``, as for any table in memory. ``row`` is null, because the rows of a distributed table have no
    numbers.

    Parameters
    ----------
    table : pyarrow.Table or pandas.DataFrame
    model : SentModel or StoredModel
    work : Work

    Returns
    -------
    pyarrow.Table
        A row for each row of `table`, in the same order; kept columns have their type.

    Raises
    ------
    InputError
        If a column is missing or holds no text, or this worker does not have the model.
    """
    source = MemoryTable(table, work.options)
    job = work.job(source, model)
    made = [labels_schema(source.schema, work).empty_table()]
    with job.source.open() as opened:
        for tables in job.results(opened, to_arrow):
            made += tables
    labels = pa.concat_tables(made)
    return labels.set_column(labels.column_names.index("row"), "row", pa.nulls(len(labels), pa.int64()))


def labels_schema(schema: Any, work: Work) -> Any:
    """Return the Arrow schema of the labels of a table with this one."""
    types = [LABEL_TYPES[name] if name in SCHEMA else schema.field(name).type for name in work.columns]
    return pa.schema(list(zip(work.columns, types, strict=True)))


def label_frame(frame: Any, model: ModelOnTheWay, work: Work) -> Any:
    """Label a pandas DataFrame, as `label_arrow` does.

    Returns
    -------
    pandas.DataFrame
        With the index and the kept columns of `frame`.

    Raises
    ------
    InputError
        As `label_arrow`.
    """
    plain = _without_kept(work)
    return _beside_kept(label_arrow(frame, model, plain), frame, work)


def empty_labels(frame: Any, work: Work) -> Any:
    """Return the labels of no rows, which have the columns and types of the labels of a DataFrame.

    Raises
    ------
    InputError
        If a column is missing or holds no text.
    """
    require_columns([str(name) for name in frame.columns], work.options, "the table")
    plain = _without_kept(work)
    table = MemoryTable(frame.iloc[:0], plain.options)
    return _beside_kept(labels_schema(table.schema, plain).empty_table(), frame.iloc[:0], work)


def _without_kept(work: Work) -> Work:
    """Return the same work without kept columns: in pandas they may hold what Arrow cannot."""
    return replace(work, options=SourceOptions(text=work.options.text, title=work.options.title))


def _beside_kept(labels: Any, frame: Any, work: Work) -> Any:
    made = labels.to_pandas().set_axis(frame.index)
    made["row"] = made["row"].astype("Int64")
    places = column_places([str(name) for name in frame.columns], work.options.keep, "the table")
    for position, (name, place) in enumerate(places.items(), 2):
        made.insert(position, name, frame.iloc[:, place])
    return made
