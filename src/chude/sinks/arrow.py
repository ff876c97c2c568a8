"""Labels as Arrow tables: the types of the schema's columns, and a type for each kept column."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from chude.sinks.schema import SCHEMA, Labelled, as_list, labels_among
from chude.values import as_text, to_utf8

_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64()}
_KEPT_TYPES: dict[frozenset[type], Any] = {
    frozenset({str}): pa.string(),
    frozenset({bool}): pa.bool_(),
    frozenset({int}): pa.int64(),
    frozenset({float}): pa.float64(),
    frozenset({int, float}): pa.float64(),
    frozenset(): pa.null(),
}


def label_types(columns: Sequence[str]) -> dict[str, Any]:
    """Return the Arrow types of the schema's columns in the output, by name."""
    return {name: _TYPES[SCHEMA[name]] for name in labels_among(columns)}


def to_arrow(labelled: Labelled) -> Any:
    """Return a batch as a ``pyarrow.Table`` with the schema's types; kept columns have the types of their table."""
    types = label_types(list(labelled.columns))
    arrays = [_array(types.get(name), values) for name, values in labelled.columns.items()]
    return pa.Table.from_arrays(arrays, names=list(labelled.columns))


def _array(dtype: Any, values: Sequence[Any]) -> Any:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    listed = as_list(values)
    if dtype is not None:
        return _typed(listed, dtype)
    types = frozenset(type(value) for value in listed if value is not None)
    if types in _KEPT_TYPES:
        try:
            return _typed(listed, _KEPT_TYPES[types])
        except (pa.ArrowInvalid, OverflowError):  # an integer of more than 64 bits
            pass
    return _typed([None if value is None else as_text(value) for value in listed], pa.string())


def _typed(values: list[Any], dtype: Any) -> Any:
    try:
        return pa.array(values, dtype)
    except UnicodeEncodeError:
        return pa.array([None if value is None else to_utf8(value).decode() for value in values], dtype)


def _common(one: Any, other: Any) -> Any:
    """Return a type that holds the values of both types."""
    if one == other or other == pa.null():
        return one
    if one == pa.null():
        return other
    return pa.float64() if {one, other} == {pa.int64(), pa.float64()} else pa.string()


def common_schema(tables: Iterable[Any], columns: Sequence[str]) -> Any:
    """Return a ``pyarrow.Schema`` for all batches of a run: kept columns get types that hold all their values."""
    labels, kept = label_types(columns), dict[str, Any]()
    for table in tables:
        for name in table.column_names:
            if name not in labels:
                dtype = table.schema.field(name).type
                kept[name] = _common(kept[name], dtype) if name in kept else dtype
    types = [labels.get(name) or kept.get(name, pa.null()) for name in columns]
    return pa.schema(
        [(name, pa.string() if dtype == pa.null() else dtype) for name, dtype in zip(columns, types, strict=True)]
    )


def cast(table: Any, schema: Any) -> Any:
    """Return a batch with the types of a schema that `common_schema` returned."""
    columns = []
    for field in schema:
        column = table.column(field.name)
        if column.type != field.type:
            if field.type == pa.string() and column.type != pa.null():
                texts = [None if value is None else as_text(value) for value in column.to_pylist()]
                column = _typed(texts, pa.string())
            else:
                column = column.cast(field.type)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)
