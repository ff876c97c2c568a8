"""Which reader a table's name calls for, and the batches it gives."""

from collections.abc import Iterator

from chude.labelling.batch import Batch, aligned
from chude.labelling.csvtable import CsvTable
from chude.labelling.jsonl import JsonlTable
from chude.labelling.linetable import LineTable
from chude.labelling.options import Reading
from chude.labelling.parquettable import ParquetTable
from chude.labelling.rawfile import COMPRESSED, RawStream, Unreadable, open_stream
from chude.labelling.rows import batched, require_columns

ROW_TABLES: dict[str, type[CsvTable] | type[JsonlTable]] = {
    ".csv": CsvTable,
    ".tsv": CsvTable,
    ".jsonl": JsonlTable,
    ".ndjson": JsonlTable,
}
TABLES = (*ROW_TABLES, ".parquet")
"""Endings of tables; ``.gz`` or ``.zst`` may follow."""


def ending(name: str) -> str:
    """Return the ending of a name in lower case, under that of a compression: ``.csv`` for ``a.CSV.gz``."""
    name = name.lower()
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    return name[name.rfind(".") :] if "." in name else ""


def is_table(name: str) -> bool:
    """Tell whether a name is that of a table."""
    return ending(name) in TABLES


def columns_of(path: str, reading: Reading) -> list[str]:
    """Columns of a table that is a file.

    Raises
    ------
    Unreadable
        If it cannot be read.
    InputError
        If `reading` names a column of text and a column asked for is missing or of the wrong type.
    """
    with open_stream(path) as stream:
        if ending(path) == ".parquet":
            table = ParquetTable(stream.seekable(), reading)
            if reading.text is not None:
                table.check(path)
            return table.columns
        columns = ROW_TABLES[ending(path)](stream, reading).columns
    if reading.text is not None and columns:
        require_columns(columns, reading, path)
    return columns


def table_batches(stream: RawStream, name: str, shown: str, reading: Reading) -> Iterator[Batch]:
    """Read a table, or a text line by line: all rows, or one that says what is wrong with the whole.

    Parameters
    ----------
    name : str
        Its name, which tells its format.
    shown : str
        What the ``path`` column says.

    Raises
    ------
    InputError
        If a column is missing.
    """
    try:
        if reading.lines:
            lines = LineTable(stream, reading)
            yield from batched(lines.rows(shown), shown, (), lines.position)
        elif ending(name) == ".parquet":
            yield from ParquetTable(stream.seekable(), reading).batches(shown)
        else:
            table = ROW_TABLES[ending(name)](stream, reading)
            yield from batched(table.rows(shown), shown, reading.keep, table.position)
    except Unreadable as error:
        yield error_batch(shown, str(error), reading)


def file_batches(path: str, reading: Reading) -> Iterator[Batch]:
    """Read a table that is a file, as `table_batches` does."""
    try:
        stream = open_stream(path)
    except Unreadable as error:
        yield error_batch(path, str(error), reading)
        return
    with stream:
        yield from table_batches(stream, path, path, reading)


def error_batch(path: str, error: str, reading: Reading) -> Batch:
    """One row for a whole file that cannot be read."""
    batch = Batch()
    batch.add(path, None, "", None, error)
    return aligned(batch, reading.keep)
