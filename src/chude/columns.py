"""Which columns of labelled tables hold what: as they are named, or as the tables tell themselves."""

import itertools
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from chude.errors import InputError
from chude.locale import N_
from chude.sources.inputs import Inputs
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rows import columns_said, plain_name
from chude.sources.tables import TableFile, is_table

_TEXT, _TITLE = "text", "title"

STANDS_FOR = "stands_for"
"""Column of tables that `chude pick` makes: how many texts of the archive each of them stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a table hold what; without `text`, data are folders, or tables that need no telling.

    Those have the columns ``text`` and `topic`; where one has ``title`` too, and no other title is named, that is its
    title. A column ``stands_for`` is read, too, where a table has it.

    Parameters
    ----------
    text, title : str, optional
        The title goes in front of the text, a line break between.
    topic : str
    publisher, split, stands_for : str, optional
    where : tuple of (str, str)
        Only rows whose column has that value.
    delimiter : str, optional
        What parts the cells of CSV, instead of detecting it.
    """

    text: str | None = None
    title: str | None = None
    topic: str = "topic"
    publisher: str | None = None
    split: str | None = None
    stands_for: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    delimiter: str | None = None

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns beside the text, each once."""
        named = (self.topic, self.publisher, self.split, self.stands_for)
        return tuple(dict.fromkeys(name for name in named if name is not None))


def told(data: Sequence[str | os.PathLike[str]], columns: Columns) -> tuple[list[tuple[list[str], Columns]], list[str]]:
    """Return data in their order, each once, with the columns that are read of them.

    Where no column of text is named, tables have ``text`` and `Columns.topic`, and some may have ``title``. Each table
    is looked at by itself: those that say how many texts each row stands for, or have titles, may stand beside others,
    and beside folders.

    Returns
    -------
    groups : list of (list of str, Columns)
        Neighbours with the same columns are together.
    untitled : list of str
        Tables without a title, where others have one.

    Raises
    ------
    InputError
        If a path is not there, or a table lacks one of these columns.
    """
    if not data:
        return [([], columns)], []
    paths = Inputs(data, SourceOptions()).once
    tables = {path: _columns_of(path, columns.delimiter) for path in paths if is_table(path)}
    if columns.text is None:
        _check(tables, columns)
    own = {path: _own(columns, tables[path]) if path in tables else columns for path in paths}
    groups = [(list(some), its) for its, some in itertools.groupby(paths, own.__getitem__)]
    untitled = [path for path, names in tables.items() if names is not None and own[path].title is None]
    return groups, untitled if any(own[path].title for path in tables) else []


def is_json_table(path: str | os.PathLike[str], columns: Columns) -> bool:
    """Whether a file is a table that has the column of text that is named."""
    names = None if columns.text is None else _columns_of(os.fspath(path), None)
    return names is not None and plain_name(str(columns.text)) in map(plain_name, names)


def _columns_of(path: str, delimiter: str | None) -> list[str] | None:
    """Return the names of a table's columns; None if it cannot be read, which is a failure when it is read."""
    try:
        with closing(TableFile(path, SourceOptions(delimiter=delimiter))) as table:
            return table.columns
    except Unreadable:
        return None


def _own(columns: Columns, names: Sequence[str] | None) -> Columns:
    """Return what is read of one table, by the names of its columns."""
    has = set(map(plain_name, names or ()))
    picked = STANDS_FOR if STANDS_FOR in has else None
    if columns.text is not None:
        return replace(columns, stands_for=columns.stands_for or picked)
    titled = _TITLE if _TITLE in has else None
    return replace(columns, text=_TEXT, title=columns.title or titled, stands_for=columns.stands_for or picked)


def _check(tables: Mapping[str, Sequence[str] | None], asked: Columns) -> None:
    """Check that tables have the columns that need no telling."""
    readable = {path: names for path, names in tables.items() if names is not None}
    missing = {path: _missing(names, asked) for path, names in readable.items()}
    path = next((path for path, lacking in missing.items() if lacking), None)
    if path is None:
        return
    columns = columns_said(readable[path])
    if asked.topic not in missing[path]:
        said = N_(f"{path} is a table: name its column of text with --text-column; its columns are: {columns}")
    elif _TEXT not in missing[path]:
        said = N_(
            f"{path} has no column {asked.topic!r}: name its column of labels with --topic-column; its columns are: "
            f"{columns}"
        )
    else:
        said = N_(
            f"{path} is a table: name its column of text with --text-column, and that of labels with --topic-column; "
            f"its columns are: {columns}"
        )
    other = next((path for path, lacking in missing.items() if not lacking), None)
    if other is not None:
        its = columns_said(readable[other])
        said = N_(f"{said}; those of {other} are: {its}; tables that are read together need the same names")
    raise InputError(said)


def _missing(names: Sequence[str], columns: Columns) -> list[str]:
    has = set(map(plain_name, names))
    return [name for name in (_TEXT, columns.topic) if plain_name(name) not in has]
