"""Labelled texts: a folder with one sub-folder a topic, or a table with a column of topics."""

import math
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from chude.columns import STANDS_FOR, Columns, is_json_table, told
from chude.errors import InputError
from chude.locale import N_
from chude.sources.inputs import Inputs
from chude.sources.label_studio import is_export, label_studio_batches
from chude.sources.options import SourceOptions
from chude.sources.source import STDIN, Batch
from chude.sources.tables import TABLES
from chude.topics import TOPIC_SEPARATOR
from chude.values import as_text, to_float

__all__ = ["NO_TOPIC", "SEVERAL", "SPREADSHEET_ERROR", "Columns", "Dataset", "label", "read"]

T = TypeVar("T")

NO_TOPIC = N_("without a topic")
SEVERAL = N_("with more than one topic (a second label is not supported)")
SPREADSHEET_ERROR = N_("with an error of a spreadsheet program in place of a topic")

_SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)


@dataclass(slots=True)
class Dataset:
    """Labelled texts in their order; all lists but `failures` and `untitled` are of one length.

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
        How many rows were left out, by reason: `NO_TOPIC`, `SEVERAL`, `SPREADSHEET_ERROR`.
    failures : list of (str, str)
        Place of each text that cannot be read, and why.
    left_alone : Counter
        Files in folders that are not read, by ending, unless `include` says which are.
    untitled : list of str
        Tables without a column of titles, where others have one in front of their texts.
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
    untitled: list[str] = field(default_factory=list)

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
    exports = [path for path in data if is_export(path) and not is_json_table(path, columns)]
    if exports and columns.where:
        raise InputError(f"--where chooses rows of tables, not of an export of Label Studio: {os.fspath(exports[0])}")
    for path in exports:
        of_tasks = replace(columns, stands_for=STANDS_FOR)
        for batch in label_studio_batches(path, columns.topic, of_tasks.carried, columns.text, columns.title):
            _add(found, batch, "", of_tasks)
    others = [path for path in data if path not in exports]
    has_folders = False
    if others or not exports:
        groups, found.untitled = told(others, columns)
        has_folders = any(its.text is None for _, its in groups)
        for paths, its in groups:
            for batch, root in _batches(paths, found, _options(its, tuple(include), tuple(exclude))):
                _add(found, batch, root, its)
    if not found.texts:
        given = ", ".join(os.fspath(path) for path in data)
        where = _without_any(found, columns, given, has_folders=has_folders)
        raise InputError(f"no labelled text in {where}")
    return found


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
            endings = ", ".join(TABLES)
            raise InputError(f"{root} is one file; give a folder with one sub-folder a topic, or a table ({endings})")
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
        if 0 < (number := to_float(said)) < math.inf:
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
    if parts and parts[0] in _SPREADSHEET_ERRORS:
        return "", SPREADSHEET_ERROR
    return (parts[0], None) if parts else ("", NO_TOPIC)


def _word(value: Any) -> str:
    return "" if value is None else unicodedata.normalize("NFC", as_text(value).strip())


def _without_any(found: Dataset, columns: Columns, where: str, *, has_folders: bool) -> str:
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
    hint = N_("; texts must be in sub-folders named by their topic") if has_folders else ""
    if columns.where and not said:
        conditions = ", ".join(f"{column}={value}" for column, value in columns.where)
        return N_(f"{where}: no row has {conditions}")
    if said and hint:
        return N_(f"{where} ({said}); texts must be in sub-folders named by their topic")
    return f"{where}: {said}" if said else N_(f"{where}: nothing to read{hint}")
