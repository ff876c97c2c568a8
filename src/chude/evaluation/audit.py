"""Suspicious labels in training data: labels that a model of the other texts contradicts, and repeated texts."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.dataset import Dataset
from chude.errors import InputError
from chude.tokenizer import Tokenizer
from chude.training.duplicates import near_duplicates
from chude.training.fitting import Progress
from chude.training.out_of_fold import out_of_fold
from chude.training.splits import same_text

REPEATED = "repeated with another topic"
CONTRADICTED = "contradicted"
LEAKED = "in another split too"

AUDIT_COLUMNS = ("rank", "kind", "place", "topic", "suggested", "probability", "group", "exact", "split", "text")

_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Repeats:
    """Numbers of repeated texts.

    Attributes
    ----------
    groups, texts : int
        Groups of two or more texts, and the texts in them.
    contradictory : int
        Groups with more than one topic.
    """

    groups: int
    texts: int
    contradictory: int


@dataclass(frozen=True, eq=False)
class Audit:
    """Suspicious labels and repeated texts in labelled data.

    Attributes
    ----------
    data : Dataset
    same, near : ndarray of shape (n_texts,), int64
        Group of each text: of those with the same tokens (case, tone place, punctuation and spaces do not count), and
        of those that are nearly the same.
    classes : tuple of str
    probabilities : ndarray of shape (n_texts, n_topics), float64
        By fits without the text and its near-duplicates; NaN if there is no such fit.
    least : float
        Probability from which another topic contradicts the label.
    """

    data: Dataset
    same: npt.NDArray[np.int64]
    near: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    probabilities: npt.NDArray[np.float64]
    least: float

    def repeats(self, groups: npt.NDArray[np.int64]) -> Repeats:
        """Count repeated texts, by `same` or by `near`."""
        members = _members(groups)
        contradictory = sum(len({self.data.topics[i] for i in group}) > 1 for group in members)
        return Repeats(len(members), sum(map(len, members)), contradictory)

    @property
    def suggested(self) -> npt.NDArray[np.str_]:
        """The topic that a fit on the other texts predicts for each text; an empty str if there is no such fit."""
        found = np.isfinite(self.probabilities[:, 0])
        best = np.where(found, np.nan_to_num(self.probabilities).argmax(axis=1), 0)
        return np.where(found, np.array(self.classes)[best], "")

    @property
    def contradicted(self) -> npt.NDArray[np.int64]:
        """Texts whose label is contradicted with high probability, the most probable first."""
        topics = np.array(self.data.topics, dtype=np.str_)
        best = np.nan_to_num(self.probabilities).max(axis=1)
        wrong = np.flatnonzero((self.suggested != topics) & (best >= self.least))
        own = np.array([self.own_probability(i) for i in wrong.tolist()])
        return wrong[np.argsort(own - best[wrong], kind="stable")]

    def own_probability(self, i: int) -> float:
        """Return the probability of the label of a text, by a fit on the other texts."""
        return float(self.probabilities[i, self.classes.index(self.data.topics[i])])

    @property
    def leaked(self) -> npt.NDArray[np.int64]:
        """Texts that have a near-duplicate in another split, by group."""
        if self.data.splits is None:
            return np.zeros(0, dtype=np.int64)
        splits = self.data.splits
        groups = [group for group in _members(self.near) if len({splits[i] for i in group}) > 1]
        return np.array([i for group in groups for i in group], dtype=np.int64)

    def leaks(self) -> dict[str, tuple[int, int, int]]:
        """Return for each split the numbers of texts, of those that occur in another split, and of near-duplicates."""
        if self.data.splits is None:
            return {}
        exact = Counter(self.data.splits[i] for i in self._across(self.same))
        near = Counter(self.data.splits[i] for i in self.leaked.tolist())
        return {name: (count, exact[name], near[name]) for name, count in sorted(Counter(self.data.splits).items())}

    def _across(self, groups: npt.NDArray[np.int64]) -> list[int]:
        splits = self.data.splits or []
        return [i for group in _members(groups) if len({splits[j] for j in group}) > 1 for i in group]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each finding, worst first: `AUDIT_COLUMNS`.

        The first rows are groups of repeated texts with more than one topic, in which at least one label is wrong:
        those with the same tokens, then near-duplicates, the largest first. Then contradicted labels follow, the most
        probable first, then texts that occur in another split too.
        """
        rows = [*self._repeated_rows(), *self._rows(CONTRADICTED, self.contradicted.tolist())]
        rows += self._rows(LEAKED, self.leaked.tolist())
        return [{"rank": rank, **row} for rank, row in enumerate(rows, 1)]

    def _repeated_rows(self) -> Iterator[dict[str, Any]]:
        topics = self.data.topics
        groups = [group for group in _members(self.near) if len({topics[i] for i in group}) > 1]
        exact = [self._is_exact(group) for group in groups]
        order = sorted(range(len(groups)), key=lambda n: (not exact[n], -len(groups[n]), groups[n][0]))
        for n in order:
            yield from self._rows(REPEATED, groups[n])

    def _is_exact(self, group: Sequence[int]) -> bool:
        """Say whether texts with the same tokens have different topics."""
        topics = defaultdict(set)
        for i in group:
            topics[int(self.same[i])].add(self.data.topics[i])
        return any(len(each) > 1 for each in topics.values())

    def _rows(self, kind: str, indices: Sequence[int]) -> Iterator[dict[str, Any]]:
        suggested, best = self.suggested, self.probabilities.max(axis=1)
        sizes = Counter(self.near.tolist())
        repeated = Counter(self.same.tolist())
        for i in indices:
            group = int(self.near[i])
            yield {
                "kind": kind,
                "place": self.data.places[i],
                "topic": self.data.topics[i],
                "suggested": str(suggested[i]),
                "probability": round(float(best[i]), 4) if suggested[i] else None,
                "group": group + 1 if sizes[group] > 1 else None,
                "exact": repeated[int(self.same[i])] > 1,
                "split": None if self.data.splits is None else self.data.splits[i],
                "text": " ".join(self.data.texts[i].split())[:_EXCERPT],
            }


def _members(groups: npt.NDArray[np.int64]) -> list[list[int]]:
    """Return the texts of each group of two or more, groups in the order of their first text."""
    found: dict[int, list[int]] = defaultdict(list)
    for i, group in enumerate(groups.tolist()):
        found[group].append(i)
    return [members for members in found.values() if len(members) > 1]


def joined(train: Dataset, test: Dataset) -> Dataset:
    """Return both as one, with the splits ``train`` and ``test``."""
    return Dataset(
        train.texts + test.texts,
        train.topics + test.topics,
        train.places + test.places,
        splits=["train"] * len(train) + ["test"] * len(test),
    )


def audit(
    data: Dataset,
    *,
    least: float = 0.8,
    n_folds: int = 5,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress = lambda _: None,
) -> Audit:
    """Find suspicious labels and repeated texts.

    Parameters
    ----------
    data : Dataset
        With `splits`, texts that occur in more than one are found too.
    least : float, default 0.8
        Probability from which another topic contradicts the label.
    n_folds : int, default 5
        Near-duplicates are in one fold, so that no copy of a text is learned from when the text is scored.
    seed : int
    n_jobs : int or None, default None
        Number of threads, as `TopicClassifier` takes it. The result does not depend on it.
    progress : callable

    Returns
    -------
    Audit

    Raises
    ------
    InputError
        If there are too few texts for cross-validation.
    """
    if not 0 <= least <= 1:
        raise InputError(f"the least probability must lie between 0 and 1, not {least}")
    progress("tokenizing")
    batch = Tokenizer().batch(data.texts)
    progress("looking for repeated texts")
    near = near_duplicates(batch)
    found = out_of_fold(
        data.texts,
        data.topics,
        near.tolist(),
        batch=batch,
        n_folds=n_folds,
        seed=seed,
        n_jobs=n_jobs,
        progress=progress,
    )
    return Audit(data, same_text(batch), near, found.classes, found.probabilities, least)
