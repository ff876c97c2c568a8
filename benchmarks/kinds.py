"""What the model of kinds is worth on sources that it has not seen: ``python -m benchmarks.kinds``.

Every source of what is not news, and every newspaper, is left out in turn; the fits are those of the recipe, the
calibration and the limit those of ``models/kind.safetensors``. Writes ``models/kind.json`` and the card of the model,
``models/kind.md``.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.corpus import ROOT
from chude.errors import ChudeError
from chude.model import TopicModel
from chude.tokenizer import Tokenizer
from chude.topics import NEWS
from tools.corpora import CORPORA, read_kinds, read_recipe
from tools.kind_model import learn_unseen, settings_of, tokenizer_of
from tools.kinds import Corpus, LeftOut

LONG = 50
"""Syllables of a text that ought to be enough."""

Floats = npt.NDArray[np.float64]


def probabilities(model: TopicModel, unseen: LeftOut) -> Floats:
    """Return the probabilities that the calibrations of a model make of scores."""
    whole, *short = model.accented.calibrations
    found = whole.probabilities(unseen.scores, unseen.n_terms)
    if short:
        shorts = short[0].probabilities(unseen.scores, unseen.n_terms)
        found = np.where(unseen.is_short[:, None], shorts, found)
    return found


def measure(frame: pd.DataFrame, kinds: tuple[str, ...], found: Floats, n_tokens: Any, limit: float) -> dict[str, Any]:
    """Return the figures of texts left out.

    Parameters
    ----------
    frame : DataFrame
        As `tools.corpora.read_kinds` returns it.
    kinds : tuple of str
    found : ndarray of shape (n_texts, n_kinds), float64
        Probabilities.
    n_tokens : ndarray of shape (n_texts,), int64
    limit : float
        Of the probability of news.

    Returns
    -------
    dict
        Values of JSON.
    """
    from sklearn.metrics import roc_auc_score

    is_news, news = (frame["topic"] == NEWS).to_numpy(), found[:, kinds.index(NEWS)]
    rows = frame.assign(
        below=news < limit, long=n_tokens >= LONG, said=np.array(kinds)[found.argmax(axis=1)], news=news
    )
    others = rows[~is_news]
    sources = [_source(str(name[0]), str(name[1]), its) for name, its in others.groupby(["kind", "source"], sort=True)]
    return {
        "limit": limit,
        "texts": len(rows),
        "auroc": float(roc_auc_score(is_news, news)),
        "lost": _shares(rows[is_news], "form"),
        "lost_by_publisher": _shares(rows[is_news], "source"),
        "caught": float(others["below"].mean()),
        "caught_mean_of_sources": float(np.mean([each["caught"] for each in sources])),
        "caught_long": float(others[others["long"]]["below"].mean()),
        "sources": sources,
        "kinds": [_kind(slug, rows) for slug in kinds],
        "calibration_error": {
            name: calibration_error(news[part], is_news[part])
            for name, part in {"short": n_tokens < LONG, "long": n_tokens >= LONG}.items()
        },
    }


def one_case(copies: pd.DataFrame, below: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return how much of news, and of the rest, is below the limit when it is in small letters only, or in capitals."""
    rows = copies.assign(below=below)
    is_news = rows["topic"] == NEWS
    return {"lost": _shares(rows[is_news], "form"), "caught": float(rows[~is_news]["below"].mean())}


def _source(kind: str, source: str, rows: pd.DataFrame) -> dict[str, Any]:
    long = rows[rows["long"]]
    return {
        "kind": kind,
        "source": source,
        "fitted": bool(rows["fitted"].all()),
        "texts": len(rows),
        "caught": float(rows["below"].mean()),
        "long": len(long),
        "caught_long": float(long["below"].mean()) if len(long) else None,
        "recognized": float((rows["said"] == rows["topic"]).mean()),
    }


def _shares(rows: pd.DataFrame, by: str) -> dict[str, float]:
    return {str(name): float(its["below"].mean()) for name, its in rows.groupby(by, sort=True)}


def _kind(slug: str, rows: pd.DataFrame) -> dict[str, Any]:
    """Return how a kind is recognized: the mean over its sources of the share of its texts that get its name."""
    its = rows[rows["topic"] == slug]
    right = (its["said"] == slug).groupby(its["source"]).mean()
    said = its["said"].value_counts(normalize=True)
    return {
        "kind": slug,
        "texts": len(its),
        "recognized": float((its["said"] == slug).mean()),
        "recognized_mean_of_sources": float(right.mean()),
        "said": {str(name): float(share) for name, share in said.items()},
    }


def calibration_error(news: Floats, is_news: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error of the probability of news, 15 bins, where half of the texts are news."""
    weight = np.where(is_news, 0.5 / max(is_news.sum(), 1), 0.5 / max((~is_news).sum(), 1))
    bins = np.minimum((news * 15).astype(np.int64), 14)
    gap = np.bincount(bins, weight * (news - is_news), 15)
    return float(np.abs(gap).sum())


def main(arguments: list[str] | None = None) -> int:
    """Measure the bundled model, and write its figures and its card."""
    given = sys.argv[1:] if arguments is None else arguments
    if given:
        print("usage: python -m benchmarks.kinds", file=sys.stderr)
        return 2
    try:
        path = ROOT / "models" / "kind.safetensors"
        measured = measured_on(path, CORPORA)
    except (ChudeError, OSError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    path.with_suffix(".json").write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    from tools.kind_card import write_kind_card

    write_kind_card(path, measured)
    return 0


def measured_on(path: Path, folder: Path) -> Mapping[str, Any]:
    """Return the figures of a model file, by fits of its recipe without the sources that they are scored on."""
    from hashlib import sha256

    model, recipe = TopicModel.load(path), read_recipe(path.with_suffix(".toml"))
    frame = read_kinds(recipe, folder)
    corpus = Corpus.of(frame, tokenizer_of(recipe), recipe["news_share"])
    n_syllables = np.diff(Tokenizer().batch(frame["text"].tolist()).bounds)
    unseen = learn_unseen(corpus, settings_of(recipe), recipe)
    limit = float(model.about["min_news_probability"])
    found, typed = probabilities(model, unseen), ~frame["copied"].to_numpy()
    figures = measure(frame[typed], corpus.kinds, found[typed], n_syllables[typed], limit)
    below = found[~typed, corpus.kinds.index(NEWS)] < limit
    return {"model": sha256(path.read_bytes()).hexdigest(), **figures, "one_case": one_case(frame[~typed], below)}


if __name__ == "__main__":
    sys.exit(main())
