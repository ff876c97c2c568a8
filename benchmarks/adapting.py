"""What `chude adapt` gains on a newspaper's own articles: ``python -m benchmarks.adapting``.

So many articles of a development set are drawn, the general model is adapted to them, and it, the articles alone and
both together are scored on the rest. Nothing is chosen by it.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.corpus import ROOT

if TYPE_CHECKING:
    from chude import TopicModel

CORPUS = "dev_vietnamnet_2023"
SIZES = (100, 300)
DRAWS = 10


@dataclass(frozen=True)
class AdaptingRow:
    """Mean over draws of so many articles, scored on the rest: per cent right, and calibration error.

    `general`, `own`, `both`: the general model alone, the articles alone, both together; `worst_gain`: least of what
    both have over the articles alone in one draw; `ece`: expected calibration error of both.
    """

    corpus: str
    texts: int
    draws: int
    general: float
    own: float
    both: float
    worst_gain: float
    ece: float


def rows(
    folder: Path, corpus: str = CORPUS, sizes: tuple[int, ...] = SIZES, draws: int = DRAWS, start: str = "news"
) -> list[AdaptingRow]:
    """Measure.

    Parameters
    ----------
    folder : Path
        Of the corpora.
    corpus : str
    sizes : tuple of int
        Numbers of articles to learn from.
    draws : int
        How often to draw them.
    start : str
        The general model.
    """
    import chude

    texts, topics = read(folder / f"{corpus}.parquet")
    general = chude.load(start)
    right = general.predict(texts) == topics
    found = []
    for size in sizes:
        scores = np.array([_draw(general, texts, topics, right, size, number) for number in range(draws)])
        right_alone, own, both, ece = scores.mean(axis=0).tolist()
        gain = float((scores[:, 2] - scores[:, 1]).min())
        found.append(AdaptingRow(corpus, size, draws, 100 * right_alone, 100 * own, 100 * both, 100 * gain, ece))
    return found


def read(path: Path) -> tuple[list[str], "np.ndarray[tuple[int], np.dtype[np.str_]]"]:
    """Return articles, their titles in front, and topics."""
    import pandas as pd

    frame = pd.read_parquet(path, columns=["title", "text", "topic"])
    frame = frame[frame["topic"].notna()].fillna("")
    titles, bodies = frame["title"].tolist(), frame["text"].tolist()
    texts = [f"{title}\n{body}" if title else body for title, body in zip(titles, bodies, strict=True)]
    return texts, np.array(frame["topic"].tolist(), dtype=np.str_)


def _draw(
    general: "TopicModel",
    texts: list[str],
    topics: "np.ndarray[tuple[int], np.dtype[np.str_]]",
    right: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    size: int,
    number: int,
) -> tuple[float, float, float, float]:
    from chude import TopicClassifier
    from chude.adapt import adapt
    from chude.evaluation import evaluate

    order = np.random.default_rng(number).permutation(len(texts))
    mine, rest = order[:size], order[size:]
    given, labels = [texts[i] for i in mine], topics[mine]
    unseen, truth = [texts[i] for i in rest], topics[rest]
    alone = TopicClassifier(calibration_folds=0, unaccented=False).fit(given, labels)
    adapted = adapt(given, labels, general, with_curve=False, unaccented=False, seed=number)
    both = evaluate(adapted.model, unseen, truth.tolist())
    return float(right[rest].mean()), float((alone.predict(unseen) == truth).mean()), both.accuracy, both.ece


def as_markdown(found: list[AdaptingRow]) -> str:
    """Return a table."""
    names = ("corpus", "articles", "general model alone", "articles alone", "both", "least gain", "calibration error")
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    lines += [
        f"| {row.corpus} | {row.texts} | {row.general:.1f} | {row.own:.1f} | {row.both:.1f} | {row.worst_gain:+.1f} "
        f"| {row.ece:.3f} |"
        for row in found
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adapting", description=__doc__)
    parser.add_argument("--corpus", default=CORPUS, help="file of the corpora, without its ending (%(default)s)")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N", help="articles learned from")
    parser.add_argument("--draws", type=int, default=DRAWS, metavar="N", help="how often (%(default)s)")
    parser.add_argument("--start", default="news", metavar="MODEL", help="the general model (%(default)s)")
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("CHUDE_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not (folder / f"{options.corpus}.parquet").is_file():
        print(f"benchmarks: {options.corpus} is not in {folder}; set CHUDE_CORPORA", file=sys.stderr)
        return 2
    print(as_markdown(rows(folder, options.corpus, tuple(options.sizes), options.draws, options.start)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
