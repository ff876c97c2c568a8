"""What readers decided, put into the labels of a run."""

import codecs
import os
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chude.dataset import label
from chude.errors import InputError
from chude.label_names import unified
from chude.review.candidates import Place
from chude.review.reviewed import place_of, read_rows
from chude.topics import TOPICS, UNKNOWN, name_key
from chude.topics import topic as named

REVIEWED = "reviewed"
"""Column that says what a reader did: ``changed`` the topic, ``confirmed`` it, or nothing (empty)."""

CHANGED, CONFIRMED = "changed", "confirmed"


@dataclass(slots=True)
class Corrected:
    """Labels with the corrections of readers.

    Attributes
    ----------
    names : list of str
        Columns.
    rows : list of dict
        As many as the labels had, in their order.
    counts : Counter
        How many rows are `CHANGED` and `CONFIRMED`.
    strays : list of (path, row)
        Decisions about texts that the labels do not have.
    overruled : list of (path, row)
        Texts for which a later file has another topic than an earlier one.
    new : Counter
        Topics that readers chose and neither the labels nor the taxonomy have, with their numbers of texts.
    """

    names: list[str]
    rows: list[dict[str, str]]
    counts: Counter[str] = field(default_factory=Counter)
    strays: list[Place] = field(default_factory=list)
    overruled: list[Place] = field(default_factory=list)
    new: Counter[str] = field(default_factory=Counter)


def corrected(labels: str | os.PathLike[str], *reviewed: str | os.PathLike[str]) -> Corrected:
    """Put the decisions of readers into labels.

    A decision is the topic of the text from then on; the model's own columns (`best_topic`, `probability` and so on)
    stay as they are. A reason to abstain is erased where there is a decision. Texts are told apart by path and row. A
    topic that is written in another way, such as by its name, is written as in the labels.

    Parameters
    ----------
    labels : path
        A table as `chude label` writes it.
    *reviewed : path
        CSVs with the columns ``path``, ``row`` and ``topic``; of two decisions, that of the later file counts.

    Raises
    ------
    InputError
        If a file cannot be read, lacks a column, has two rows for one text, or is given in the other's place.
    """
    if os.path.realpath(labels) in map(os.path.realpath, reviewed):
        raise InputError(f"{os.fspath(labels)} is given twice: give the labels first, then what was reviewed")
    decisions: dict[Place, str] = {}
    overruled: dict[Place, None] = {}
    for path in reviewed:
        of_file = _decisions(path)
        both = decisions.keys() & of_file.keys()
        overruled |= {place: None for place in sorted(both) if not _is_same(decisions[place], of_file[place])}
        decisions |= of_file
    names, rows = read_rows(labels, "path", "row", "topic")
    if REVIEWED in names:
        raise InputError(f"{os.fspath(labels)} has a column '{REVIEWED}' already: give the labels as chude wrote them")
    if "text" in names and "coverage" not in names:
        raise InputError(
            f"{os.fspath(labels)} is a table of reviewed texts: give the labels of chude label first, then what was "
            "reviewed"
        )
    decisions, new = _as_labelled(decisions, {row.get(name, "") for row in rows for name in ("topic", "best_topic")})
    after = names.index("topic") + 1
    found = Corrected([*names[:after], REVIEWED, *names[after:]], rows, overruled=list(overruled), new=new)
    left = dict(decisions)
    for row in rows:
        place = place_of(row, labels)
        decision = decisions.get(place)
        left.pop(place, None)
        row[REVIEWED] = "" if decision is None else CONFIRMED if decision == row["topic"] else CHANGED
        if decision is not None:
            found.counts[row[REVIEWED]] += 1
            row["topic"] = decision
            row.update({name: value for name, value in _told(decision).items() if name in row})
    found.strays = list(left)
    return found


def has_bom(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins with the byte order mark of UTF-8, as those for Excel do."""
    with Path(path).open("rb") as file:
        return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def _told(decision: str) -> dict[str, str]:
    return {"topic_name": named(decision).vi, "reason": ""}


def _is_same(topic: str, other: str) -> bool:
    return name_key(topic) == name_key(other)


def _as_labelled(decisions: Mapping[Place, str], topics: Collection[str]) -> tuple[dict[Place, str], Counter[str]]:
    """Return decisions with the spelling that the topics of labels have, and the topics that are new.

    A topic of the taxonomy that no label has is its slug, if some label is a slug.
    """
    slugs = {topic.slug for topic in TOPICS}
    spellings = {name_key(slug): slug for slug in slugs} if slugs & set(topics) else {}
    spellings |= {name_key(topic): topic for topic in sorted(topics) if topic}
    known = {*spellings, UNKNOWN}
    usual, _ = unified(list(decisions.values()))
    written = [spellings.get(name_key(topic), topic) for topic in usual]
    return dict(zip(decisions, written, strict=True)), Counter(each for each in written if name_key(each) not in known)


def _decisions(path: str | os.PathLike[str]) -> dict[Place, str]:
    _, rows = read_rows(path, "path", "row", "topic")
    decisions: dict[Place, str] = {}
    for row in rows:
        place = place_of(row, path)
        topic, problem = label(row["topic"])
        if not row["topic"].strip():
            continue
        if problem is not None:
            raise InputError(f"{os.fspath(path)}: {':'.join(filter(None, place))} is {problem}")
        if not _is_same(decisions.setdefault(place, topic), topic):
            raise InputError(f"{os.fspath(path)} has two topics for {':'.join(filter(None, place))}")
    return decisions
