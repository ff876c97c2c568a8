"""The texts of a labelling run with the least probable topics, read again from where its table says they are."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from chude.errors import InputError
from chude.review.candidates import Candidate, Place
from chude.review.choosing import SEEN, Choice
from chude.review.reviewed import place_of, read_rows
from chude.topics import UNKNOWN
from chude.values import to_float

_ARCHIVE = ".zip/"


@dataclass(frozen=True, slots=True)
class LeastProbable:
    """Texts with the least probable topics.

    Attributes
    ----------
    choice : Choice
        The texts, and out of how many labels they are.
    gone : list of (path, row)
        Places where no text is any more.
    n_more : int
        How many such texts there are beyond those asked for.
    topics : set of str
        The topics that the labels have.
    """

    choice: Choice
    gone: list[Place]
    n_more: int
    topics: set[str]


def least_probable(
    labels: str | os.PathLike[str],
    below: float,
    n: int,
    reviewed: Sequence[Candidate],
    read: Callable[[list[str]], Iterator[Candidate]],
) -> LeastProbable:
    """Read the texts of a labelling run that are ``unknown``, or whose topic is less probable than `below`.

    Parameters
    ----------
    labels : path
        A table as `chude label` writes it. Texts that it could not read are left out.
    below : float
    n : int
        Most texts to read.
    reviewed : sequence of Candidate
        Texts of an earlier round, which are left out.
    read : callable
        Yields the texts of the files it is given.

    Raises
    ------
    InputError
        If `labels` is no such table.
    """
    _, rows = read_rows(labels, "path", "row", "topic", "probability", "error")
    labelled = [row for row in rows if not row["error"] and any(row.values())]  # a spreadsheet may end in empty rows
    every = _places_below(labelled, below, labels)
    seen = {each.place for each in reviewed}
    places = [place for place in every if place not in seen]
    texts, gone = _read_again(places[:n], read)
    n_seen = len(every) - len(places)
    choice = Choice(texts, len(labelled), {SEEN: n_seen} if n_seen else {})
    topics = {row["topic"] for row in labelled} - {"", UNKNOWN}
    return LeastProbable(choice, gone, max(len(places) - n, 0), topics)


def _places_below(rows: Iterable[dict[str, str]], below: float, labels: str | os.PathLike[str]) -> list[Place]:
    """Return the places of ``unknown`` texts, then those of improbable topics, each from the least probable on."""
    found = []
    for row in rows:
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
    return [place for _, _, place in found]


def _read_again(
    places: Sequence[Place], read: Callable[[list[str]], Iterator[Candidate]]
) -> tuple[list[Candidate], list[Place]]:
    """Return the texts at some places, in their order, and the places where no text is any more."""
    wanted = set(places)
    files = [path for path in _files(places) if os.path.lexists(path)]
    found = {each.place: each for each in read(files) if each.place in wanted} if files else {}
    return [found[place] for place in places if place in found], [place for place in places if place not in found]


def _files(places: Iterable[Place]) -> list[str]:
    """Return the files to read for texts at some places: archives for their members, each once."""
    return list(dict.fromkeys(_file(path) for path, _ in places))


def _file(path: str) -> str:
    if not os.path.lexists(path) and _ARCHIVE in path.lower():
        end = path.lower().index(_ARCHIVE) + len(_ARCHIVE) - 1
        return path[:end]
    return path
