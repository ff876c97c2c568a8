"""Whether an archive has changed under a model: two outputs of labelling, compared."""

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.locale import N_
from chude.sinks.schema import as_list
from chude.sources.inputs import Inputs
from chude.sources.options import SourceOptions
from chude.sources.source import Batch
from chude.topics import TOPICS, UNKNOWN
from chude.values import to_float

Floats = npt.NDArray[np.float64]

_TOPIC, _NAME, _FIGURES = "topic", "topic_name", ("probability", "coverage")

ALPHA = 0.01
"""Error probability of the three tests together: each is compared with a third of it (Bonferroni)."""

SMALL_SHARE, SMALL_SHIFT = 0.05, 0.1
"""What is too small to matter, however sure: half the sum of the differences of shares, and the greatest distance of
two distribution functions. In a million texts every difference is beyond chance."""


@dataclass(frozen=True, eq=False)
class Output:
    """What an output of labelling says, texts that could not be read left out.

    Attributes
    ----------
    topics : list of str
        With ``unknown``.
    probability, coverage : ndarray of shape (n_texts,), float64
    names : dict of str to str
        Names of the topics, by slug, where the output has them: of one model, a topic has one.
    """

    topics: list[str]
    probability: Floats
    coverage: Floats
    names: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.topics)


class Share(NamedTuple):
    """How many texts of each output have a topic."""

    topic: str
    old: int
    new: int


class Shift(NamedTuple):
    """A figure of two outputs: medians, greatest distance of the distribution functions, and Kolmogorov-Smirnov's p."""

    name: str
    old: float
    new: float
    distance: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Drift:
    """Two outputs of one model.

    Attributes
    ----------
    n_old, n_new : int
        Texts with a label.
    shares : list of Share
        Every topic that occurs, ``unknown`` among them, the one that changed most first.
    distance : float
        Half the sum of the differences of shares, 0 to 1 (total variation).
    p_value : float
        Of Pearson's chi² test that both have the same shares.
    shifts : list of Shift
        Of ``probability`` and ``coverage``.
    """

    n_old: int
    n_new: int
    shares: list[Share]
    distance: float
    p_value: float
    shifts: list[Shift]

    @property
    def changed(self) -> list[str]:
        """What has changed by more than chance and by enough to matter: ``topics``, ``probability``, ``coverage``."""
        limit = ALPHA / (1 + len(self.shifts))
        changed = [shift.name for shift in self.shifts if shift.p_value < limit and shift.distance >= SMALL_SHIFT]
        return ["topics", *changed] if self.p_value < limit and self.distance >= SMALL_SHARE else changed

    @property
    def verdict(self) -> str:
        """One sentence that says whether the archive has changed under the model."""
        changed = self.changed
        if not changed:
            return self._unchanged()
        shifts = {shift.name: shift for shift in self.shifts}
        worse = [name for name in changed if name in shifts and shifts[name].new < shifts[name].old]
        if worse:
            return N_(
                f"the archive has changed: the model's {_said(worse)} went down; label some of the new texts "
                "and score the model on them"
            )
        if changed == ["topics"]:
            return N_(
                "the archive has changed: its topics are others, but the model reads the new texts as surely as the old"
            )
        return N_(f"the archive has changed in {_said(changed)}, not for the worse")

    def _unchanged(self) -> str:
        """Say why nothing counts as changed: the differences are small, or too few texts show a large one."""
        if self.distance < SMALL_SHARE and all(shift.distance < SMALL_SHIFT for shift in self.shifts):
            return N_("no change that matters: the model reads both alike")
        old, new = self.n_old, self.n_new
        return N_(
            f"the difference is large, but too few texts ({old:,} and {new:,}) to tell it from chance: compare more"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "old": self.n_old,
            "new": self.n_new,
            "topics": [share._asdict() for share in self.shares],
            "distance": self.distance,
            "p_value": self.p_value,
            "shifts": [shift._asdict() for shift in self.shifts],
            "changed": self.changed,
            "verdict": self.verdict,
        }


_SAID = {
    ("topics",): N_("topics"),
    ("probability",): N_("probability"),
    ("coverage",): N_("coverage"),
    ("topics", "probability"): N_("topics and probability"),
    ("topics", "coverage"): N_("topics and coverage"),
    ("probability", "coverage"): N_("probability and coverage"),
    ("topics", "probability", "coverage"): N_("topics, probability and coverage"),
}


def _said(changed: list[str]) -> str:
    return _SAID[tuple(changed)]


def drift(old: Output, new: Output) -> Drift:
    """Hold two outputs of labelling against one another.

    Pearson's chi² test of homogeneity for the topics (those that either has), the two-sample Kolmogorov-Smirnov test
    for probability and coverage. The texts of each output are taken for a sample, independent of the other.

    Parameters
    ----------
    old, new : Output

    Returns
    -------
    Drift

    Raises
    ------
    InputError
        If one has no label, or they are of two models: a topic has two names.
    """
    from scipy.stats import chi2_contingency

    for output, which in ((old, "old"), (new, "new")):
        if not len(output):
            raise InputError(f"there is no label in the {which} output")
    for slug in sorted(old.names.keys() & new.names.keys()):
        if old.names[slug] != new.names[slug]:
            raise InputError(
                f"the outputs are of two models: the topic {slug} is {old.names[slug]!r} in the old one and "
                f"{new.names[slug]!r} in the new one; label both archives with one model"
            )
    counts = Counter(old.topics), Counter(new.topics)
    shares = [Share(topic, counts[0][topic], counts[1][topic]) for topic in sorted(counts[0] | counts[1])]
    table = np.array([[share.old, share.new] for share in shares], dtype=np.float64)
    differences = np.abs(table[:, 0] / len(old) - table[:, 1] / len(new))
    p_value = float(chi2_contingency(table, correction=False).pvalue) if len(shares) > 1 else 1.0
    order = np.argsort(-differences, kind="stable").tolist()
    return Drift(
        len(old),
        len(new),
        [shares[k] for k in order],
        float(differences.sum() / 2),
        p_value,
        [_shift(name, getattr(old, name), getattr(new, name)) for name in _FIGURES],
    )


def doubt(old: Output, new: Output) -> str | None:
    """Return a sentence that says why two outputs may be of two models, or None where nothing speaks for that.

    They may have no topic in common; or one may have topics that are none of chude's own, and the other none of these.
    """
    topics = [set(output.topics) - {UNKNOWN} for output in (old, new)]
    if all(topics) and topics[0].isdisjoint(topics[1]):
        return N_("the outputs have no topic in common: are both by the same model?")
    own = [sorted(each - {topic.slug for topic in TOPICS}) for each in topics]
    for mine, others, which in ((own[0], own[1], N_("old")), (own[1], own[0], N_("new"))):
        if mine and not others:
            return N_(
                f"only the {which} output has topics that are none of chude's own, such as {mine[0]!r}: are both "
                "by the same model?"
            )
    return None


def _shift(name: str, old: Floats, new: Floats) -> Shift:
    from scipy.stats import ks_2samp

    medians = float(np.median(old)), float(np.median(new))
    if len(old) == len(new) == 1:  # SciPy's limit of the distribution begins at two texts
        return Shift(name, *medians, float(old[0] != new[0]), 1.0)
    found = ks_2samp(old, new, method="asymp")
    return Shift(name, *medians, float(found.statistic), float(found.pvalue))


def read_output(path: str | os.PathLike[str]) -> Output:
    """Read what `chude label` wrote, as CSV, JSONL or Parquet.

    Raises
    ------
    InputError
        If it cannot be read, or is no such table.
    """
    try:
        return _read(path, (*_FIGURES, _NAME))
    except InputError:  # a table made by hand may have no names of topics; whatever else is wrong comes again
        return _read(path, _FIGURES)


def _read(path: str | os.PathLike[str], columns: tuple[str, ...]) -> Output:
    topics: list[str] = []
    names: dict[str, str] = {}
    figures: tuple[list[float], list[float]] = [], []
    with Inputs([path], SourceOptions(text=_TOPIC, keep=columns)).open() as opened:
        for task in opened.tasks():
            for batch in task.batches():
                labelled = _add(batch, topics, figures, os.fspath(path))
                given = as_list(batch.kept[_NAME]) if _NAME in columns else []
                names.update({batch.texts[k]: str(given[k]) for k in labelled if given and given[k]})
    return Output(topics, np.array(figures[0]), np.array(figures[1]), names)


def _add(batch: Batch, topics: list[str], figures: tuple[list[float], list[float]], path: str) -> list[int]:
    """Add the labels of a batch; return the places of its texts that have one."""
    errors = [error for error in batch.errors if error is not None]
    if errors:
        raise InputError(f"{path} cannot be read: {errors[0]}")
    labelled = [k for k, topic in enumerate(batch.texts) if topic]
    topics += [batch.texts[k] for k in labelled]
    for found, name in zip(figures, _FIGURES, strict=True):
        values = as_list(batch.kept[name])
        found += [_number(values[k], f"{path}: {name}", batch.rows[k]) for k in labelled]
    return labelled


def _number(value: Any, what: str, row: int | None) -> float:
    try:
        return to_float(value)
    except (TypeError, ValueError):
        raise InputError(f"{what} is {value!r} in row {row}, no number") from None
