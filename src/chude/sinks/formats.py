"""The formats of the output, by name: adding one is a module and a line here."""

from collections.abc import Callable
from typing import NamedTuple

from chude.errors import InputError
from chude.sinks.csv_sink import CsvSink
from chude.sinks.jsonl_sink import JsonlSink
from chude.sinks.label_studio_sink import LabelStudioSink
from chude.sinks.sink import Sink, SinkOptions


class Format(NamedTuple):
    """A format of the output.

    Attributes
    ----------
    endings : tuple of str
        A file whose name ends in one of them has this format.
    make : callable
        Makes its sink.
    """

    endings: tuple[str, ...]
    make: Callable[[SinkOptions], Sink]


def _parquet(options: SinkOptions) -> Sink:
    from chude.sinks.parquet_sink import ParquetSink  # imports pyarrow, which the other formats do without

    return ParquetSink(options)


def _xlsx(options: SinkOptions) -> Sink:
    from chude.sinks.xlsx_sink import XlsxSink

    return XlsxSink(options)


FORMATS = {
    "csv": Format((".csv",), CsvSink),
    "jsonl": Format((".jsonl", ".ndjson"), JsonlSink),
    "parquet": Format((".parquet",), _parquet),
    "xlsx": Format((".xlsx",), _xlsx),
    "label-studio": Format((".json",), LabelStudioSink),
}
"""Formats by name."""

_NOT_WRITTEN = {".gz", ".zst", ".zip", ".xls", ".tsv", ".arrow", ".feather"}


def format_of(out: str, asked: str | None) -> str:
    """Return the format of an output: the one asked for, or the one its name ends in; CSV if that says nothing.

    Raises
    ------
    InputError
        If the format is unknown, or the name ends in that of a format chude does not write.
    """
    if asked is not None:
        if asked not in FORMATS:
            raise InputError(f"unknown format {asked!r}: choose {', '.join(FORMATS)}")
        return asked
    end = out[out.rfind(".") :].lower() if "." in out else ""
    for name, format_ in FORMATS.items():
        if end in format_.endings:
            return name
    if end in _NOT_WRITTEN:
        raise InputError(
            f"chude writes no {end} files: choose a name that ends in .csv, .jsonl, .parquet, .xlsx or .json"
        )
    return "csv"


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
