"""What `chude pick` is worth beside texts drawn at random: ``python -m benchmarks.picking``.

A general model is adapted to a few articles of a newspaper, picked or drawn from one half of its articles, and scored
on others. The two draws of a pair have the halves in common. Picked in two rounds are half of the articles by the
general model, and half by the one adapted to these. For each group of `LEFT_OUT` a model is learned as
``models/news.toml`` says, from fewer texts: without any text of two newspapers, or without two corpora of one that it
knows from others. How to pick was chosen on Dân Trí and Thanh Niên, how to learn from picked texts on all of these
(``docs/experiments.md``); nothing was chosen on `dev_vietnamnet_2023`, by the bundled model.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.corpus import CACHE, ROOT

if TYPE_CHECKING:
    from chude import TopicModel


class Source(NamedTuple):
    """The articles of one publisher in a corpus."""

    corpus: str
    publisher: str


LEFT_OUT: tuple[dict[str, Source], ...] = (
    {"dantri": Source("vietnamnet_dantri_2022", "dantri"), "thanhnien": Source("four_newspapers_2020", "thanhnien")},
    {"vietnamnet": Source("vietnamnet_dantri_2022", "vietnamnet"), "tuoitre": Source("tuoitre_2008_2018", "tuoitre")},
    {"vnexpress_2016": Source("mixed_2016", "vnexpress"), "vnexpress_2017": Source("vnexpress_2017", "vnexpress")},
)
"""What one model has not seen. Of VnExpress it has seen other years: only the two corpora are left out for it."""

KNOWN = ("vnexpress",)
"""Publishers whose other corpora are not left out."""

DEVELOPMENT = "dev_vietnamnet_2023"
PICKED = (25, 50, 75, 100, 150, 200)
DRAWS = 20
_POOL = 3000
_LEARNED_FROM = 300
"""Texts of each corpus and topic in the model without the newspapers."""


@dataclass(frozen=True)
class PickingRow:
    """Accuracy in per cent on articles not learned from, mean over draws.

    `before`: of the general model; `drawn`, `picked`: after so many articles drawn at random or picked; `gain`: mean of
    the pairs' differences, `low` and `high`: its 95 % confidence interval, Student's; `worth`: picked so many, less
    three times as many drawn, where both were measured; `rounds`: picked in two rounds, less picked at once.
    """

    newspaper: str
    texts: int
    draws: int
    before: float
    drawn: float
    picked: float
    gain: float
    low: float
    high: float
    worth: tuple[float, float, float] | None
    rounds: tuple[float, float, float]


@dataclass(frozen=True)
class Newspaper:
    """Articles with their titles in front, and topics."""

    name: str
    texts: list[str]
    topics: npt.NDArray[np.str_]


def read(path: Path, name: str, publisher: str | None = None) -> Newspaper:
    """Read the articles of a newspaper that have a topic."""
    import pandas as pd

    frame = pd.read_parquet(path, columns=["title", "text", "topic", "publisher"])
    frame = frame[frame["topic"].notna()]
    if publisher is not None:
        frame = frame[frame["publisher"] == publisher]
    titles, bodies = frame["title"].fillna("").tolist(), frame["text"].fillna("").tolist()
    texts = [f"{title}\n{body}" if title else body for title, body in zip(titles, bodies, strict=True)]
    return Newspaper(name, texts, np.array(frame["topic"].tolist(), dtype=np.str_))


def model_without(left_out: Mapping[str, Source], folder: Path) -> "TopicModel":
    """Learn the model that has seen none of some articles; it is kept in the cache."""
    from chude import TopicClassifier, TopicModel
    from tools.corpora import balanced, read_corpora, read_recipe, sampled

    path = CACHE / f"picking-without-{'-'.join(sorted(left_out))}.safetensors"
    if path.is_file():
        return TopicModel.load(path)
    recipe = read_recipe(ROOT / "models" / "news.toml")
    frame = read_corpora(recipe, folder)
    publishers = frame["publisher"].fillna("")
    for source in left_out.values():
        is_known = source.publisher in KNOWN
        unseen = frame["corpus"].eq(source.corpus) if is_known else publishers.str.contains(source.publisher)
        frame, publishers = frame[~unseen], publishers[~unseen]
    frame = sampled(frame.reset_index(drop=True), _LEARNED_FROM)
    classifier = TopicClassifier(name="without", **recipe["classifier"])
    groups = frame["publisher"].fillna("").tolist()
    classifier.fit(frame["text"], frame["topic"], balanced(frame, recipe["balance"]), groups)
    CACHE.mkdir(exist_ok=True)
    classifier.save(path)
    return classifier.model_


def rows(
    newspaper: Newspaper, model: "TopicModel", sizes: Sequence[int] = PICKED, draws: int = DRAWS
) -> list[PickingRow]:
    """Measure one newspaper."""
    scores = np.array([_draw(newspaper, model, sizes, number) for number in _told_of(draws, newspaper.name)])
    return [_row(newspaper.name, sizes, place, scores) for place in range(len(sizes))]


def _told_of(draws: int, name: str) -> Iterator[int]:
    """Count the draws, and say on stderr which one begins: all of them take a quarter of an hour."""
    for number in range(draws):
        print(f"{name}, draw {number + 1} of {draws}", file=sys.stderr)
        yield number


def _draw(
    newspaper: Newspaper, model: "TopicModel", sizes: Sequence[int], number: int
) -> list[tuple[float, float, float, float]]:
    """Return for each size: accuracy before, after articles drawn, picked, and picked in two rounds."""

    order = np.random.default_rng(number).permutation(len(newspaper.texts))
    half = min(len(order) // 2, _POOL)
    pool, rest = order[:half], order[half : 2 * half]
    before = _accuracy(newspaper, model, rest)
    scores = []
    for size in sizes:
        once = _picked(newspaper, pool, size, model, number)
        first = _picked(newspaper, pool, size // 2, model, number)
        adapted = _adapted(newspaper, model, first, number)
        second = _picked(newspaper, pool, size - size // 2, adapted, number, first.places)
        ways = (Chosen(pool[:size], np.ones(0, dtype=np.int64)), once, first.and_then(second))
        drawn, picked, rounds = (_accuracy(newspaper, _adapted(newspaper, model, way, number), rest) for way in ways)
        scores.append((before, drawn, picked, rounds))
    return scores


class Chosen(NamedTuple):
    """Places of articles to learn from, and how many each stands for; none of that where they were drawn."""

    places: npt.NDArray[np.int64]
    stands_for: npt.NDArray[np.int64]

    def and_then(self, others: "Chosen") -> "Chosen":
        """Return the articles of two rounds."""
        return Chosen(
            np.concatenate([self.places, others.places]), np.concatenate([self.stands_for, others.stands_for])
        )


def _picked(
    newspaper: Newspaper,
    pool: npt.NDArray[np.int64],
    n: int,
    model: "TopicModel",
    seed: int,
    reviewed: Iterable[int] = (),
) -> Chosen:
    from chude import pick

    texts, known = [newspaper.texts[i] for i in pool], [newspaper.texts[i] for i in reviewed]
    found, stands_for = pick(texts, n, model, seed, reviewed=known, return_counts=True)
    return Chosen(pool[found], stands_for)


def _adapted(newspaper: Newspaper, model: "TopicModel", mine: Chosen, seed: int) -> "TopicModel":
    from chude.adapt import adapt

    texts, topics = [newspaper.texts[i] for i in mine.places], newspaper.topics[mine.places]
    stands_for = mine.stands_for if len(mine.stands_for) else None
    return adapt(texts, topics, model, stands_for=stands_for, with_curve=False, unaccented=False, seed=seed).model


def _accuracy(newspaper: Newspaper, model: "TopicModel", places: npt.NDArray[np.int64]) -> float:
    answers = model.predict([newspaper.texts[i] for i in places])
    return 100 * float((answers == newspaper.topics[places]).mean())


def _row(name: str, sizes: Sequence[int], place: int, scores: npt.NDArray[np.float64]) -> PickingRow:
    before, drawn, picked, _ = scores[:, place].mean(axis=0).tolist()
    gain, low, high = interval(scores[:, place, 2] - scores[:, place, 1])
    thrice = 3 * sizes[place]
    worth = None
    if thrice in sizes:
        worth = interval(scores[:, place, 2] - scores[:, list(sizes).index(thrice), 1])
    rounds = interval(scores[:, place, 3] - scores[:, place, 2])
    return PickingRow(name, sizes[place], len(scores), before, drawn, picked, gain, low, high, worth, rounds)


def interval(differences: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the mean of paired differences and its 95 % confidence interval, Student's."""
    from scipy import stats

    mean = float(differences.mean())
    half = float(stats.t.ppf(0.975, len(differences) - 1) * stats.sem(differences)) if len(differences) > 1 else np.inf
    return mean, mean - half, mean + half


def as_markdown(found: Sequence[PickingRow]) -> str:
    """Return a table."""
    names = (
        "newspaper, before", "texts", "at random", "picked", "gain", "picked, less three times as many at random",
        "in two rounds, less at once",
    )  # fmt: skip
    lines = [f"| {' | '.join(names)} |", "|---|--:|--:|--:|---|---|---|"]
    for row in found:
        worth = "" if row.worth is None else _told(*row.worth)
        lines.append(
            f"| {row.newspaper}, {row.before:.1f} | {row.texts} | {row.drawn:.1f} | {row.picked:.1f} "
            f"| {_told(row.gain, row.low, row.high)} | {worth} | {_told(*row.rounds)} |"
        )
    return "\n".join(lines)


def _told(mean: float, low: float, high: float) -> str:
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.picking", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(PICKED), metavar="N", help="articles learned from")
    parser.add_argument("--draws", type=int, default=DRAWS, metavar="N", help="pairs of draws (%(default)s)")
    names = [*(name for group in LEFT_OUT for name in group), DEVELOPMENT]
    parser.add_argument("--only", choices=names, nargs="+", default=names, help="newspapers")
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("CHUDE_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not (folder / f"{DEVELOPMENT}.parquet").is_file():
        print(f"benchmarks: the corpora are not in {folder}; set CHUDE_CORPORA", file=sys.stderr)
        return 2
    import chude

    found = []
    for group in LEFT_OUT:
        for name in (name for name in group if name in options.only):
            newspaper = read(folder / f"{group[name].corpus}.parquet", name, group[name].publisher)
            found += rows(newspaper, model_without(group, folder), options.sizes, options.draws)
    if DEVELOPMENT in options.only:
        newspaper = read(folder / f"{DEVELOPMENT}.parquet", DEVELOPMENT)
        found += rows(newspaper, chude.load(), options.sizes, options.draws)
    print(as_markdown(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
