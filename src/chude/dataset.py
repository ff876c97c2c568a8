"""Labelled texts: a folder with one sub-folder a topic, or a table with a column of topics."""

import itertools
import math
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from chude.errors import InputError
from chude.locale import N_
from chude.sources.inputs import Inputs
from chude.sources.label_studio import is_export, label_studio_batches
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rows import plain_name
from chude.sources.source import STDIN, Batch
from chude.sources.tables import TableFile, is_table
from chude.topics import TOPIC_SEPARATOR
from chude.values import as_text

T = TypeVar("T")

NO_TOPIC = N_("without a topic")
SEVERAL = N_("with more than one topic (a second label is not supported)")

_TEXT, _TITLE = "text", "title"

STANDS_FOR = "stands_for"
"""Column of tables that `chude pick` makes: how many texts of the archive each of them stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a table hold what; without `text`, data are folders, or tables that need no telling.

    Those have the columns ``text`` and `topic`; where all of them have ``title`` too, and no other title is named, that
    is the title. A column ``stands_for`` is read, too, where a table has it.

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


@dataclass(slots=True)
class Dataset:
    """Labelled texts in their order; all lists but `failures` are of one length.

    Attributes
    ----------
    texts, topics : list of str
    places : list of str
        Where each text is: a file, or ``table:row``.
    publishers, splits : list of str or None
        Values of the columns named for it; an empty str where a row has none. None where no column is named.
    stands_for : list of (float or None)
        How many texts each was picked for; None for a text of which the data do not say that it was picked.
    skipped : Counter
        How many rows were left out, by reason: `NO_TOPIC`, `SEVERAL`.
    failures : list of (str, str)
        Place of each text that cannot be read, and why.
    left_alone : Counter
        Files in folders that are not read, by ending, unless `include` says which are.
    """

    texts: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    publishers: list[str] | None = None
    splits: list[str] | None = None
    stands_for: list[float | None] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    left_alone: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.texts)

    def chosen(self, indices: Sequence[int]) -> "Dataset":
        """Return some of the texts; what was skipped or failed is not said again."""

        def part(values: list[T]) -> list[T]:
            return [values[i] for i in indices]

        publishers = None if self.publishers is None else part(self.publishers)
        splits = None if self.splits is None else part(self.splits)
        texts, topics, places = part(self.texts), part(self.topics), part(self.places)
        return Dataset(texts, topics, places, publishers, splits, part(self.stands_for))


def read(
    data: Sequence[str | os.PathLike[str]],
    columns: Columns | None = None,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Dataset:
    """Read labelled texts.

    Parameters
    ----------
    data : sequence of paths
        Folders with one sub-folder a topic; tables (CSV, TSV, JSONL, Parquet) with the columns ``text`` and ``topic``;
        or, where `columns` names a column of text, any tables, folders and globs of them; exports of Label Studio
        (``.json``: JSON or JSON-MIN). Where `columns` names a column of text that a ``.json`` has, it is a table.
    columns : Columns, optional
    include, exclude : sequence of str
        Globs on names of files and folders; by default ``*.txt`` and the endings of tables.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        If a path is not there, is of another kind, lacks a column, or holds no labelled text.
    """
    columns = columns or Columns()
    found = Dataset()
    if columns.publisher is not None:
        found.publishers = []
    if columns.split is not None:
        found.splits = []
    exports = [path for path in data if is_export(path) and not _is_json_table(path, columns)]
    if exports and columns.where:
        raise InputError(f"--where chooses rows of tables, not of an export of Label Studio: {os.fspath(exports[0])}")
    of_tasks = replace(columns, stands_for=STANDS_FOR)
    for path in exports:
        for batch in label_studio_batches(path, columns.topic, of_tasks.carried):
            _add(found, batch, "", of_tasks)
    others = [path for path in data if path not in exports]
    if others or not exports:
        for paths, told in _told(others, columns):
            for batch, root in _batches(paths, found, _options(told, tuple(include), tuple(exclude))):
                _add(found, batch, root, told)
    if not found.texts:
        where = ", ".join(os.fspath(path) for path in data)
        raise InputError(f"no labelled text in {_without_any(found, columns, where)}")
    return found


def _told(
    data: Sequence[str | os.PathLike[str]], columns: Columns
) -> Iterator[tuple[Sequence[str | os.PathLike[str]], Columns]]:
    """Yield data in their order with columns that name those of text and title, where tables say which these are.

    Tables that say how many texts each stands for are read apart from those that do not.
    """
    if columns.text is not None or not data:
        yield data, columns
        return
    paths = Inputs(data, SourceOptions()).expanded
    tables = {}
    if all(map(is_table, paths)):
        for path in paths:
            with suppress(Unreadable):  # it is a failure when it is read
                tables[path] = _columns_of(path, columns.delimiter)
    if not tables or not all({_TEXT, columns.topic} <= set(table) for table in tables.values()):
        yield data, columns
        return
    titled = all(_TITLE in table for table in tables.values())
    columns = replace(columns, text=_TEXT, title=columns.title or (_TITLE if titled else None))
    for picked, some in itertools.groupby(paths, lambda path: STANDS_FOR in tables.get(path, ())):
        yield list(some), replace(columns, stands_for=STANDS_FOR if picked else None)


def _columns_of(path: str, delimiter: str | None) -> list[str]:
    with closing(TableFile(path, SourceOptions(delimiter=delimiter))) as table:
        return table.columns


def _is_json_table(path: str | os.PathLike[str], columns: Columns) -> bool:
    if columns.text is None:
        return False
    try:
        names = _columns_of(os.fspath(path), None)
    except Unreadable:
        return False
    return plain_name(columns.text) in map(plain_name, names)


def _options(columns: Columns, include: tuple[str, ...], exclude: tuple[str, ...]) -> SourceOptions:
    if columns.text is None:
        named = (columns.title, columns.publisher, columns.split)
        if columns.where or any(name is not None for name in named):
            raise InputError("columns and --where belong to a table: name its column of text with --text-column too")
        return SourceOptions(include=include, exclude=exclude)
    return SourceOptions(
        include=include,
        exclude=exclude,
        text=columns.text,
        title=columns.title,
        keep=columns.carried,
        where=columns.where,
        delimiter=columns.delimiter,
    )


def _batches(
    data: Sequence[str | os.PathLike[str]], found: Dataset, options: SourceOptions
) -> Iterator[tuple[Batch, str]]:
    """Yield batches of texts, each with the folder its topics are sub-folders of."""
    if not data:
        raise InputError(
            "no data: give a folder with one sub-folder a topic, or a table with the columns text and topic"
        )
    given = Inputs(data, options)
    roots = given.expanded
    if STDIN in roots:
        raise InputError("labelled texts are read from files, not from standard input")
    if options.text is not None:
        yield from ((batch, "") for batch in _read(given, found))
        return
    for root in roots:
        inputs = Inputs([root], options)
        if not os.path.isdir(root):  # noqa: PTH112 - a path stays a string, as labelling has it
            with inputs.open():  # raises for a table: its column of text has to be named
                pass
            raise InputError(f"{root} is one file; give a folder with one sub-folder a topic, or a table")
        yield from ((batch, root) for batch in _read(inputs, found))


def _read(inputs: Inputs, found: Dataset) -> Iterator[Batch]:
    with inputs.open() as opened:
        found.left_alone.update(opened.survey.left_alone)
        for task in opened.tasks():
            yield from task.batches()


def _add(found: Dataset, batch: Batch, root: str, columns: Columns) -> None:
    """Add the labelled texts of a batch."""
    kept = {name: _listed(values) for name, values in batch.kept.items()}
    topics = kept[columns.topic] if columns.topic in kept else [_folder(path, root) for path in batch.paths]
    for i, value in enumerate(topics):
        place = batch.paths[i] if batch.rows[i] is None else f"{batch.paths[i]}:{batch.rows[i]}"
        error = batch.errors[i]
        if error is not None:
            found.failures.append((place, error))
            continue
        topic, problem = label(value)
        if problem is not None:
            found.skipped[problem] += 1
            continue
        found.texts.append(batch.texts[i])
        found.topics.append(topic)
        found.places.append(place)
        found.stands_for.append(None if columns.stands_for is None else _number(kept[columns.stands_for][i], place))
        if found.publishers is not None:
            found.publishers.append(_word(kept[str(columns.publisher)][i]))
        if found.splits is not None:
            found.splits.append(_word(kept[str(columns.split)][i]))


def _number(value: Any, place: str) -> float | None:
    """Return how many texts a cell says; None for an empty one."""
    if value is None or not (said := as_text(value).strip()):
        return None
    with suppress(ValueError):
        if 0 < (number := float(said)) < math.inf:
            return number
    raise InputError(f"{place}: the column '{STANDS_FOR}' holds {said!r}, where a positive number belongs")


def _listed(values: Sequence[Any]) -> list[Any]:
    return values if isinstance(values, list) else values.to_pylist()  # type: ignore[attr-defined]


def _folder(path: str, root: str) -> str | None:
    """Name of the sub-folder of `root` that a file is in; None for one that is in none."""
    folders = Path(os.path.relpath(path, root)).parent.parts
    return folders[0] if folders else None


def label(value: Any) -> tuple[str, str | None]:
    """Return the topic a cell holds, in NFC and without spaces around it, and why it is none.

    Examples
    --------
    >>> label(" thể thao "), label("xe|du-lich")[1] == SEVERAL, label(["xe"]), label(None)[1]
    (('thể thao', None), True, ('xe', None), 'without a topic')
    """
    if isinstance(value, (list, tuple)):
        value = TOPIC_SEPARATOR.join(_word(each) for each in value)
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return "", NO_TOPIC
    parts = [part.strip() for part in _word(value).split(TOPIC_SEPARATOR) if part.strip()]
    if len(parts) > 1:
        return "", SEVERAL
    return (parts[0], None) if parts else ("", NO_TOPIC)


def _word(value: Any) -> str:
    return "" if value is None else unicodedata.normalize("NFC", as_text(value).strip())


def _without_any(found: Dataset, columns: Columns, where: str) -> str:
    """Say of data why nothing is left of them."""
    said = ", ".join(
        N_(f"{count:,} without a topic") if reason == NO_TOPIC else f"{count:,} {reason}"
        for reason, count in found.skipped.items()
    )
    if found.failures:
        (place, error), unread = found.failures[0], len(found.failures)
        if said:
            said = N_(f"{said}, {unread:,} that cannot be read, the first is {place}: {error}")
        else:
            said = N_(f"{unread:,} that cannot be read, the first is {place}: {error}")
    hint = N_("; texts must be in sub-folders named by their topic") if columns.text is None else ""
    if columns.where and not said:
        conditions = ", ".join(f"{column}={value}" for column, value in columns.where)
        return N_(f"{where}: no row has {conditions}")
    if said and hint:
        return N_(f"{where} ({said}); texts must be in sub-folders named by their topic")
    return f"{where} ({said})" if said else N_(f"{where}: nothing to read{hint}")
