"""Formats of the output: how labelled batches become bytes, piece by piece."""

import json
import math
from collections.abc import Sequence
from types import NoneType
from typing import Any, BinaryIO, Protocol, runtime_checkable

from chude.errors import InputError
from chude.labelling.judging import Labelled, as_list
from chude.labelling.values import as_text

FORMATS = {"csv": (".csv",), "jsonl": (".jsonl", ".ndjson"), "parquet": (".parquet",), "label-studio": (".json",)}
"""Formats of the output, and the endings that stand for them."""


class Sink(Protocol):
    """A format.

    The body of an unfinished output is the header, then what ``encode`` gave for each batch with the separator between;
    cut off after any batch it can be gone on with. The footer ends it.
    """

    header: bytes
    separator: bytes
    footer: bytes

    def encode(self, labelled: Labelled) -> bytes:
        """Bytes of a batch; safe to call from several threads."""


@runtime_checkable
class RewritingSink(Sink, Protocol):
    """A format that cannot be written piece by piece: its body has to be rewritten at the end."""

    def rewrite(self, body: BinaryIO, out: str) -> None:
        """Write the output to the file `out`."""


class CsvSink:
    """CSV, UTF-8, lines ended by a newline; null is an empty cell.

    Parameters
    ----------
    names : sequence of str
        Columns.
    bom : bool
        Begin with a byte order mark, by which Excel knows UTF-8.
    """

    separator = footer = b""

    def __init__(self, names: Sequence[str], *, bom: bool = False) -> None:
        self.header = (b"\xef\xbb\xbf" if bom else b"") + to_utf8(_csv([[name] for name in names]))

    def encode(self, labelled: Labelled) -> bytes:
        """Lines of a batch."""
        return to_utf8(_csv([_cells(as_list(values)) for values in labelled.columns.values()]))


def _cells(values: list[Any]) -> list[str]:
    """Values of a column as text; null is an empty one."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    if kinds == {float}:
        return list(map(repr, values))
    if kinds == {NoneType}:
        return [""] * len(values)
    return ["" if value is None else as_text(value) for value in values]


def _csv(columns: Sequence[list[str]]) -> str:
    """Write columns as lines, column by column: most have no cell that needs quotes, and are looked at in one piece.

    Cells are quoted as `csv.writer` does it, with one exception: it leaves a lone carriage return unquoted, which
    readers take for the end of the row; a row that has one is quoted throughout.
    """
    lines = list(map(",".join, zip(*map(_quoted_where_needed, columns), strict=True)))
    returns = {k for column in columns if "\r" in "".join(column) for k, cell in enumerate(column) if "\r" in cell}
    for k in returns:
        lines[k] = ",".join(_quoted(column[k]) for column in columns)
    return "".join(f"{line}\n" for line in lines)


def _quoted_where_needed(cells: list[str]) -> list[str]:
    together = "".join(cells)
    if "," not in together and '"' not in together and "\n" not in together:
        return cells
    return [_quoted(cell) if "," in cell or '"' in cell or "\n" in cell else cell for cell in cells]


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def to_utf8(text: str) -> bytes:
    r"""Encode; a lone surrogate, as in the name of a file that is not UTF-8, is spelled ``\udc80``."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace")


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=as_text, allow_nan=False)
    except ValueError:
        return json.dumps(_without_nan(value), ensure_ascii=False, default=as_text)


def _without_nan(value: Any) -> Any:
    """Null for what JSON has no number for."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _without_nan(inner) for name, inner in value.items()}
    return [_without_nan(inner) for inner in value] if isinstance(value, list) else value


class JsonlSink:
    """One JSON object a line."""

    header = separator = footer = b""

    def encode(self, labelled: Labelled) -> bytes:
        """Lines of a batch."""
        return to_utf8("".join(f"{_json(row)}\n" for row in labelled.rows()))


class LabelStudioSink:
    """Tasks with predictions, as Label Studio imports them.

    A labelling configuration with ``<Choices name="topic" toName="text">`` over ``<Text name="text" value="$text"/>``
    shows them. The choice is the slug; an ``unknown`` text has no prediction, one with an error has no text either.

    Parameters
    ----------
    model_version : str
    """

    header = b"[\n"
    separator = b",\n"
    footer = b"\n]\n"

    def __init__(self, model_version: str) -> None:
        self._version = model_version

    def encode(self, labelled: Labelled) -> bytes:
        """Tasks of a batch."""
        rows = zip(labelled.rows(), labelled.texts, strict=True)
        return to_utf8(",\n".join(_json(self._task(row, text)) for row, text in rows))

    def _task(self, row: dict[str, Any], text: str) -> dict[str, Any]:
        predictions = []
        if row["topic"] is not None and row["reason"] is None:
            choice = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [row["topic"]]}}
            predictions.append({"model_version": self._version, "score": row["probability"], "result": [choice]})
        return {"data": {"text": text, **row}, "predictions": predictions}


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
    from chude.labelling.parquetsink import ParquetSink

    return ParquetSink(columns)
