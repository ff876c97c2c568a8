"""What was measured: figures, what they are held against, and what was to be reached."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Results = Sequence[dict[str, float]]


@dataclass(frozen=True)
class Figures:
    """What one contestant measured, a value a run."""

    name: str
    unit: str
    values: tuple[float, ...]

    @classmethod
    def of(cls, name: str, unit: str, results: Results, key: str) -> "Figures":
        return cls(name, unit, tuple(result[key] for result in results))

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass(frozen=True)
class Goal:
    """What to reach: a bound on the ratio of ours to theirs, or on ours alone where there are no others."""

    text: str
    bound: float
    at_least: bool = True

    def met_by(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    what: str
    ours: Figures
    theirs: Figures | None = None
    goal: Goal | None = None
    note: str = ""

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours over theirs, run by run: what slows the machine down for a while slows both."""
        if self.theirs is None:
            return ()
        return tuple(a / b for a, b in zip(self.ours.values, self.theirs.values, strict=False))

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, by the median; None without a goal."""
        if self.goal is None:
            return None
        return self.goal.met_by(median(self.ratios) if self.ratios else self.ours.median)

    def as_json(self) -> dict[str, Any]:
        summary = {"median_ratio": median(self.ratios), "ratios": self.ratios} if self.ratios else {}
        return asdict(self) | summary | {"met": self.met}
