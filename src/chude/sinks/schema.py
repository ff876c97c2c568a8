"""The columns of the output, and a batch of labelled texts, which sinks write."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chude.errors import InputError

SCHEMA: dict[str, type] = {
    "path": str,
    "row": int,
    "topic": str,
    "best_topic": str,
    "topic_name": str,
    "probability": float,
    "second_topic": str,
    "second_probability": float,
    "coverage": float,
    "reason": str,
    "encoding": str,
    "error": str,
    "top": str,
    "topics": str,
    "iptc": str,
    "kind": str,
    "kind_probability": float,
    "news_probability": float,
}
"""Columns of the output, and the type of their values; each may be null. Those of `OPTIONAL` have to be asked for."""

KIND_COLUMNS = ("kind", "kind_probability", "news_probability")
"""Columns of the kind of a text."""

OPTIONAL = frozenset({"top", "topics", "iptc", *KIND_COLUMNS})

_FIRST_LABEL = "topic"


def output_columns(keep: Sequence[str], optional: Collection[str] = ()) -> list[str]:
    """Return the columns of the output: those that are kept stand after ``row``, those of `OPTIONAL` at the end.

    Raises
    ------
    InputError
        If a kept column has the name of one of the schema's. Many tables have a column named ``kind``: it can be
        kept unless the columns of kinds are asked for.
    """
    clashes = [name for name in keep if name in SCHEMA and (name not in KIND_COLUMNS or name in optional)]
    if clashes:
        raise InputError(
            f"cannot keep {', '.join(clashes)}: the output has a column of that name; rename it in the table first"
        )
    path, row, *labels = SCHEMA
    return [path, row, *keep, *(name for name in labels if name not in OPTIONAL or name in optional)]


def labels_among(columns: Sequence[str]) -> list[str]:
    """Return the schema's columns of the output, in order, without those kept from a table.

    A kept column may have the name of an optional column that was not asked for: the place of a column decides.
    """
    return [*columns[:2], *columns[columns.index(_FIRST_LABEL) :]]


@dataclass(slots=True)
class Labelled:
    """A batch of texts with their labels.

    Attributes
    ----------
    columns : dict of str to sequence
        The columns of the output, in order.
    texts : sequence of str
        The texts; empty where a text has an error.
    size : int
        Bytes of the input that the batch comes from.
    """

    columns: dict[str, Sequence[Any]]
    texts: Sequence[str]
    size: int

    def __len__(self) -> int:
        return len(self.texts)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the row of each text as a dict."""
        columns = [as_list(values) for values in self.columns.values()]
        for row in zip(*columns, strict=True):
            yield dict(zip(self.columns, row, strict=True))

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame``."""
        import pandas as pd

        return pd.DataFrame({name: as_list(values) for name, values in self.columns.items()})


def as_list(values: Sequence[Any]) -> list[Any]:
    """Return the Python values of a column that is a list or a ``pyarrow.Array``."""
    if isinstance(values, list):
        return values
    listed: list[Any] = values.to_pylist()  # type: ignore[attr-defined]
    return listed
