"""Parquet. Nothing can be appended to a Parquet file: batches are kept as Arrow streams and rewritten at the end."""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from chude.sinks.arrow import cast, common_schema, to_arrow
from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions

_LENGTH = struct.Struct("<Q")
_GROUP_ROWS = 1 << 16
_GROUP_BYTES = 32 << 20


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
        """Write the Parquet file. The ends of row groups depend on the batches only."""
        schema = common_schema(encoded_tables(body), self._columns)
        with pq.ParquetWriter(out, schema) as writer:
            for group in _groups(encoded_tables(body)):
                tables = [cast(table, schema) for table in group]
                # In one piece: otherwise the ends of pages would depend on the ends of batches.
                writer.write_table(pa.concat_tables(tables).combine_chunks(), row_group_size=_GROUP_ROWS)


def encoded_tables(body: BinaryIO) -> Iterator[Any]:
    """Yield the batches of a body, from its beginning, as ``pyarrow.Table``."""
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
