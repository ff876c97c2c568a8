"""From JSON objects to rows, for tables of JSON."""

from collections.abc import Callable, Sequence
from typing import Any

from chude.sources.options import SourceOptions
from chude.sources.rows import Row, asked_columns, matches, plain_name, text_of

_MISSING = object()

Finish = Callable[[str], tuple[str, str | None, str | None]]
"""Returns a text, repaired if necessary, its encoding, and its error."""


class JsonRecords:
    """Makes rows from objects. Names are matched like those of columns; an object may lack some.

    Parameters
    ----------
    options : SourceOptions
    finish : callable

    Attributes
    ----------
    unseen : set of str
        Columns to be kept, and others, that no object has had so far.
    """

    def __init__(self, options: SourceOptions, finish: Finish) -> None:
        self._options = options
        self._finish = finish
        self._plain = {name: plain_name(name) for name in asked_columns(options)}
        self.unseen = set(self._plain)

    def row(self, number: int, record: dict[str, Any], encoding: str) -> Row | None:
        """Return the row of an object; None if --where does not select it."""
        options = self._options
        where = options.where
        if where and not matches([self._value(record, name) for name, _ in where], [value for _, value in where]):
            return None
        kept = [self._value(record, name) for name in options.keep]
        title = self._value(record, options.title) if options.title is not None else None
        value = self._value(record, str(options.text), _MISSING)
        if value is _MISSING:
            return Row(number, "", kept, encoding, f"record without {options.text!r}")
        joined, error = text_of(value, title)
        text, name, spoilt = self._finish(joined)
        return Row(number, text, kept, name, error or spoilt)

    def _value(self, record: dict[str, Any], name: str, default: Any = None) -> Any:
        if name not in record:
            plain = self._plain[name]
            same = [key for key in record if plain_name(key) == plain]
            if not same:
                return default
            self.unseen.discard(name)
            return record[same[0]]
        if self.unseen:
            self.unseen.discard(name)
        return record[name]


def keys_of(records: Sequence[Any]) -> list[str]:
    """Return every key of the records that are objects, each once."""
    return list(dict.fromkeys(key for record in records if isinstance(record, dict) for key in record))
