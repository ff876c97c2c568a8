"""From answers to figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.contestants import Answers
from benchmarks.accuracy.store import Answered
from benchmarks.accuracy.tasks import ARTICLES, HEADLINES, SCRAPS, WHOLE, Task
from chude.evaluation import expected_calibration_error
from chude.training.calibrating import CalibrationSet, fit_calibration

Floats = npt.NDArray[np.float64]

MEAN = "mean"
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
CALIBRATED_ON = (
    (ARTICLES, WHOLE, 1.0),
    (HEADLINES, WHOLE, 1.0),
    (ARTICLES, "first 15 syllables", 0.3),
    (ARTICLES, "first 50 syllables", 0.3),
)
"""Part, variant and weight of what probabilities of newspapers never seen are calibrated on, but for a few terms."""

KNOWN_TERMS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 15), (16, 50), (51, None))
"""Least and largest number of known terms of the rows of the table of reliability."""


@dataclass(frozen=True)
class Score:
    """One contestant on some texts; shares are of 1, and None where there is nothing to say.

    `same`: share of texts that got the answer they got as they are.
    """

    task: str
    part: str
    variant: str
    contestant: str
    texts: int
    accuracy: float
    top2: float | None
    macro_f1: float
    calibration_error: float | None
    same: float | None


def scores(task: Task, contestant: str, made: Answered) -> Iterator[Score]:
    """Yield the scores of all parts, their subsets, and variants."""
    for (part, variant), answers in made.answers.items():
        truth = task.parts[part]["topic"].to_numpy(dtype=np.str_)
        said = np.array(made.classes)
        right = said[answers["best"]] == truth
        second = (answers["second"] >= 0) & (said[answers["second"]] == truth)
        same = answers["best"] == made.answers[part, WHOLE]["best"]
        for name, chosen in {part: np.ones(len(truth), dtype=np.bool_), **task.subsets.get(part, {})}.items():
            confidence = answers["confidence"][chosen].astype(np.float64)
            sure = not np.isnan(confidence).any()
            yield Score(
                task.name,
                name,
                variant,
                contestant,
                int(chosen.sum()),
                float(right[chosen].mean()),
                float((right | second)[chosen].mean()) if (answers["second"] >= 0).all() else None,
                macro_f1(truth[chosen], said[answers["best"]][chosen]),
                expected_calibration_error(confidence, right[chosen]) if sure else None,
                None if variant == WHOLE else float(same[chosen].mean()),
            )


def macro_f1(truth: npt.NDArray[np.str_], said: npt.NDArray[np.str_]) -> float:
    """Return the mean F1 of the topics that texts are of."""
    from sklearn.metrics import f1_score

    names, codes = np.unique(np.concatenate([truth, said]), return_inverse=True)
    del names
    truth_codes, said_codes = codes[: len(truth)], codes[len(truth) :]
    return float(f1_score(truth_codes, said_codes, average="macro", labels=np.unique(truth_codes), zero_division=0))


def means(found: Sequence[Score], *, over: str) -> list[Score]:
    """Return the means over tasks or over parts, each counting the same.

    Parameters
    ----------
    found : sequence of Score
        Of tasks of one kind.
    over : {"task", "part"}
        What the means are taken over; it is then called `MEAN`.
    """

    def kind(score: Score) -> tuple[str, ...]:
        return (
            "" if over == "task" else score.task,
            "" if over == "part" else score.part,
            score.variant,
            score.contestant,
        )

    rows = []
    for _, each in groupby(sorted(found, key=kind), key=kind):
        group = list(each)
        columns: dict[str, Any] = {
            column: _mean([getattr(score, column) for score in group])
            for column in ("accuracy", "top2", "macro_f1", "calibration_error", "same")
        }
        name = f"{group[0].task.split('/')[0]}/{MEAN}" if over == "task" else MEAN
        columns |= {over: name, "texts": sum(score.texts for score in group)}
        rows.append(replace(group[0], **columns))
    return rows


def _mean(values: Sequence[float | None]) -> Any:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def calibrated(tasks: Sequence[Task], made: Mapping[str, Answered]) -> dict[str, Answered]:
    """Give chude's answers the probabilities of a calibration on the other tasks' scores.

    Parameters
    ----------
    tasks : sequence of Task
        Groups of publishers, each left out in its turn.
    made : mapping of str to Answered
        Answers of chude by the name of the task; all have the same classes.
    """
    (classes,) = {each.classes for each in made.values()}
    usual = {task.name: _samples(task, made[task.name], CALIBRATED_ON) for task in tasks}
    few = {task.name: _samples(task, made[task.name], ((SCRAPS, WHOLE, 1.0),)) for task in tasks}
    found = {}
    for task in tasks:
        pooled, scraps = (
            _pooled([samples[other.name] for other in tasks if other is not task]) for samples in (usual, few)
        )
        answers = {
            key: _with_probabilities(each, pooled, scraps, len(classes))
            for key, each in made[task.name].answers.items()
        }
        found[task.name] = Answered(classes, answers)
    return found


@dataclass(frozen=True, eq=False)
class _Samples:
    scores: Floats
    n_terms: npt.NDArray[np.int64]
    short: npt.NDArray[np.bool_]
    topics: npt.NDArray[np.int64]
    weights: Floats

    def calibration_set(self, short: bool) -> CalibrationSet:
        """Return those that were judged by the weights for short texts, or those that were not."""
        on = self.short == short
        return CalibrationSet(self.scores[on], self.n_terms[on].astype(np.int64), self.topics[on], self.weights[on])


def _pooled(samples: Sequence[_Samples]) -> _Samples:
    return _Samples(*(np.concatenate(columns) for columns in zip(*(vars(o).values() for o in samples), strict=True)))


def _samples(task: Task, made: Answered, calibrated_on: Sequence[tuple[str, str, float]]) -> _Samples:
    n_topics = len(made.classes)
    nothing = np.zeros(0, dtype=np.int64)
    columns = [(np.zeros((0, n_topics)), nothing, nothing.astype(np.bool_), nothing, np.zeros(0))]
    for part, variant, weight in calibrated_on:
        if part in task.parts:
            answers = made.answers[part, variant]
            topics = np.searchsorted(made.classes, task.parts[part]["topic"].to_numpy(dtype=np.str_))
            weights = np.full(len(topics), weight)
            columns.append(
                (answers["scores"].astype(np.float64), answers["n_terms"], answers["short"], topics, weights)
            )
    return _Samples(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _with_probabilities(answers: Answers, pooled: _Samples, scraps: _Samples, n_topics: int) -> Answers:
    """Calibrate answers, those by the weights for short texts by themselves."""
    probabilities = np.zeros((len(answers["best"]), n_topics))
    priors = np.bincount(pooled.topics, pooled.weights, n_topics) / pooled.weights.sum()
    for short in np.unique(answers["short"]):
        of = answers["short"] == short
        calibration = fit_calibration(*pooled.calibration_set(short), priors, scraps.calibration_set(short))
        probabilities[of] = calibration.probabilities(
            answers["scores"][of].astype(np.float64), answers["n_terms"][of].astype(np.int64)
        )
    order = np.argsort(-probabilities, axis=1, kind="stable")
    best = {"best": order[:, 0], "second": order[:, 1], "confidence": probabilities.max(axis=1)}
    return best | {"n_terms": answers["n_terms"]}


@dataclass(frozen=True)
class Threshold:
    """Answering texts of at least that probability answers that share of them, and that share of the answers is right.

    Each group of publishers counts the same.
    """

    probability: float
    coverage: float
    accuracy: float


def thresholds(tasks: Sequence[Task], made: Mapping[str, Answered], part: str = ARTICLES) -> list[Threshold]:
    """Return what thresholds on the probability give; each group counts the same."""
    answered = np.zeros((len(tasks), len(THRESHOLDS)))
    right = np.zeros_like(answered)
    for row, task in enumerate(tasks):
        answers = made[task.name].answers[part, WHOLE]
        hit = np.array(made[task.name].classes)[answers["best"]] == task.parts[part]["topic"].to_numpy(dtype=np.str_)
        for column, threshold in enumerate(THRESHOLDS):
            sure = answers["confidence"] >= threshold
            answered[row, column], right[row, column] = sure.mean(), (sure & hit).mean()
    shares, rights = answered.mean(axis=0), right.mean(axis=0)
    return [
        Threshold(threshold, float(share), float(hits / share))
        for threshold, share, hits in zip(THRESHOLDS, shares, rights, strict=True)
        if share > 0
    ]


def pooled_calibration_error(tasks: Sequence[Task], made: Mapping[str, Answered], part: str = ARTICLES) -> float:
    """Return the calibration error over the texts of all groups together."""
    confidence, right = [], []
    for task in tasks:
        answers = made[task.name].answers[part, WHOLE]
        confidence.append(answers["confidence"])
        truth = task.parts[part]["topic"].to_numpy(dtype=np.str_)
        right.append(np.array(made[task.name].classes)[answers["best"]] == truth)
    return expected_calibration_error(np.concatenate(confidence), np.concatenate(right))


@dataclass(frozen=True)
class Reliability:
    """How sure chude is of texts with so many known terms, and how often it is right; shares are of 1.

    `most` is None where there is no largest number.
    """

    least: int
    most: int | None
    texts: int
    probability: float
    accuracy: float
    calibration_error: float


def reliability(tasks: Sequence[Task], made: Mapping[str, Answered]) -> list[Reliability]:
    """Return how far probabilities are those of being right, by the number of known terms, over all groups."""
    found = []
    for task in tasks:
        for (part, variant), answers in made[task.name].answers.items():
            if (part, variant) in {(SCRAPS, WHOLE), *(key[:2] for key in CALIBRATED_ON)}:
                truth = task.parts[part]["topic"].to_numpy(dtype=np.str_)
                right = np.array(made[task.name].classes)[answers["best"]] == truth
                found.append((answers["n_terms"], answers["confidence"], right))
    n_terms, confidence, right = (np.concatenate(column) for column in zip(*found, strict=True))
    rows = []
    for least, most in KNOWN_TERMS:
        on = (n_terms >= least) & (n_terms <= (np.inf if most is None else most))
        if on.any():
            error = expected_calibration_error(confidence[on], right[on])
            sure, hit = float(confidence[on].mean()), float(right[on].mean())
            rows.append(Reliability(least, most, int(on.sum()), sure, hit, error))
    return rows
