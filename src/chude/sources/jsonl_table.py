"""JSONL tables: each line is a JSON object."""

import io
import json
from collections.abc import Iterator
from typing import Any

from chude.locale import N_
from chude.sources.json_records import JsonRecords, keys_of
from chude.sources.lines import numbered_lines
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream
from chude.sources.rows import Row, batched, require_columns
from chude.sources.source import Batch
from chude.sources.textstream import TextStream

_BLANK = " \t\r\n\ufeff"
"""White space of JSON, and the byte order marks of files that were joined."""


class JsonlTable:
    """A JSONL table. Blank lines are left out, but count in the numbers of rows.

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
        head = self._stream.head()
        if not head.strip(_BLANK):
            raise Unreadable("empty table: every line is blank")
        self.columns = keys_of([_record(line) for line in io.StringIO(head)])

    def check(self, path: str) -> None:
        """Check that the columns asked for are in one of the first records, if there are any.

        In a longer table, columns other than that of the text may occur later.
        """
        if self.columns or self._options.text is None:
            options = self._options
            if self._stream.is_longer_than_head:
                options = SourceOptions(text=options.text)
            require_columns(self.columns, options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every record that --where selects. A line that is no record has an error."""
        self.check(path)
        return batched(self._rows(), path, self._options.keep, self._stream.position)

    def _rows(self) -> Iterator[Row]:
        nothing = (None,) * len(self._options.keep)
        records = JsonRecords(self._options, self._stream.finish_row)
        number = 0
        for number, line in numbered_lines(self._stream, self._options.max_size):
            record = line if isinstance(line, Unreadable) else _record(line)
            if isinstance(record, Unreadable):
                yield Row(number, "", nothing, self._stream.encoding or None, str(record))
            elif record is not None and (row := records.row(number, record, self._stream.encoding)) is not None:
                yield row
        if records.unseen and self._stream.is_longer_than_head:
            named = ", ".join(sorted(map(repr, records.unseen)))
            yield Row(number + 1, "", nothing, None, N_(f"no record of this table has {named}"))


def _record(line: str) -> dict[str, Any] | Unreadable | None:
    line = line.strip(_BLANK)
    if not line:
        return None
    try:
        record = json.loads(line.removesuffix(","))  # as lines of an array end
    except (ValueError, RecursionError) as error:
        return Unreadable(f"not JSON ({str(error).partition(': line')[0].lower()})")
    return record if isinstance(record, dict) else Unreadable(f"not a JSON object ({type(record).__name__})")
