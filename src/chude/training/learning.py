"""From labelled texts to a model: folds for the calibration, a fit on all texts, one for text without diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from chude.model import Scorer, TopicModel
from chude.tokenizer import Tokenizer
from chude.topics import Topic
from chude.training.choosing import Choice, choose
from chude.training.covering import min_coverage
from chude.training.features import ARTICLES, Candidates, Settings, Texts
from chude.training.fitting import Fitted, Progress, fit
from chude.training.held_out import Fold, accuracy_and_macro_f1, calibrations, fold_tasks, joined, starts
from chude.training.linear import Costs
from chude.training.parallel import one_at_a_time, run
from chude.training.splits import folds

_LONG_SHARE = 0.05
"""Where a smaller share of the texts is long, short texts need no weights of their own: all are short."""


class Grid(NamedTuple):
    """What is tried with every value of C: `min_df` of `Settings`, and `balance` of `Costs`."""

    min_df: Sequence[int]
    balance: Sequence[float] = (0.0,)


@dataclass(frozen=True)
class Recipe:
    """How to learn.

    Parameters
    ----------
    tokenizer : {"syllable", "word"}
    settings : Settings
        But for `min_df`.
    values_of_c : sequence of float
        Of several, the best by cross-validation is taken; the first where none is clearly better.
    grid, grid_if_short : Grid
        Of several values, the best by cross-validation are taken; the first where none is clearly better, or the texts
        are too few to tell. The latter is for texts of which hardly one is long.
    n_folds : int
        0 for no calibration.
    unaccented : bool
        Whether to learn a scorer for text without diacritics too.
    seed : int
    threads : int
        What is learned does not depend on it.
    """

    tokenizer: str
    settings: Settings
    values_of_c: Sequence[float]
    grid: Grid
    grid_if_short: Grid
    n_folds: int
    unaccented: bool
    seed: int
    threads: int


@dataclass(frozen=True)
class Learned:
    """What was learned.

    `n_texts`: from so many; `min_df`, `costs`: those that were used; `accuracy`, `macro_f1`, `min_coverage`: by fits on
    the other folds, None without folds; `not_scored`: columns of the topics that no fold holds out, as they have one
    text.
    """

    n_texts: int
    accented: Scorer
    unaccented: Scorer | None
    min_df: int
    costs: Costs
    accuracy: float | None
    macro_f1: float | None
    min_coverage: float | None
    not_scored: list[int]

    def model(self, name: str, topics: Sequence[Topic]) -> TopicModel:
        """Return it as a model; `topics` are in the order of the columns."""
        about: dict[str, Any] = {"n_texts": self.n_texts, "C": self.costs.C}
        if self.costs.balance:
            about["class_weight"] = self.costs.balance
        if self.min_coverage is not None:
            about["held_out"] = {"accuracy": self.accuracy, "macro_f1": self.macro_f1}
            about["min_coverage"] = self.min_coverage
        return TopicModel(name, tuple(topics), self.accented, self.unaccented, MappingProxyType(about))


def learn(texts: Texts, groups: Sequence[object] | None, recipe: Recipe, progress: Progress) -> Learned:
    """Learn scorers.

    Parameters
    ----------
    texts : Texts
        By a tokenizer that keeps diacritics.
    groups : sequence of shape (n_texts,), optional
        Texts of a group are held out together.
    recipe : Recipe
    progress : callable
        Called with the name of each step as it begins, from any thread, one call at a time.

    Raises
    ------
    InputError
        If no term occurs often enough.
    """
    progress, settings, grid = one_at_a_time(progress), recipe.settings, recipe.grid
    if np.mean(np.diff(texts.batch.bounds) >= (settings.short_below or ARTICLES.short_below)) < _LONG_SHARE:
        settings, grid = replace(settings, short_below=0), recipe.grid_if_short
    tried = [replace(settings, min_df=min_df) for min_df in grid.min_df]
    costs = [Costs(C, balance) for balance in grid.balance for C in recipe.values_of_c]
    splits = folds(texts.topics, groups, texts.batch, recipe.n_folds, recipe.seed)
    # A vocabulary of terms that are in more texts holds no other terms.
    candidates = Candidates.of(texts, min(tried, key=lambda each: each.min_df))
    everything = np.arange(len(texts.texts))
    without_diacritics = Tokenizer(recipe.tokenizer, False)
    chosen = Choice(0, 0)

    def fit_unaccented() -> Fitted:
        progress("fitting for text without diacritics")
        its = Texts.of(texts.texts, without_diacritics, texts.topics, texts.n_topics, texts.weights)
        its_settings = replace(tried[chosen.settings], short_below=0)
        return fit(its, everything, its_settings, costs[chosen.costs], recipe.seed)

    def fit_accented() -> Fitted:
        progress(f"fitting on all {len(everything)} texts")
        begin = starts([of_costs[chosen.costs] for of_costs in scored[chosen.settings]], texts, settings)
        return fit(
            texts, everything, tried[chosen.settings], costs[chosen.costs], recipe.seed,
            candidates=candidates, starts=begin, threads=recipe.threads,
        )  # fmt: skip

    tasks: list[Any] = [
        task for its in tried for task in fold_tasks(texts, splits, candidates, its, costs, recipe.seed, progress)
    ]
    is_early = recipe.unaccented and (len(tried) * len(costs) == 1 or not splits)  # nothing is left to choose
    done = run([fit_unaccented, *tasks] if is_early else tasks, recipe.threads)
    by_fold: list[list[Fold]] = done[1:] if is_early else done
    scored = [by_fold[i * len(splits) : (i + 1) * len(splits)] for i in range(len(tried))]
    held_outs = [[joined(of_costs) for of_costs in zip(*of_settings, strict=True)] for of_settings in scored]
    if splits:
        chosen = choose(held_outs, len(recipe.values_of_c), texts, recipe.seed)
    held_out = held_outs[chosen.settings][chosen.costs] if splits else None
    calibration, short_calibration = calibrations(held_out, texts)
    fitted = fit_accented()
    accented = fitted.scorer(texts.tokenizer, settings, calibration, short_calibration)
    unaccented = None
    if recipe.unaccented:
        without = done[0] if is_early else fit_unaccented()
        unaccented = without.scorer(without_diacritics, replace(settings, short_below=0), calibration)
    used = (tried[chosen.settings].min_df, costs[chosen.costs])
    if held_out is None:
        return Learned(len(texts.texts), accented, unaccented, *used, None, None, None, [])
    scores = accuracy_and_macro_f1(held_out, calibration, short_calibration, texts)
    limit = min_coverage(held_out, texts, fitted.vocabulary, tried[chosen.settings])
    never = np.setdiff1d(texts.topics, texts.topics[held_out.samples.owners])
    return Learned(len(texts.texts), accented, unaccented, *used, *scores, limit, never.tolist())
