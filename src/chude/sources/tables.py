"""The formats of tables, by the ending of their names: a new one needs a module, a function, and a line here."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol

from chude.errors import InputError, MissingExtraError
from chude.sources.opening import COMPRESSED, Unreadable
from chude.sources.options import SourceOptions
from chude.sources.source import Batch, error_batch

if TYPE_CHECKING:
    from chude.sources.rawstream import RawStream


class Table(Protocol):
    """A table that is being read; `columns` are the names of its columns."""

    columns: list[str]

    def check(self, path: str) -> None:
        """Check that the table has the columns that were asked for.

        Raises
        ------
        InputError
            If not; the message lists the columns that it has.
        """

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every row that --where selects. A row that cannot be read has an error.

        Parameters
        ----------
        path : str
            What the ``path`` column says.

        Raises
        ------
        InputError
            As `check`.
        Unreadable
            If the rest of the table cannot be read.
        """


_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
"""Start of an array of objects, which some programs call JSON Lines; in UTF-8."""

# Readers are imported when a table of their format is read: most runs read one format, or none.


def _csv(stream: "RawStream", options: SourceOptions, delimiter: str | None = None) -> Table:
    from chude.sources.csv_table import CsvTable

    return CsvTable(stream, options, delimiter)


def _jsonl(stream: "RawStream", options: SourceOptions) -> Table:
    from chude.sources.jsonl_table import JsonlTable

    if _ARRAY.match(stream.start()):
        return _json(stream, options)
    return JsonlTable(stream, options)


def _json(stream: "RawStream", options: SourceOptions) -> Table:
    from chude.sources.json_table import JsonTable

    return JsonTable(stream, options)


def _parquet(stream: "RawStream", options: SourceOptions) -> Table:
    from chude.sources.parquet_table import ParquetTable

    return ParquetTable(stream, options)


def _workbook(stream: "RawStream", options: SourceOptions) -> Table:
    from chude.sources.workbook_table import WorkbookTable

    return WorkbookTable(stream, options)


def _lines(stream: "RawStream", options: SourceOptions) -> Table:
    from chude.sources.lines import LineTable

    return LineTable(stream, options)


TABLES: dict[str, Callable[["RawStream", SourceOptions], Table]] = {
    ".csv": _csv,
    ".tsv": partial(_csv, delimiter="\t"),
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _json,
    ".parquet": _parquet,
    ".xlsx": _workbook,
}
"""Readers by ending, which that of a compression (`COMPRESSED`) may follow. A reader raises `Unreadable` if the file is
no such table."""


def ending(name: str) -> str:
    """Return the ending of a name in lower case, without that of a compression: ``.csv`` for ``a.CSV.gz``."""
    name = name.lower()
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    return name[name.rfind(".") :] if "." in name else ""


def ending_by_content(start: bytes, options: SourceOptions) -> str:
    """Return the ending that a table without a name would have, by its first bytes."""
    if start.startswith(b"PK\x03\x04"):
        return ".xlsx"
    if start.startswith(b"PAR1"):
        return ".parquet"
    from chude.sources.json_table import is_json_lines

    text = start.decode(json.detect_encoding(start), "ignore").lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return ".jsonl" if is_json_lines(text, options.text) else ".json"
    return ".json" if text.startswith("[") and text[1:].lstrip()[:1] in {"{", "]", ""} else ".csv"


def is_table(name: str) -> bool:
    """Whether a file of this name is a table."""
    return ending(name) in TABLES


def table_in(stream: "RawStream", name: str, options: SourceOptions) -> Table:
    """Return the reader of a stream: by the ending of its name, or line by line where --lines asks for that.

    Raises
    ------
    Unreadable
        If the stream is no such table.
    """
    return (_lines if options.lines else TABLES[ending(name)])(stream, options)


def table_batches(stream: "RawStream", name: str, path: str, options: SourceOptions) -> Iterator[Batch]:
    """Read a table from a stream. If nothing (more) of it can be read, one row says why.

    Parameters
    ----------
    name : str
        Name of the stream, which tells its format.
    path : str
        What the ``path`` column says.

    Raises
    ------
    InputError
        If a column is missing.
    """
    try:
        yield from table_in(stream, name, options).batches(path)
    except (Unreadable, MissingExtraError) as error:
        yield error_batch(path, str(error), options.keep)


def part_batches(stream: "RawStream", name: str, path: str, options: SourceOptions) -> Iterator[Batch]:
    """Read one table of several as `table_batches` does; a missing column is an error of it, and ends no run."""
    try:
        yield from table_batches(stream, name, path, options)
    except InputError as error:
        yield error_batch(path, str(error).removeprefix(f"{path} "), options.keep)


class TableFile:
    """A table that is a file, opened. `batches` closes it at the end; so does `close`.

    Parameters
    ----------
    path : str
    options : SourceOptions

    Raises
    ------
    Unreadable
        If the file cannot be opened, or is no table.
    """

    def __init__(self, path: str, options: SourceOptions) -> None:
        self._path = path
        from chude.sources.rawstream import open_stream  # imports much that plain files do without

        self._keep = options.keep
        self._stream = open_stream(path)
        try:
            self._table = table_in(self._stream, path, options)
        except BaseException:
            self.close()
            raise

    @property
    def columns(self) -> list[str]:
        """Names of its columns."""
        return self._table.columns

    def check(self) -> None:
        """Check the columns, as `Table.check` does."""
        self._table.check(self._path)

    def batches(self) -> Iterator[Batch]:
        """Read the table, as `table_batches` does."""
        with self._stream:
            try:
                yield from self._table.batches(self._path)
            except Unreadable as error:
                yield error_batch(self._path, str(error), self._keep)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
