"""JSONL tables: each line is a JSON object."""

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from chude.sources.batch import Batch
from chude.sources.lines import numbered_lines
from chude.sources.options import SourceOptions
from chude.sources.rawfile import RawStream, Unreadable
from chude.sources.rows import Row, batched, matches, require_columns, text_of
from chude.sources.textstream import TextStream

_MISSING = object()


class JsonlTable:
    """A JSONL table that is being read. Blank lines are left out, but count for the numbers of rows.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Attributes
    ----------
    columns : list of str
        Every key of the records in the first 64 KB; a record may lack some.
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        self._options = options
        self._stream = TextStream(stream, options)
        if not self._stream.encoding:
            raise Unreadable("empty file")
        self.columns = _keys(self._stream.head())

    def check(self, path: str) -> None:
        """Check that the columns asked for are in one of the first records, if there are any."""
        if self.columns or self._options.text is None:
            require_columns(self.columns, self._options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every record that --where selects. A line that is no record has an error."""
        self.check(path)
        return batched(self._rows(), path, self._options.keep, self._stream.position)

    def _rows(self) -> Iterator[Row]:
        nothing = (None,) * len(self._options.keep)
        for number, line in numbered_lines(self._stream, self._options.max_size):
            record = line if isinstance(line, Unreadable) else _record(line)
            if isinstance(record, Unreadable):
                yield Row(number, "", nothing, self._stream.encoding or None, str(record))
            elif record is not None and self._wanted(record):
                yield self._row(number, record)

    def _wanted(self, record: dict[str, Any]) -> bool:
        where = self._options.where
        return not where or matches([record.get(name) for name, _ in where], [value for _, value in where])

    def _row(self, number: int, record: dict[str, Any]) -> Row:
        options = self._options
        kept: Sequence[Any] = [record.get(name) for name in options.keep]
        value = record.get(str(options.text), _MISSING)
        if value is _MISSING:
            return Row(number, "", kept, self._stream.encoding, f"record without {options.text!r}")
        joined, error = text_of(value, record.get(options.title) if options.title is not None else None)
        text, encoding, spoilt = self._stream.finish_row(joined)
        return Row(number, text, kept, encoding, error or spoilt)


def _record(line: str) -> dict[str, Any] | Unreadable | None:
    if not line or line.isspace():
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"not JSON ({str(error).partition(': line')[0].lower()})")
    return record if isinstance(record, dict) else Unreadable(f"not a JSON object ({type(record).__name__})")


def _keys(head: str) -> list[str]:
    records = (_record(line) for line in io.StringIO(head))
    return list(dict.fromkeys(key for record in records if isinstance(record, dict) for key in record))
