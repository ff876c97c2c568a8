"""Counts of labelled texts, for the summary of a run. Counts can be added, and a resumed run continues them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from chude.sinks.schema import Labelled, as_list, labels_among

SHOWN_FAILURES = 20
_COUNTED = ("topics", "reasons", "failures", "encodings", "kinds")


@dataclass(slots=True)
class Tally:
    """Counts of the texts labelled so far.

    Attributes
    ----------
    texts : int
    topics : Counter
        Texts by slug, ``unknown`` included.
    reasons : Counter
        Texts that are ``unknown``, by reason.
    failures : Counter
        Texts with an error, by the error without its details in parentheses.
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
            tally.failures[errors[k].partition(" (")[0]] += 1
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
