"""From JSON objects to rows, for tables of JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from chude.sources.options import SourceOptions
from chude.sources.rows import Row, asked_columns, matches, plain_name, text_of

_MISSING = object()
_DEEPEST = 8
"""Objects inside one another whose keys are columns."""

Finish = Callable[[str], tuple[str, str | None, str | None]]
"""Returns a text, repaired if necessary, its encoding, and its error."""


class JsonRecords:
    """Makes rows from objects. Names are matched like those of columns; an object may lack some.

    What stands in an inner object is named by its path, with dots between, as by `pandas.json_normalize`:
    ``article.text`` is the text in ``{"article": {"text": "..."}}``. A key of that whole name comes first.

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
        self._paths: dict[str, tuple[str, ...]] = {name: (name,) for name in asked_columns(options)}
        self.unseen = set(self._paths)

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
        value = record.get(name, _MISSING)
        if value is _MISSING:
            value = _at(record, self._paths[name])  # where an earlier record had it
        if value is _MISSING:
            path = _path_of(record, plain_name(name))
            if path is None:
                return default
            self._paths[name] = path
            value = _at(record, path)
        self.unseen.discard(name)
        return value


def _at(record: Any, path: Sequence[str]) -> Any:
    for key in path:
        if not isinstance(record, dict) or key not in record:
            return _MISSING
        record = record[key]
    return record


def _path_of(record: Mapping[str, Any], plain: str) -> tuple[str, ...] | None:
    """Return the keys, from the outside, of what a plain name stands for; None if there is no such thing."""
    keys = {key: plain_name(key) for key in record}
    for key, its in keys.items():
        if its == plain:
            return (key,)
    for key, its in keys.items():
        inner = record[key]
        if plain.startswith(f"{its}.") and isinstance(inner, dict):
            path = _path_of(inner, plain[len(its) + 1 :])
            if path is not None:
                return key, *path
    return None


def names_of(record: Mapping[str, Any], deepest: int = _DEEPEST) -> Iterator[str]:
    """Yield every key of an object, each followed by the paths of what stands in it."""
    for key, value in record.items():
        yield key
        if isinstance(value, dict) and deepest > 1:
            for name in names_of(value, deepest - 1):
                yield f"{key}.{name}"


def keys_of(records: Sequence[Any]) -> list[str]:
    """Return every name of the records that are objects, each once."""
    return list(dict.fromkeys(name for record in records if isinstance(record, dict) for name in names_of(record)))
