"""Spark DataFrames."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from chude.engines.frames import label_rows
from chude.engines.shipping import StoredModel, shipped
from chude.engines.work import Work, require
from chude.errors import InputError
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.rules import Rules
from chude.sinks.schema import SCHEMA
from chude.sources.options import SourceOptions
from chude.sources.rows import asked_columns, column_places


def label(
    df: Any,
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
    """Label the rows of a Spark DataFrame.

    Nothing is computed before it is needed. Partitions are kept. Rows of Spark have neither numbers nor an order: name
    in `keep` the columns that identify a row. ``path`` is ``-`` and ``row`` is null.

    It runs in ``mapInArrow``, not in ``mapInPandas``: converting to pandas and back takes time, and changes some
    columns.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
    ship : bool
        Broadcast the model: each executor gets it once. With False, each executor reads it by its name or path.
    text, title, keep, model, top, min_probability, min_coverage, also, iptc, kind, only_news
        As for `chude.label_table`; kept columns may have any type.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns and labels of a local run.

    Raises
    ------
    InputError
        If `df` is not a Spark DataFrame, a column is missing, or an option makes no sense.
    MissingExtraError
        If Spark is not installed.
    """
    require("spark")
    from pyspark.sql import DataFrame

    if not isinstance(df, DataFrame):
        raise InputError(f"expected a pyspark.sql.DataFrame, not {type(df).__name__}; chude.label_table takes others")
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
    schema = _schema(df, work)
    places = column_places(df.columns, asked_columns(work.options), "the DataFrame")
    # Spark takes a dot in a name for the field of a struct: names are in backquotes here, and numbers on the way.
    columns = [df[f"`{df.columns[place].replace('`', '``')}`"] for place in places.values()]
    texts = df.select(*(column.alias(str(number)) for number, column in enumerate(columns)))
    return texts.mapInArrow(_Label(_on_the_way(df, shipped(model, ship=ship)), work), schema)


def _schema(df: Any, work: Work) -> Any:
    """Return the Spark schema of the labels."""
    from pyspark.sql.types import DoubleType, LongType, StringType, StructField, StructType

    places = column_places(df.columns, asked_columns(work.options), "the DataFrame")
    fields = {name: df.schema.fields[place] for name, place in places.items()}
    dtype = fields[str(work.options.text)].dataType
    if not isinstance(dtype, StringType):
        raise InputError(f"column {work.options.text!r} of the DataFrame holds {dtype.simpleString()}, not text")
    types = {str: StringType(), int: LongType(), float: DoubleType()}
    return StructType(
        [
            StructField(name, fields[name].dataType, fields[name].nullable)
            if name in work.options.keep
            else StructField(name, types[SCHEMA[name]])
            for name in work.columns
        ]
    )


def _on_the_way(df: Any, model: ModelProtocol | StoredModel) -> Any:
    """Broadcast the model, unless executors read it themselves."""
    if isinstance(model, StoredModel):
        return model
    if type(df).__module__.startswith("pyspark.sql.connect"):
        raise InputError(
            "Spark Connect cannot send a model to the executors: put its file there, and give its path and ship=False"
        )
    return df.sparkSession.sparkContext.broadcast(model)


@dataclass(frozen=True)
class _Label:
    """What executors run on the batches of a partition; it is pickled with the broadcast or the path of the model."""

    model: Any
    work: Work

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        model = self.model if isinstance(self.model, StoredModel) else self.model.value
        names = asked_columns(self.work.options)
        for batch in batches:
            table = pa.Table.from_batches([batch]).rename_columns(names)
            labels, keep = label_rows(table, model, self.work), self.work.options.keep
            columns = {name: (table if name in keep else labels)[name] for name in self.work.columns}
            yield from pa.table(columns).to_batches()
