"""Parquet. Nothing can be appended to a Parquet file: batches are kept as Arrow streams and rewritten at the end."""

import struct
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from chude.sinks.schema import SCHEMA, Labelled, as_list
from chude.sinks.sink import SinkOptions
from chude.values import as_text, to_utf8

_LENGTH = struct.Struct("<Q")
_GROUP_ROWS = 1 << 16
_GROUP_BYTES = 32 << 20
_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64()}
LABEL_TYPES = {name: _TYPES[kind] for name, kind in SCHEMA.items()}
"""Arrow types of the schema's columns."""
_KEPT_TYPES: dict[frozenset[type], Any] = {
    frozenset({str}): pa.string(),
    frozenset({bool}): pa.bool_(),
    frozenset({int}): pa.int64(),
    frozenset({float}): pa.float64(),
    frozenset({int, float}): pa.float64(),
    frozenset(): pa.null(),
}


class ParquetSink:
    """Parquet with the schema's types; kept columns have the types of their table.

    A kept column of a table without types (JSONL) gets a type that holds all its values. If the values have several
    types, or are lists or objects, they are written as text.

    Parameters
    ----------
    options : SinkOptions
    """

    header = separator = footer = b""

    def __init__(self, options: SinkOptions) -> None:
        self._columns = list(options.columns)

    def encode(self, labelled: Labelled) -> bytes:
        """Return the batch as an Arrow stream, with its length in front."""
        table = to_arrow(labelled)
        written = pa.BufferOutputStream()
        with pa.ipc.new_stream(written, table.schema) as stream:
            stream.write_table(table)
        data = written.getvalue()
        return _LENGTH.pack(data.size) + bytes(data)

    def rewrite(self, body: BinaryIO, out: BinaryIO) -> None:
        """Write the Parquet file. Where row groups end depends on the batches only."""
        kept: dict[str, Any] = {}
        for table in _tables(body):
            for name in table.column_names:
                if name not in LABEL_TYPES:
                    kind = table.schema.field(name).type
                    kept[name] = _common(kept[name], kind) if name in kept else kind
        types = [LABEL_TYPES.get(name) or kept.get(name, pa.null()) for name in self._columns]
        schema = pa.schema(
            [
                (name, pa.string() if kind == pa.null() else kind)
                for name, kind in zip(self._columns, types, strict=True)
            ]
        )
        with pq.ParquetWriter(out, schema) as writer:
            for group in _groups(_tables(body)):
                tables = [_cast(table, schema) for table in group]
                # In one piece: otherwise, where pages end would depend on where batches end.
                writer.write_table(pa.concat_tables(tables).combine_chunks(), row_group_size=_GROUP_ROWS)


def to_arrow(labelled: Labelled) -> Any:
    """Return a batch as a ``pyarrow.Table`` with the schema's types; kept columns have the types of their table."""
    arrays = [_array(name, values) for name, values in labelled.columns.items()]
    return pa.Table.from_arrays(arrays, names=list(labelled.columns))


def _array(name: str, values: Sequence[Any]) -> Any:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    listed = as_list(values)
    if name in LABEL_TYPES:
        return _typed(listed, LABEL_TYPES[name])
    kinds = frozenset(type(value) for value in listed if value is not None)
    if kinds in _KEPT_TYPES:
        try:
            return _typed(listed, _KEPT_TYPES[kinds])
        except (pa.ArrowInvalid, OverflowError):  # an integer of more than 64 bits
            pass
    return _typed([None if value is None else as_text(value) for value in listed], pa.string())


def _typed(values: list[Any], kind: Any) -> Any:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([None if value is None else to_utf8(value).decode() for value in values], kind)


def _common(one: Any, other: Any) -> Any:
    """Return a type that holds the values of both types."""
    if one == other or other == pa.null():
        return one
    if one == pa.null():
        return other
    return pa.float64() if {one, other} == {pa.int64(), pa.float64()} else pa.string()


def _tables(body: BinaryIO) -> Iterator[Any]:
    body.seek(0)
    while prefix := body.read(_LENGTH.size):
        yield pa.ipc.open_stream(body.read(*_LENGTH.unpack(prefix))).read_all()


def _groups(tables: Iterator[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    rows = size = 0
    for table in tables:
        if group and (rows + table.num_rows > _GROUP_ROWS or size + table.nbytes > _GROUP_BYTES):
            yield group
            group, rows, size = [], 0, 0
        group.append(table)
        rows += table.num_rows
        size += table.nbytes
    if group:
        yield group


def _cast(table: Any, schema: Any) -> Any:
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
