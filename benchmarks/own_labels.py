"""Short texts with labels of one's own, beside scikit-learn: ``python -m benchmarks.own_labels``.

``chude train`` with its defaults and `TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)` with `LinearSVC`, its
defaults otherwise, learn from the same texts and answer for the same others:

- by cross-validation over all rows, repeated: five folds, each label spread evenly;
- from the official train split, for the test split;
- from 20 texts of each label, and from 1 to 500, the more frequent the label the more, for all others. Of a label with
  fewer texts at most seven in ten are learned from.

Differences are chude's less scikit-learn's. Their 95 % intervals are over texts drawn with replacement, the answers of
all repeats with them; over draws (Student's t) where what is learned from is drawn.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.corpus import ROOT

CORPORA = ("uit_vsfc", "uts2017_bank")
FOLDS, REPEATS, DRAWS = 5, 3, 10
PER_LABEL, MOST_PER_LABEL = 20, 500
DEFAULTS: dict[str, Any] = {"C": "cv", "min_df": "auto", "class_weight": "cv"}
"""The parameters of `TopicClassifier` that ``chude train`` has by default and the estimator has not."""

_MOST_SHARE = 0.7
_RESAMPLES = 1000

Labels = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]
Answerer = Callable[[Texts, Labels, Texts], Labels]
Interval = tuple[float, float, float]


@dataclass(frozen=True)
class OwnLabelsRow:
    """Accuracy and macro-F1 in per cent, of chude, of scikit-learn; the difference of each with its interval.

    `learned_from`: what the texts learned from are; `scored`: number of answers; `seconds`: of one fit of each.
    """

    corpus: str
    learned_from: str
    scored: int
    ours: tuple[float, float]
    theirs: tuple[float, float]
    accuracy: Interval
    macro_f1: Interval
    seconds: tuple[float, float]


@dataclass(frozen=True)
class Trial:
    """Answers for texts, by their numbers: of chude and of scikit-learn."""

    rows: Labels
    ours: Labels
    theirs: Labels


class Timed:
    """What learns and answers, and how long that took."""

    def __init__(self, answer: Answerer) -> None:
        self.answer = answer
        self.times: list[float] = []

    def __call__(self, given: Texts, labels: Labels, unseen: Texts) -> Labels:
        begun = perf_counter()
        answers = self.answer(given, labels, unseen)
        self.times.append(perf_counter() - begun)
        return answers


def chude(given: Texts, labels: Labels, unseen: Texts) -> Labels:
    """Answer as the model that ``chude train`` makes."""
    from chude import TopicClassifier

    answers: Labels = TopicClassifier(**DEFAULTS).fit(given, labels).predict(unseen.tolist())
    return answers


def scikit_learn(given: Texts, labels: Labels, unseen: Texts) -> Labels:
    """Answer as the plain pipeline."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC(random_state=0))
    answers: Labels = pipeline.fit(given, labels).predict(unseen)
    return answers


def read(path: Path) -> tuple[Texts, Labels, npt.NDArray[np.str_]]:
    """Return texts, labels as numbers, and the official split; rows with two labels are left out."""
    import pandas as pd

    frame = pd.read_parquet(path, columns=["text", "section", "split"]).dropna(subset=["text", "section"])
    frame = frame[~frame["section"].str.contains("|", regex=False)]
    labels = np.unique(frame["section"].to_numpy(dtype=np.str_), return_inverse=True)[1]
    return frame["text"].to_numpy(dtype=object), labels, frame["split"].to_numpy(dtype=np.str_)


def rows(folder: Path, corpora: Sequence[str], repeats: int, draws: int) -> Iterator[OwnLabelsRow]:
    """Yield each row as it is measured."""
    for corpus in corpora:
        texts, labels, split = read(folder / f"{corpus}.parquet")
        official = [(np.flatnonzero(split == "train"), np.flatnonzero(split == "test"))]
        parts = {
            "4/5 of all": (list(_folds(labels, repeats)), FOLDS),
            "official train split": (official if len(official[0][1]) else [], 1),
            f"{PER_LABEL} a label": ([_drawn(labels, _even, number) for number in range(draws)], 0),
            f"1 to {MOST_PER_LABEL} a label": ([_drawn(labels, _uneven, number) for number in range(draws)], 0),
        }
        for learned_from, (splits, n_folds) in parts.items():
            if splits:
                yield _row(corpus, learned_from, texts, labels, splits, n_folds)


def _row(
    corpus: str, learned_from: str, texts: Texts, labels: Labels, splits: Sequence[tuple[Labels, Labels]], n_folds: int
) -> OwnLabelsRow:
    """Measure; `n_folds` splits together hold each text once, 0 where each of them is a draw."""
    ours, theirs = Timed(chude), Timed(scikit_learn)
    trials = []
    for number, (on, off) in enumerate(splits, 1):
        print(f"{corpus}, {learned_from}: {number} of {len(splits)}", file=sys.stderr, flush=True)
        trials.append(Trial(off, *(each(texts[on], labels[on], texts[off]) for each in (ours, theirs))))
    if n_folds:
        trials = [_joined(trials[i : i + n_folds]) for i in range(0, len(trials), n_folds)]
    scores = np.array([[scored(labels[each.rows], said) for said in (each.ours, each.theirs)] for each in trials])
    differences = scores[:, 0] - scores[:, 1]
    low, high = _over_texts(trials, labels) if n_folds else _over_draws(differences)
    mean, gain = 100 * scores.mean(axis=0), 100 * differences.mean(axis=0)
    accuracy, macro_f1 = ((float(gain[i]), float(low[i]), float(high[i])) for i in range(2))
    return OwnLabelsRow(
        corpus,
        learned_from,
        sum(len(each.rows) for each in trials),
        (float(mean[0, 0]), float(mean[0, 1])),
        (float(mean[1, 0]), float(mean[1, 1])),
        accuracy,
        macro_f1,
        (float(np.mean(ours.times)), float(np.mean(theirs.times))),
    )


def scored(truth: Labels, said: Labels, weights: npt.NDArray[np.float64] | None = None) -> tuple[float, float]:
    """Return accuracy and macro-F1 over the labels that a text of some weight has."""
    weights = np.ones(len(truth)) if weights is None else weights
    n_labels, right = int(max(truth.max(), said.max())) + 1, truth == said
    hits, there = np.bincount(truth[right], weights[right], n_labels), np.bincount(truth, weights, n_labels)
    of = there > 0
    f1 = 2 * hits[of] / (there + np.bincount(said, weights, n_labels))[of]
    return float(hits.sum() / there.sum()), float(f1.mean())


def _over_texts(trials: Sequence[Trial], labels: Labels) -> npt.NDArray[np.float64]:
    """Return the ends of the intervals of both differences, of shape (2, 2)."""
    random, n_texts = np.random.default_rng(0), len(labels)
    there = trials[0].rows
    found = []
    for _ in range(_RESAMPLES):
        weights = np.bincount(there[random.integers(len(there), size=len(there))], minlength=n_texts).astype(np.float64)
        pairs = [
            [scored(labels[each.rows], said, weights[each.rows]) for said in (each.ours, each.theirs)]
            for each in trials
        ]
        found.append(np.subtract(*np.mean(pairs, axis=0)))
    return 100 * np.quantile(found, [0.025, 0.975], axis=0)


def _over_draws(differences: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    from scipy.stats import t

    n = len(differences)
    if n < 2:
        return np.full((2, 2), np.nan)
    reach = t.ppf(0.975, n - 1) * differences.std(axis=0, ddof=1) / np.sqrt(n)
    ends: npt.NDArray[np.float64] = 100 * np.stack([differences.mean(axis=0) - reach, differences.mean(axis=0) + reach])
    return ends


def _joined(trials: Sequence[Trial]) -> Trial:
    return Trial(*(np.concatenate([getattr(each, name) for each in trials]) for name in ("rows", "ours", "theirs")))


def _folds(labels: Labels, repeats: int) -> Iterator[tuple[Labels, Labels]]:
    import warnings

    from sklearn.model_selection import StratifiedKFold

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # it is then not seen in that fold
        for seed in range(repeats):
            yield from StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(labels, labels)


def _even(counts: Labels) -> Labels:
    return np.full(len(counts), PER_LABEL)


def _uneven(counts: Labels) -> Labels:
    """Return numbers from 1 to `MOST_PER_LABEL` in even ratios, the largest for the most frequent label."""
    sizes = np.zeros(len(counts), dtype=np.int64)
    sizes[np.argsort(counts, kind="stable")] = np.rint(np.geomspace(1, MOST_PER_LABEL, len(counts)))
    return sizes


def _drawn(labels: Labels, sizes_of: Callable[[Labels], Labels], seed: int) -> tuple[Labels, Labels]:
    random, counts = np.random.default_rng(seed), np.bincount(labels)
    sizes = np.minimum(sizes_of(counts), np.maximum(1, (_MOST_SHARE * counts).astype(np.int64)))
    on = [random.permutation(np.flatnonzero(labels == label))[:size] for label, size in enumerate(sizes.tolist())]
    chosen = np.sort(np.concatenate(on))
    return chosen, np.setdiff1d(np.arange(len(labels)), chosen)


def as_markdown(found: Sequence[OwnLabelsRow]) -> str:
    """Return a table."""
    names = ("corpus", "learned from", "answers", "chude", "scikit-learn", "accuracy", "macro-F1", "seconds of a fit")
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    for row in found:
        scores = [f"{accuracy:.1f} / {macro_f1:.1f}" for accuracy, macro_f1 in (row.ours, row.theirs)]
        gains = [f"{gain:+.1f} ({low:+.1f} to {high:+.1f})" for gain, low, high in (row.accuracy, row.macro_f1)]
        seconds = "{:.1f} / {:.1f}".format(*row.seconds)
        cells = [row.corpus, row.learned_from, f"{row.scored:,}", *scores, *gains, seconds]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_labels", description=__doc__)
    parser.add_argument("--corpus", nargs="+", default=list(CORPORA), help="files of the corpora, without their ending")
    parser.add_argument("--repeats", type=int, default=REPEATS, metavar="N", help="of cross-validation (%(default)s)")
    parser.add_argument("--draws", type=int, default=DRAWS, metavar="N", help="of few texts (%(default)s)")
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("CHUDE_CORPORA", ROOT.parent / "shared" / "corpora"))
    for corpus in options.corpus:
        if not (folder / f"{corpus}.parquet").is_file():
            print(f"benchmarks: {corpus} is not in {folder}; set CHUDE_CORPORA", file=sys.stderr)
            return 2
    print(as_markdown(list(rows(folder, options.corpus, options.repeats, options.draws))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
