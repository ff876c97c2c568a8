"""Rows of tables, which the readers of formats yield, and batches of rows."""

import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from chude.decoding import may_need_mending, put_right
from chude.errors import DecodingError, InputError
from chude.locale import N_
from chude.sources.options import SourceOptions
from chude.sources.source import BATCH_BYTES, BATCH_TEXTS, Batch
from chude.values import as_text

_MOST_COLUMNS = 40
"""Columns that an error names."""


class Row(NamedTuple):
    """A row: its number from 1, its text, the values of its kept columns, its encoding, and its error."""

    number: int
    text: str
    kept: Sequence[Any]
    encoding: str | None = None
    error: str | None = None


def require_columns(columns: Sequence[str], options: SourceOptions, path: str) -> str:
    """Check that a table has every column that was asked for; return the column of text.

    Raises
    ------
    InputError
        If none was named as the column of text, or one is missing or there twice. The message lists the columns of the
        table.
    """
    if options.text is None:
        raise InputError(
            f"{path} is a table: name its column of text with --text-column; its columns are: {columns_said(columns)}"
        )
    column_places(columns, asked_columns(options), path)
    return options.text


def columns_said(columns: Sequence[str]) -> str:
    """Return the names of columns as part of a sentence, the first forty."""
    if not columns:
        return N_("none")
    shown, others = ", ".join(columns[:_MOST_COLUMNS]), len(columns) - _MOST_COLUMNS
    return N_(f"{shown} and {others:,} others") if others > 0 else shown


def asked_columns(options: SourceOptions) -> list[str]:
    """Return the columns that options name, each once."""
    named = (options.text, options.title, *options.keep, *(name for name, _ in options.where))
    return list(dict.fromkeys(name for name in named if name is not None))


def column_places(columns: Sequence[str], names: Sequence[str], path: str) -> dict[str, int]:
    """Return the places of the named columns among the columns of a table.

    A name stands for the column of the same name, or else for the one with the same name in NFC and without spaces
    around it: macOS writes NFD, and the difference cannot be seen.

    Raises
    ------
    InputError
        If a column is missing, or there are two of that name.
    """
    found = {name: _places(columns, name) for name in names}
    missing = [repr(name) for name, places in found.items() if not places]
    if missing:
        raise InputError(f"{path} has no column {', '.join(missing)}; its columns are: {columns_said(columns)}")
    for name, places in found.items():
        if len(places) > 1:
            raise InputError(f"{path} has {len(places)} columns named {name!r}; rename one of them, or leave it out")
    return {name: places[0] for name, places in found.items()}


def _places(columns: Sequence[str], name: str) -> list[int]:
    same = [place for place, column in enumerate(columns) if column == name]
    return same or [place for place, column in enumerate(columns) if plain_name(column) == plain_name(name)]


def plain_name(name: str) -> str:
    """Return the name of a column in NFC, without spaces around it."""
    return unicodedata.normalize("NFC", name).strip()


def text_of(value: Any, title: Any) -> tuple[str, str | None]:
    """Return the text of a row, and an error if the cell is not a string. Null is an empty text; so is NaN in JSON."""
    if value is None or _is_nan(value):
        value = ""
    if not isinstance(value, str):
        return "", not_a_string(value)
    if title is None or title == "" or _is_nan(title):
        return value, None
    return f"{as_text(title)}\n{value}", None


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def repaired(text: str, encoding: str, options: SourceOptions) -> tuple[str, str, str | None]:
    """Return the text of a row, repaired if it was decoded wrongly before, its encoding, and its error."""
    if not options.mend or not may_need_mending(text):
        return text.removeprefix("\ufeff"), encoding, None
    try:
        decoded = put_right(text, encoding)
    except DecodingError as error:
        return "", encoding, str(error)
    return decoded.text, decoded.encoding, None


def not_a_string(value: Any) -> str:
    """Return the error of a cell that should hold a text."""
    return N_(f"the text is not a string ({type(value).__name__})")


def matches(values: Sequence[Any], wanted: Sequence[str]) -> bool:
    """Whether the values of the --where columns are the wanted ones."""
    return all(value is not None and as_text(value) == want for value, want in zip(values, wanted, strict=True))


def batched(rows: Iterable[Row], path: str, keep: Sequence[str], position: Callable[[], int]) -> Iterator[Batch]:
    """Collect rows into batches of bounded size.

    Parameters
    ----------
    path : str
        Value of the ``path`` column.
    position : callable
        Returns the bytes of the file read so far.
    """
    batch, kept, letters, before = Batch(), list[Sequence[Any]](), 0, 0

    def finished() -> Batch:
        nonlocal before
        columns: list[Sequence[Any]] = [list(column) for column in zip(*kept, strict=True)]
        batch.kept = dict(zip(keep, columns, strict=True))
        batch.size = position() - before
        before += batch.size
        return batch

    for row in rows:
        batch.add(path, row.number, row.text, row.encoding, row.error)
        kept.append(row.kept)
        letters += len(row.text)
        if len(kept) == BATCH_TEXTS or letters > BATCH_BYTES:
            yield finished()
            batch, kept, letters = Batch(), [], 0
    if kept:
        yield finished()
