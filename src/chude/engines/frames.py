"""Labels of a partition of a DataFrame on a worker: the local run over a table in memory."""

from dataclasses import replace
from typing import Any

import pyarrow as pa

from chude.engines.shipping import StoredModel
from chude.engines.work import Work
from chude.labelling.labels import Labels
from chude.labelling.model_protocol import ModelProtocol
from chude.sinks.arrow import label_types
from chude.sources.memory_table import MemoryTable
from chude.sources.rows import column_places, require_columns


def label_rows(table: Any, model: ModelProtocol | StoredModel, work: Work) -> Any:
    """Label a table in memory, without its kept columns: they are put beside the labels as they are.

    ``path`` is ``-``, as for any table in memory. ``row`` is null, because the rows of a distributed table have no
    numbers.

    Parameters
    ----------
    table : pyarrow.Table or pandas.DataFrame
    model : TopicModel or StoredModel
    work : Work

    Returns
    -------
    pyarrow.Table
        A row for each row of `table`, in the same order.

    Raises
    ------
    InputError
        If a column is missing or holds no text, or this worker does not have the model.
    """
    source = MemoryTable(table, replace(work.options, keep=()))
    labels = Labels(work.job(source, model)).to_arrow()
    return labels.set_column(labels.column_names.index("row"), "row", pa.nulls(len(labels), pa.int64()))


def label_frame(frame: Any, model: ModelProtocol | StoredModel, work: Work) -> Any:
    """Label a ``pandas.DataFrame`` into another, with its index and kept columns; raises as `label_rows`."""
    return _beside_kept(label_rows(frame, model, work), frame, work)


def empty_labels(frame: Any, work: Work) -> Any:
    """Return the labels of no rows, which have the columns and types of the labels of a ``pandas.DataFrame``.

    Raises
    ------
    InputError
        If a column is missing or holds no text.
    """
    require_columns([str(name) for name in frame.columns], work.options, "the table")
    none, options = frame.iloc[:0], replace(work.options, keep=())
    MemoryTable(none, options)
    types = label_types(replace(work, options=options).columns)
    return _beside_kept(pa.schema(list(types.items())).empty_table(), none, work)


def _beside_kept(labels: Any, frame: Any, work: Work) -> Any:
    made = labels.to_pandas().set_axis(frame.index)
    made["row"] = made["row"].astype("Int64")
    places = column_places([str(name) for name in frame.columns], work.options.keep, "the table")
    for position, (name, place) in enumerate(places.items(), 2):
        made.insert(position, name, frame.iloc[:, place])
    return made
