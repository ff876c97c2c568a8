"""The model of kinds, from its recipe: fits on all texts, calibrated on sources left out."""

import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.model import Calibration, Scorer, TopicModel
from chude.tokenizer import Tokenizer
from chude.topics import NEWS, kinds
from chude.training.calibrating import fit_calibration
from chude.training.features import Settings
from tools.corpora import CORPORA, read_kinds
from tools.kinds import Corpus, KindFit, LeftOut, balanced, candidates, each_alone, in_few, left_out

Floats = npt.NDArray[np.float64]

_LOST = 0.029
"""Share of the news of each form that the recommended limit gives up; a little less than the 3 % that are allowed."""

_FEW = 8
"""Splits for text typed without diacritics, which is calibrated only."""


def settings_of(recipe: dict[str, Any]) -> Settings:
    """Return how texts become rows."""
    given: dict[str, Any] = dict(recipe["settings"])
    for name, value in given.items():
        given[name] = tuple(value) if isinstance(value, list) else value
    return Settings(**given)


def tokenizer_of(recipe: dict[str, Any]) -> Tokenizer:
    """Return how texts become tokens."""
    return Tokenizer(marks=recipe["marks"])


def unaccented_settings(recipe: dict[str, Any]) -> Settings:
    """Return the same for text typed without diacritics, whose weights are those of texts of any length."""
    return replace(settings_of(recipe), short_below=0)


def learn_kinds(recipe: dict[str, Any], folder: Path = CORPORA) -> TopicModel:
    """Learn the model of a recipe of kinds."""
    frame = read_kinds(recipe, folder)
    _say(f"{int((~frame['copied']).sum())} texts of {frame['source'].nunique()} sources")
    splits = each_alone(frame)
    accented, limit = _scorer(recipe, frame, tokenizer_of(recipe), settings_of(recipe), splits, None)
    unaccented, _ = _scorer(
        recipe,
        frame,
        replace(tokenizer_of(recipe), diacritics=False),
        unaccented_settings(recipe),
        in_few(splits, _FEW),
        limit,
    )
    named = kinds()
    slugs = np.unique(frame["topic"].to_numpy(dtype=str)).tolist()
    fitted = frame[frame["fitted"] & ~frame["copied"]]
    about = {
        "n_texts": len(fitted),
        "corpora": {str(name): int(size) for name, size in fitted.groupby("corpus", sort=True).size().items()},
        "min_news_probability": limit,
    }
    return TopicModel(
        recipe["name"], tuple(named[slug] for slug in slugs), accented, unaccented, MappingProxyType(about)
    )


def learn_unseen(corpus: Corpus, settings: Settings, recipe: dict[str, Any]) -> LeftOut:
    """Return what fits say of texts of sources that they have not seen, each large source left out alone."""
    return left_out(corpus, settings, recipe, each_alone(corpus.frame), _say)


def _scorer(
    recipe: dict[str, Any],
    frame: Any,
    tokenizer: Tokenizer,
    settings: Settings,
    splits: list[list[str]],
    limit: float | None,
) -> tuple[Scorer, float]:
    """Return a scorer, and the probability of news that few texts of news are below."""
    corpus = Corpus.of(frame, tokenizer, recipe["news_share"])
    unseen = left_out(corpus, settings, recipe, splits, _say)
    whole, short, limit = calibrations(corpus, unseen, limit)
    _say(f"fitting on all {int(corpus.fitted.sum())} texts")
    found = candidates(corpus, settings)
    fitted = KindFit.on(corpus, np.flatnonzero(corpus.fitted), found, settings, recipe).fitted(corpus, found)
    return fitted.scorer(tokenizer, settings, whole, short if settings.short_below else None), limit


def calibrations(corpus: Corpus, unseen: LeftOut, limit: float | None) -> tuple[Calibration, Calibration, float]:
    """Return the calibrations of whole and of short texts, and the recommended limit of the probability of news.

    Each is fitted on sources left out, where news and the rest weigh the same. Short news looks less like news. So that
    one limit serves texts of any length, the probabilities of short texts, and all where a limit is given, are for a
    larger share of news: the one at which as much of short news as of whole is below the limit.

    Returns
    -------
    whole, short : Calibration
    limit : float
    """
    every = np.ones(len(corpus.frame), dtype=np.bool_)
    weights = balanced(corpus.frame, every, 0.5)
    priors = np.bincount(corpus.texts.topics, weights, len(corpus.kinds)) / weights.sum()
    news = corpus.kinds.index(NEWS)

    def fitted(judged: npt.NDArray[np.bool_]) -> Calibration:
        found = fit_calibration(
            unseen.scores[judged], unseen.n_terms[judged], corpus.texts.topics[judged], weights[judged], priors
        )
        return _with_even_news(found, unseen, judged, corpus, weights)

    def shifted(found: Calibration, judged: npt.NDArray[np.bool_]) -> Calibration:
        below = _log_odds(news_probability(found, unseen, news, judged))
        least = _least(below, corpus, judged)
        offsets = found.offsets.copy()
        offsets[news] += _log_odds(np.array([limit]))[0] - least
        return replace(found, offsets=offsets)

    typed = ~corpus.frame["copied"].to_numpy()
    long, brief = typed & ~unseen.is_short, typed & unseen.is_short
    whole = fitted(long)
    if limit is None:
        least = _least(_log_odds(news_probability(whole, unseen, news, long)), corpus, long)
        limit = float(np.floor(1000 / (1 + np.exp(-least))) / 1000)
    else:
        whole = shifted(whole, long)
    short = shifted(fitted(brief), brief) if brief.any() else whole
    return whole, short, limit


def _least(log_odds: Floats, corpus: Corpus, judged: npt.NDArray[np.bool_]) -> float:
    """Return the log odds that so small a share of the news of every form is below."""
    forms = corpus.frame["form"].to_numpy()[judged]
    common = [form for form in np.unique(forms) if form and (forms == form).sum() >= 0.05 * (forms != "").sum()]
    return float(min(np.quantile(log_odds[forms == form], _LOST) for form in common))


def news_probability(found: Calibration, unseen: LeftOut, news: int, judged: npt.NDArray[np.bool_]) -> Floats:
    """Return the probability of news of some texts."""
    return found.probabilities(unseen.scores[judged], unseen.n_terms[judged])[:, news]


def _with_even_news(
    found: Calibration, unseen: LeftOut, judged: npt.NDArray[np.bool_], corpus: Corpus, weights: Floats
) -> Calibration:
    """Shift the log odds of news so that the mean probability of news is its share, where news and the rest are even.

    The others keep their proportions.
    """
    from scipy.optimize import brentq

    news, truth = corpus.kinds.index(NEWS), corpus.is_news[judged]
    log_odds = _log_odds(news_probability(found, unseen, news, judged))
    even = np.where(truth, weights[judged] * truth, weights[judged])
    even = np.where(truth, even / even[truth].sum(), even / even[~truth].sum())

    def excess(shift: float) -> float:
        return float(np.average(1 / (1 + np.exp(-(log_odds + shift))), weights=even)) - 0.5

    offsets = found.offsets.copy()
    offsets[news] += brentq(excess, -30.0, 30.0)
    return replace(found, offsets=offsets)


def _log_odds(probability: Floats) -> Floats:
    clipped = probability.clip(1e-12, 1 - 1e-12)
    odds: Floats = np.log(clipped / (1 - clipped))
    return odds


def _say(step: str) -> None:
    print(f"  {step}", file=sys.stderr)
