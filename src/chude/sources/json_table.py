"""JSON tables: an array of objects, an object that holds one (``{"data": [...]}``), or objects one behind the other."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from chude.decoding import decode
from chude.errors import DecodingError
from chude.locale import N_
from chude.sources.json_records import JsonRecords, keys_of
from chude.sources.opening import Unreadable, too_large
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream, read_limited
from chude.sources.rows import Row, batched, plain_name, repaired, require_columns
from chude.sources.source import Batch

_LARGEST = 256 << 20
"""Bytes of a table, which has to be in memory as a whole."""
_FIRST = 100
"""Records whose keys are the columns."""
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_NEXT_RECORD = re.compile(r"\}[ \t\r\n]*,?[ \t\r\n]*(?=\{)")
_EXPECTED = N_(
    "JSON, but no table: expected an array of objects, an object with one, or JSON Lines (of a DataFrame: "
    'to_json(orient="records"))'
)


class JsonTable:
    """A JSON table.

    If an object holds several arrays of objects, the table is the one whose first object has the column of text, else
    the one named ``data``, else the first. Several objects in a row are JSON Lines.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Attributes
    ----------
    columns : list of str
        Every key of the first 100 records; a record may lack some.

    Raises
    ------
    Unreadable
        If it is no such table, or too large.
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        self._options = options
        data = _read(stream)
        self._size = len(data)
        try:
            decoded = decode(data, encoding=options.encoding, mend=False)
        except DecodingError as error:
            raise Unreadable(str(error)) from None
        self._text, self._encoding = decoded.text, decoded.encoding
        self._start, self._is_array = _start(self._text, options.text)
        self._at = self._start
        first = list(islice(self._values(), _FIRST))
        self.columns = keys_of(first)
        if not self.columns or (not self._is_array and _is_by_column(first, options.text)):
            raise Unreadable(_EXPECTED)

    def check(self, path: str) -> None:
        """Check that the columns asked for are in one of the first records."""
        require_columns(self.columns, self._options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every record that --where selects. A value that is no record has an error."""
        self.check(path)
        return batched(self._rows(), path, self._options.keep, self._position)

    def _position(self) -> int:
        return self._size * self._at // max(len(self._text), 1)

    def _rows(self) -> Iterator[Row]:
        options = self._options
        nothing = (None,) * len(options.keep)
        records = JsonRecords(options, lambda text: repaired(text, self._encoding, options))
        for number, value in enumerate(self._values(), 1):
            if isinstance(value, dict):
                row = records.row(number, value, self._encoding)
                if row is not None and len(row.text) > options.max_size:
                    row = row._replace(text="", error=str(too_large(options.max_size)))
                if row is not None:
                    yield row
            else:
                said = str(value) if isinstance(value, Unreadable) else f"not a JSON object ({type(value).__name__})"
                yield Row(number, "", nothing, self._encoding, said)

    def _values(self) -> Iterator[Any]:
        """Yield the records; `Unreadable` for text that is no record, up to the next record."""
        text, decoder = self._text, json.JSONDecoder()
        at = self._start
        while True:
            at = self._at = _after_space(text, at)
            if at == len(text) or (self._is_array and text[at] == "]"):
                break
            if text[at] == ",":
                at += 1
                continue
            try:
                value, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError) as error:
                yield Unreadable(f"not JSON ({str(error).partition(': line')[0].lower()}, character {at + 1:,})")
                following = _NEXT_RECORD.search(text, at)
                if following is None:
                    return
                at = following.end()
            else:
                yield value
        if self._is_array and at == len(text):
            yield Unreadable("the array has no end: the file is cut off")


def _is_by_column(values: list[Any], column: str | None) -> bool:
    """Whether there is one object that holds an object for each column, as pandas writes a DataFrame by default."""
    if len(values) != 1 or not isinstance(values[0], dict):
        return False
    return any(plain_name(key) == column and isinstance(value, dict) for key, value in values[0].items())


def _read(stream: RawStream) -> bytes:
    try:
        data = read_limited(stream, _LARGEST)
    except Unreadable as error:
        if "--max-size" not in str(error):
            raise
        raise Unreadable(
            f"larger than a JSON table may be ({_LARGEST:,} bytes): save it as JSON Lines, with a name that ends in "
            ".jsonl"
        ) from None
    if not data:
        raise Unreadable("empty file")
    return data


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _start(text: str, column: str | None) -> tuple[int, bool]:
    """Return the place of the first record, and whether it is in an array.

    Raises
    ------
    Unreadable
        If there is none.
    """
    at = _after_space(text, 0)
    if text[at : at + 1] == "[":
        return at + 1, True
    if text[at : at + 1] != "{":
        raise Unreadable(_EXPECTED)
    arrays, own_keys = _arrays(text, at + 1)
    plain = None if column is None else plain_name(column)
    if plain is not None and plain in map(plain_name, own_keys):
        return at, False
    with_column = (start for start, _, first in arrays if plain is not None and plain in map(plain_name, first))
    named = (start for start, name, _ in arrays if name == "data")
    others = (start for start, _, _ in arrays)
    chosen = next((start for starts in (with_column, named, others) for start in starts), None)
    return (at, False) if chosen is None else (chosen, True)


def _arrays(text: str, at: int) -> tuple[list[tuple[int, str, list[str]]], list[str]]:
    """Return the arrays of objects in an object, as start, name and keys of the first; and the keys of the object."""
    decoder, arrays, keys = json.JSONDecoder(), list[tuple[int, str, list[str]]](), list[str]()
    try:
        while (at := _after_space(text, at)) < len(text) and text[at] != "}":
            if text[at] == ",":
                at += 1
                continue
            key, at = decoder.raw_decode(text, at)
            at = _after_space(text, at)
            start = _after_space(text, at + 1)  # after the colon
            if text[start : start + 1] == "[" and text.startswith("{", inner := _after_space(text, start + 1)):
                first, _ = decoder.raw_decode(text, inner)
                arrays.append((start + 1, str(key), list(first)))
            _, at = decoder.raw_decode(text, start)
            keys.append(str(key))
    except (ValueError, RecursionError):
        pass  # the records before the damage are still read
    return arrays, keys


_INSIDE = re.compile(
    r'\{(?:\s*"[^"\\]*"\s*:\s*(?:"[^"\\]*"|[\w.+-]+|\{[^{}\[\]]*\})\s*,)*\s*"[^"\\]*"\s*:\s*\[\s*(?:\{|\Z)'
)


def is_json_lines(start: str, column: str | None) -> bool:
    """Say whether text that begins with an object is JSON Lines rather than one object, by its start.

    Parameters
    ----------
    start : str
        The first characters.
    column : str, optional
        Column of text.
    """
    first, newline, rest = start.partition("\n")
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        return not newline and _INSIDE.match(start) is None
    if rest.lstrip().startswith("{") or not isinstance(record, dict):
        return True
    return column in record or not any(
        isinstance(value, list) and value and isinstance(value[0], dict) for value in record.values()
    )
