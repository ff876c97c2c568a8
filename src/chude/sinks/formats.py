"""The formats of the output, by name. A new one needs a module, a line here, and words that name it.

Those are the errors below, help texts, the docstring of `Labels.write`, and ``locale/vi.po``.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from chude.errors import InputError
from chude.sinks.csv_sink import CsvSink, to_csv
from chude.sinks.jsonl_sink import JsonlSink, to_jsonl
from chude.sinks.label_studio_sink import LabelStudioSink
from chude.sinks.sink import Sink, SinkOptions

RowsWriter = Callable[[Sequence[str], Sequence[Mapping[str, Any]]], str]
"""Returns rows as text, given the names of their columns."""


class Format(NamedTuple):
    """A format of the output.

    Attributes
    ----------
    endings : tuple of str
        A file whose name ends in one of them has this format.
    make : callable
        Makes its sink.
    to_text : callable, optional
        Writes rows of any columns; None where the format is for labels alone.
    """

    endings: tuple[str, ...]
    make: Callable[[SinkOptions], Sink]
    to_text: RowsWriter | None = None


def _parquet(options: SinkOptions) -> Sink:
    from chude.sinks.parquet_sink import ParquetSink  # imports pyarrow, which the other formats do without

    return ParquetSink(options)


def _xlsx(options: SinkOptions) -> Sink:
    from chude.sinks.xlsx_sink import XlsxSink

    return XlsxSink(options)


FORMATS = {
    "csv": Format((".csv",), CsvSink, to_csv),
    "jsonl": Format((".jsonl", ".ndjson"), JsonlSink, to_jsonl),
    "parquet": Format((".parquet",), _parquet),
    "xlsx": Format((".xlsx",), _xlsx),
    "label-studio": Format((".json",), LabelStudioSink),
}
"""Formats by name."""


def format_of(out: str, asked: str | None) -> str:
    """Return the format of an output: the given one, or the one of its ending; CSV if the name has no ending.

    Raises
    ------
    InputError
        If the format is unknown, or the name has the ending of none.
    """
    if asked is not None:
        if asked not in FORMATS:
            raise InputError(f"unknown format {asked!r}: choose {', '.join(FORMATS)}")
        return asked
    named = _named(out)
    if named is not None:
        return named
    end = PurePath(out).suffix.lower()
    if end:
        raise InputError(
            f"chude writes no {end} files: choose a name that ends in .csv, .jsonl, .parquet, .xlsx or .json, or name "
            "the format with --format"
        )
    return "csv"


def _ending(out: str) -> str:
    return out[out.rfind(".") :].lower() if "." in out else ""


def _named(out: str) -> str | None:
    """Return the format that the name of a file ends in, if any."""
    end = _ending(out)
    return next((name for name, format_ in FORMATS.items() if end in format_.endings), None)


def rows_writer(path: str) -> RowsWriter:
    """Return the function that writes rows of any columns, for the format of a file's ending.

    Raises
    ------
    InputError
        If the name of the file does not end in that of a format that can hold any rows.
    """
    named = _named(path)
    writer = None if named is None else FORMATS[named].to_text
    if writer is None:
        raise InputError(f"{path} must end in .csv or .jsonl, which says its format")
    return writer


def make_sink(name: str, options: SinkOptions) -> Sink:
    """Make the sink of a format.

    Raises
    ------
    InputError
        If a byte order mark is asked for, and the format is not CSV.
    """
    if options.bom and name != "csv":
        raise InputError(f"a byte order mark (--bom) goes with CSV, not with {name}")
    return FORMATS[name].make(options)
