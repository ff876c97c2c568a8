"""Texts that labels speak of, read again from where the labels say they are."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from chude.errors import InputError
from chude.review.candidates import Candidate
from chude.review.reviewed import place_of, read_rows
from chude.topics import UNKNOWN
from chude.values import to_float

Place = tuple[str, str]

_ARCHIVE = ".zip/"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Places of texts that a run was unsure of.

    Attributes
    ----------
    places : list of (path, row)
        The least sure first: texts that got no topic, then by their probability.
    n_labels : int
        Rows with a label, out of which they are.
    """

    places: list[Place]
    n_labels: int


def doubtful(labels: str | os.PathLike[str], below: float) -> Doubtful:
    """Find the texts of a run that are ``unknown``, or whose topic is less probable than `below`.

    Parameters
    ----------
    labels : path
        A table as `chude label` writes it. Texts that it could not read are left out.
    below : float

    Raises
    ------
    InputError
        If it is no such table.
    """
    _, rows = read_rows(labels, "path", "row", "topic", "probability", "error")
    labelled = [row for row in rows if not row["error"] and any(row.values())]  # a spreadsheet may end in empty rows
    found = []
    for row in labelled:
        try:
            probability = to_float(row["probability"])
        except ValueError:
            place = ":".join(filter(None, (row["path"], row["row"])))
            raise InputError(
                f"{os.fspath(labels)}: the column 'probability' of {place} holds {row['probability']!r}, no number"
            ) from None
        if row["topic"] == UNKNOWN or probability < below:
            found.append((row["topic"] != UNKNOWN, probability, place_of(row, labels)))
    found.sort(key=lambda each: each[:2])
    return Doubtful([place for _, _, place in found], len(labelled))


def files_of(places: Iterable[Place]) -> list[str]:
    """Return the files to read for texts at some places: archives for their members, each once."""
    return list(dict.fromkeys(_file(path) for path, _ in places))


def _file(path: str) -> str:
    if not os.path.lexists(path) and _ARCHIVE in path.lower():
        end = path.lower().index(_ARCHIVE) + len(_ARCHIVE) - 1
        return path[:end]
    return path


def read_again(
    places: Sequence[Place], read: Callable[[list[str]], Iterator[Candidate]]
) -> tuple[list[Candidate], list[Place]]:
    """Read the texts at some places.

    Parameters
    ----------
    places : sequence of (path, row)
    read : callable
        Yields the texts of the files it is given.

    Returns
    -------
    texts : list of Candidate
        In the order of `places`.
    gone : list of (path, row)
        Places where no text is any more.
    """
    wanted = set(places)
    files = [path for path in files_of(places) if os.path.lexists(path)]
    found = {each.place: each for each in read(files) if each.place in wanted} if files else {}
    return [found[place] for place in places if place in found], [place for place in places if place not in found]
