"""The formats of the output, by name: adding one is a module and a line here."""

from collections.abc import Sequence

from chude.errors import InputError
from chude.sinks.csv_sink import CsvSink
from chude.sinks.jsonl_sink import JsonlSink
from chude.sinks.label_studio_sink import LabelStudioSink
from chude.sinks.sink import Sink

FORMATS = {"csv": (".csv",), "jsonl": (".jsonl", ".ndjson"), "parquet": (".parquet",), "label-studio": (".json",)}
"""Formats of the output, and the endings that stand for them."""


def format_of(out: str, asked: str | None) -> str:
    """Format an output is to have: the one asked for, or the one its name ends in.

    Raises
    ------
    InputError
        If the format is unknown, or the name promises one chude does not write.
    """
    if asked is not None:
        if asked not in FORMATS:
            raise InputError(f"unknown format {asked!r}: choose {', '.join(FORMATS)}")
        return asked
    end = out[out.rfind(".") :].lower() if "." in out else ""
    for name, endings in FORMATS.items():
        if end in endings:
            return name
    if end in {".gz", ".zst", ".zip", ".xlsx", ".xls", ".tsv", ".arrow", ".feather"}:
        raise InputError(f"chude writes no {end} files: choose a name that ends in .csv, .jsonl, .parquet or .json")
    return "csv"


def make_sink(name: str, columns: Sequence[str], *, bom: bool, model_version: str) -> Sink:
    """Make the sink of a format.

    Parameters
    ----------
    name : str
        One of `FORMATS`.
    columns : sequence of str
        Of the output.
    bom : bool
        Begin CSV with a byte order mark.
    model_version : str
        What Label Studio shows as the predictions' model.

    Raises
    ------
    InputError
        If a mark is asked for where it means nothing.
    """
    if bom and name != "csv":
        raise InputError(f"a byte order mark (--bom) goes with CSV, not with {name}")
    if name == "csv":
        return CsvSink(columns, bom=bom)
    if name == "jsonl":
        return JsonlSink()
    if name == "label-studio":
        return LabelStudioSink(model_version)
    from chude.sinks.parquet_sink import ParquetSink

    return ParquetSink(columns)
