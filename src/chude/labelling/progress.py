"""How far a run has come: counts of labelled texts, the state that an unfinished run keeps, and who is told of it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

from chude.sinks.schema import Labelled, as_list, labels_among
from chude.sources.source import Survey

LABELLING, LABELLED, PUBLISHED = "labelling", "labelled", "published"
"""Stages of a run."""

SHOWN_FAILURES = 20
_COUNTED = ("topics", "reasons", "failures", "encodings", "kinds")

# Where details begin: in parentheses, unless these belong to the name of a type of file, or as a list of columns.
_DETAILS = re.compile(r" \((?![.A-Z][^()]*\)[:,])|; its (?:columns|fields) are: ")


def cause_of(error: str) -> str:
    """Return an error without its details, by which errors are counted.

    Examples
    --------
    >>> cause_of("row with another number of columns than the header (3, not 2)")
    'row with another number of columns than the header'
    >>> cause_of("Word document (.docx): damaged (BadZipFile: File is not a zip file)")
    'Word document (.docx): damaged'
    """
    return _DETAILS.split(error, maxsplit=1)[0]


@dataclass(slots=True)
class Tally:
    """Counts of the texts labelled so far. Counts can be added, and a resumed run continues them.

    Attributes
    ----------
    texts : int
    topics : Counter
        Texts by slug, ``unknown`` included.
    reasons : Counter
        Texts that are ``unknown``, by reason.
    failures : Counter
        Texts with an error, by the error without its details (`cause_of`).
    encodings : Counter
    kinds : Counter
        Texts by the slug of their kind; empty where kinds were not asked for.
    first_failures : list of (str, str)
        Place and error of the first texts with an error.
    """

    texts: int = 0
    topics: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    first_failures: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, labelled: Labelled) -> "Tally":
        """Count one batch."""
        columns = labelled.columns
        tally = cls(len(labelled), _counted(columns["topic"]), _counted(columns["reason"]), Counter())
        tally.encodings = _counted(columns["encoding"])
        if "kind" in labels_among(list(columns)):
            tally.kinds = _counted(columns["kind"])
        errors = as_list(columns["error"])
        for k in (k for k, error in enumerate(errors) if error is not None):
            tally.failures[cause_of(errors[k])] += 1
            if len(tally.first_failures) < SHOWN_FAILURES:
                tally.first_failures.append((place(columns["path"][k], columns["row"][k]), errors[k]))
        return tally

    def add(self, other: "Tally") -> None:
        """Add the counts of later texts."""
        self.texts += other.texts
        self.topics.update(other.topics)
        self.reasons.update(other.reasons)
        self.failures.update(other.failures)
        self.encodings.update(other.encodings)
        self.kinds.update(other.kinds)
        room = SHOWN_FAILURES - len(self.first_failures)
        self.first_failures.extend(other.first_failures[:room])

    @property
    def failed(self) -> int:
        """Number of texts that could not be read."""
        return self.failures.total()

    def as_dict(self) -> dict[str, Any]:
        """Return the counts in values of JSON, largest first."""
        counts = {name: dict(getattr(self, name).most_common()) for name in _COUNTED}
        return {"texts": self.texts, **counts, "first_failures": self.first_failures}

    @classmethod
    def from_dict(cls, counts: dict[str, Any]) -> "Tally":
        """Return the counts that `as_dict` returned before."""
        failures = [(where, error) for where, error in counts["first_failures"]]
        # A run that an earlier version began has not counted kinds.
        topics, reasons, causes, encodings, kinds = (Counter(counts.get(name, {})) for name in _COUNTED)
        return cls(counts["texts"], topics, reasons, causes, encodings, kinds, failures)


def _counted(values: Any) -> Counter[str]:
    counts = Counter(values)
    counts.pop(None, None)
    return counts


def place(path: str, row: int | None) -> str:
    """Return the place of a text: its file, and its row in it."""
    return path if row is None else f"{path}, row {row}"


@dataclass(slots=True)
class State:
    """How far a run has come.

    Attributes
    ----------
    stage : str
        ``labelling``; ``labelled``: the body is complete; ``published``: the output is in its place.
    size, crc : int
        Number of complete bytes of the body, and their CRC-32.
    read : int
        Bytes of input that they come from.
    seconds : float
        Time that the runs took so far.
    tally : Tally
    left_alone : dict of str to int
        Files in the folders that were not to be read, by ending, as the survey of this process found them.
    """

    stage: str = LABELLING
    size: int = 0
    crc: int = 0
    read: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)
    left_alone: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the state in values of JSON."""
        numbers = {name: getattr(self, name) for name in ("stage", "size", "crc", "read", "seconds")}
        return {**numbers, "tally": self.tally.as_dict()}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "State":
        """Return the state that `as_dict` returned before."""
        return cls(**{**saved, "tally": Tally.from_dict(saved["tally"])})


class Watch(Protocol):
    """Its methods are called as a run proceeds."""

    def begin(self, survey: Survey, read: int) -> None:
        """Labelling begins; an earlier run has done `read` bytes of the input."""

    def step(self, tally: Tally, read: int) -> None:
        """More texts are labelled, from `read` bytes of the input; `tally` counts all of them."""

    def end(self) -> None:
        """Labelling has ended, with or without an error."""


class Unwatched:
    """Ignores the progress."""

    def begin(self, *_: object) -> None:
        """Do nothing."""

    def step(self, *_: object) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""
