"""JSON tables: an array of objects, an object that holds one (``{"data": [...]}``), or objects one behind the other."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from chude.decoding import decode
from chude.errors import DecodingError
from chude.locale import N_
from chude.sources.json_records import JsonRecords, keys_of, names_of
from chude.sources.opening import Unreadable, too_large
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream, read_limited
from chude.sources.rows import Row, batched, plain_name, repaired, require_columns
from chude.sources.source import Batch

_LARGEST = 256 << 20
"""Bytes of a table, which has to be in memory as a whole."""
_FIRST = 100
"""Records whose keys are the columns."""
_DEEPEST = 4
"""Objects inside one another in which an array is looked for."""
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_NEXT_RECORD = re.compile(r"\}[ \t\r\n]*,?[ \t\r\n]*(?=\{)")
_EXPECTED = N_(
    "JSON, but no table: expected an array of objects, an object with one, or JSON Lines (of a DataFrame: "
    'to_json(orient="records"))'
)


class JsonTable:
    """A JSON table.

    If an object holds several arrays of objects, the table is the one whose first object has the column of text, else
    the one named ``data``, else the first. An array in an inner object, as in ``{"response": {"docs": [...]}}``, is the
    table if it has the column. Several objects in a row are JSON Lines.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Attributes
    ----------
    columns : list of str
        Every key of the first 100 records, those of inner objects too, by their paths; a record may lack some. Where
        none has the column of text, also those of other arrays.

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
        self._start, self._is_array, others = _start(self._text, options.text)
        self._at = self._start
        first = list(islice(self._values(), _FIRST))
        self.columns = list(dict.fromkeys([*keys_of(first), *others]))
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


class _Array(NamedTuple):
    """An array of objects: where the first one starts, its key, its columns, and how many objects it is in."""

    start: int
    key: str
    columns: list[str]
    depth: int


class _Object(NamedTuple):
    """An object: the arrays of objects in it, its columns, and whether anything follows its end."""

    arrays: list[_Array]
    columns: list[str]
    is_last: bool


def _start(text: str, column: str | None) -> tuple[int, bool, list[str]]:
    """Return the place of the first record, whether it is in an array, and columns of other arrays.

    Raises
    ------
    Unreadable
        If there is none.
    """
    at = _after_space(text, 0)
    if text[at : at + 1] == "[":
        return at + 1, True, []
    if text[at : at + 1] != "{":
        raise Unreadable(_EXPECTED)
    first = _object(text, at + 1)
    if not first.is_last or _is_among(column, first.columns):
        return at, False, []
    for array in first.arrays:
        if _is_among(column, array.columns):
            return array.start, True, []
    others = [name for array in first.arrays for name in array.columns]
    outer = [array for array in first.arrays if array.depth == 1]
    chosen = next((array for array in outer if array.key == "data"), next(iter(outer), None))
    return (at, False, others) if chosen is None else (chosen.start, True, others)


def _is_among(column: str | None, names: list[str]) -> bool:
    return column is not None and plain_name(column) in map(plain_name, names)


def _object(text: str, at: int, depth: int = 1) -> _Object:
    """Look at an object from after its brace. Of a damaged one, what stands before the damage is known."""
    decoder, arrays, names = json.JSONDecoder(), list[_Array](), list[str]()
    try:
        while text[at := _after_space(text, at)] != "}":
            if text[at] == ",":
                at += 1
                continue
            key, at = decoder.raw_decode(text, at)
            start = _after_space(text, _after_space(text, at) + 1)  # after the colon
            inner = _after_space(text, start + 1)
            if text.startswith("[", start) and text.startswith("{", inner):
                first, _ = decoder.raw_decode(text, inner)
                arrays.append(_Array(start + 1, str(key), list(names_of(first)), depth))
            elif text.startswith("{", start) and depth < _DEEPEST:
                arrays += _object(text, start + 1, depth + 1).arrays
            value, at = decoder.raw_decode(text, start)
            names += names_of({str(key): value})
    except (ValueError, RecursionError, IndexError):
        return _Object(arrays, names, True)  # the records before the damage are still read
    return _Object(arrays, names, _after_space(text, at + 1) == len(text))


_INSIDE = re.compile(
    r'(?:\{(?:\s*"[^"\\]*"\s*:\s*(?:"[^"\\]*"|[\w.+-]+|\{[^{}\[\]]*\})\s*,)*\s*"[^"\\]*"\s*:\s*)+\[\s*(?:\{|\Z)'
)
"""An object, or objects in one another, up to an array of objects."""


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
    return _is_among(column, list(names_of(record))) or not _holds_objects(record)


def _holds_objects(record: dict[str, Any], depth: int = 1) -> bool:
    """Whether an object holds an array of objects."""
    return any(
        (isinstance(value, list) and len(value) > 0 and isinstance(value[0], dict))
        or (isinstance(value, dict) and depth < _DEEPEST and _holds_objects(value, depth + 1))
        for value in record.values()
    )
