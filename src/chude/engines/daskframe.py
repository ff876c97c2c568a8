"""Dask DataFrames."""

import os
from collections.abc import Sequence
from typing import Any

from chude.engines.frames import empty_labels, label_frame
from chude.engines.shipping import StoredModel, shipped
from chude.engines.work import Work, require
from chude.errors import InputError
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.rules import Rules
from chude.sources.options import SourceOptions


def label(
    ddf: Any,
    text: str = "text",
    *,
    title: str | None = None,
    keep: Sequence[str] = (),
    model: "str | os.PathLike[str] | ModelProtocol" = "news",
    ship: bool = True,
    top: int = 0,
    min_probability: float | None = None,
    min_coverage: float | None = None,
    also: float | None = None,
    iptc: bool = False,
    kind: bool = False,
    only_news: float | None = None,
) -> Any:
    """Label the rows of a Dask DataFrame.

    Nothing is computed before it is needed. Partitions, their divisions and the index are kept, so that
    ``ddf.join(labels)`` joins rows and labels. ``path`` is ``-`` and ``row`` is null: the rows of a distributed table
    have no numbers.

    Parameters
    ----------
    ddf : dask.dataframe.DataFrame
    ship : bool
        Send the model to the workers, once to each: now, if a ``distributed.Client`` is connected (then compute with
        it). With False, each worker reads it by its name or path.
    text, title, keep, model, top, min_probability, min_coverage, also, iptc, kind, only_news
        As for `chude.label_table`; kept columns may have any type.

    Returns
    -------
    dask.dataframe.DataFrame
        The columns and labels of a local run.

    Raises
    ------
    InputError
        If `ddf` is not a Dask DataFrame, a column is missing, or an option makes no sense.
    MissingExtraError
        If Dask is not installed.
    """
    require("dask")
    import dask.dataframe

    if not isinstance(ddf, dask.dataframe.DataFrame):
        raise InputError(
            f"expected a dask.dataframe.DataFrame, not {type(ddf).__name__}; chude.label_table takes others"
        )
    options = SourceOptions(text=text, title=title, keep=tuple(keep))
    rules = Rules(
        top=top,
        min_probability=min_probability,
        min_coverage=min_coverage,
        also=also,
        iptc=iptc,
        kind=kind,
        only_news=only_news,
    )
    work = Work(options, rules)
    meta = empty_labels(ddf._meta, work)
    return ddf.map_partitions(label_frame, _on_the_way(shipped(model, ship=ship)), work, meta=meta)


def _on_the_way(model: ModelProtocol | StoredModel) -> Any:
    """Send a model to the connected workers. If none is connected, the model is a task in the graph."""
    from dask.delayed import delayed
    from distributed import default_client

    try:
        client = default_client()
    except ValueError:
        client = None
    if client is None or client.asynchronous or not client.scheduler_info()["workers"]:
        return delayed(model, pure=True, traverse=False)
    return delayed(client.scatter(model, broadcast=True, hash=False))
