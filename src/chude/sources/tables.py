"""Which reader a table's name calls for, and the batches it gives."""

from collections.abc import Iterator

from chude.sources.batch import Batch, aligned
from chude.sources.csv_table import CsvTable
from chude.sources.jsonl_table import JsonlTable
from chude.sources.lines import LineTable
from chude.sources.options import SourceOptions
from chude.sources.parquet_table import ParquetTable
from chude.sources.rawfile import COMPRESSED, RawStream, Unreadable, open_stream
from chude.sources.rows import batched, require_columns

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


def columns_of(path: str, options: SourceOptions) -> list[str]:
    """Columns of a table that is a file.

    Raises
    ------
    Unreadable
        If it cannot be read.
    InputError
        If `options` names a column of text and a column asked for is missing or of the wrong type.
    """
    with open_stream(path) as stream:
        if ending(path) == ".parquet":
            table = ParquetTable(stream.seekable(), options)
            if options.text is not None:
                table.check(path)
            return table.columns
        columns = ROW_TABLES[ending(path)](stream, options).columns
    if options.text is not None and columns:
        require_columns(columns, options, path)
    return columns


def table_batches(stream: RawStream, name: str, shown: str, options: SourceOptions) -> Iterator[Batch]:
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
        if options.lines:
            lines = LineTable(stream, options)
            yield from batched(lines.rows(shown), shown, (), lines.position)
        elif ending(name) == ".parquet":
            yield from ParquetTable(stream.seekable(), options).batches(shown)
        else:
            table = ROW_TABLES[ending(name)](stream, options)
            yield from batched(table.rows(shown), shown, options.keep, table.position)
    except Unreadable as error:
        yield error_batch(shown, str(error), options)


def file_batches(path: str, options: SourceOptions) -> Iterator[Batch]:
    """Read a table that is a file, as `table_batches` does."""
    try:
        stream = open_stream(path)
    except Unreadable as error:
        yield error_batch(path, str(error), options)
        return
    with stream:
        yield from table_batches(stream, path, path, options)


def error_batch(path: str, error: str, options: SourceOptions) -> Batch:
    """One row for a whole file that cannot be read."""
    batch = Batch()
    batch.add(path, None, "", None, error)
    return aligned(batch, options.keep)
