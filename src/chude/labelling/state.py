"""How far a run has come."""

from dataclasses import dataclass, field
from typing import Any

from chude.labelling.tally import Tally

LABELLING, LABELLED, PUBLISHED = "labelling", "labelled", "published"


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
