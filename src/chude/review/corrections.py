"""What readers decided, put into the labels of a run."""

import codecs
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from chude.dataset import label
from chude.errors import InputError
from chude.review.reviewed import read_rows, row_number
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
    """

    names: list[str]
    rows: list[dict[str, str]]
    counts: Counter[str] = field(default_factory=Counter)
    strays: list[tuple[str, str]] = field(default_factory=list)


def corrected(labels: str | os.PathLike[str], *reviewed: str | os.PathLike[str]) -> Corrected:
    """Put the decisions of readers into labels.

    A decision is the topic of the text from then on; the model's own columns (`best_topic`, `probability` and so on)
    stay as they are. A reason to abstain is erased where there is a decision. Texts are told apart by path and row.

    Parameters
    ----------
    labels : path
        CSV or workbook as `chude label` writes it.
    *reviewed : path
        CSVs with the columns ``path``, ``row`` and ``topic``; of two decisions, that of the later file counts.

    Raises
    ------
    InputError
        If a file cannot be read, lacks a column, has two rows for one text, or is given in the other's place.
    """
    decisions: dict[tuple[str, str], str] = {}
    for path in reviewed:
        decisions |= _decisions(path)
    names, rows = read_rows(labels, "path", "row", "topic")
    if REVIEWED in names:
        raise InputError(f"{os.fspath(labels)} has a column '{REVIEWED}' already: give the labels as chude wrote them")
    if "text" in names and "coverage" not in names:
        raise InputError(
            f"{os.fspath(labels)} is a table of reviewed texts: give the labels of chude label first, then what was "
            "reviewed"
        )
    after = names.index("topic") + 1
    found = Corrected([*names[:after], REVIEWED, *names[after:]], rows)
    left = dict(decisions)
    for row in rows:
        place = row["path"], row["row"]
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


def _decisions(path: str | os.PathLike[str]) -> dict[tuple[str, str], str]:
    _, rows = read_rows(path, "path", "row", "topic")
    decisions: dict[tuple[str, str], str] = {}
    for row in rows:
        row_number(row["row"], path)
        topic, problem = label(row["topic"])
        if not row["topic"].strip():
            continue
        place = row["path"], row["row"]
        if problem is not None:
            raise InputError(f"{os.fspath(path)}: {':'.join(filter(None, place))} is {problem}")
        if decisions.setdefault(place, topic) != topic:
            raise InputError(f"{os.fspath(path)} has two topics for {':'.join(filter(None, place))}")
    return decisions
