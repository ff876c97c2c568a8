"""From labelled texts to a model: folds for the calibration, a fit on all texts, one for text without diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from chude.model import Scorer, TopicModel
from chude.topics import Topic
from chude.training.features import ARTICLES, CandidateTerms, Settings, Texts
from chude.training.fitting import Fitted, Progress, fit
from chude.training.held_out import (
    Fold,
    calibrations,
    fold_tasks,
    join_folds,
    starts,
    whole_probabilities,
)
from chude.training.limits import coverage_limit, probability_limit
from chude.training.linear import Costs
from chude.training.metrics import accuracy_and_macro_f1
from chude.training.model_selection import best_costs
from chude.training.parallel import one_at_a_time, run
from chude.training.splits import folds

_LONG_SHARE = 0.05
"""Where a smaller share of the texts is long, short texts have no weights of their own: nearly all texts are short."""


class Grid(NamedTuple):
    """`min_df` of `Settings`, and the values of `balance` of `Costs` that are tried with every value of C."""

    min_df: int
    balances: Sequence[float] = (0.0,)


@dataclass(frozen=True)
class Recipe:
    """How to learn.

    Parameters
    ----------
    settings : Settings
        All but `min_df`, which `grid` or `grid_if_short` sets.
    values_of_c : sequence of float
        If there are several, the best by cross-validation is used; the first, unless another is clearly better.
    grid, grid_if_short : Grid
        If there are several balances, the best by cross-validation is used; the first, unless another is clearly
        better, or if the texts are too few to tell. `grid_if_short` is for texts of which nearly all are short.
    n_folds : int
        With 0 there is no calibration.
    unaccented : bool
        Whether to learn a scorer for text without diacritics too.
    seed : int
    threads : int
        The result does not depend on it.
    """

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

    `n_texts`: number of training texts; `min_df`, `costs`: those that were used; `accuracy`, `macro_f1`,
    `min_coverage`, `min_probability`: by fits on the other folds, None without folds; `not_scored`: columns of the
    topics that no fold holds out, because they have one text.
    """

    n_texts: int
    accented: Scorer
    unaccented: Scorer | None
    min_df: int
    costs: Costs
    accuracy: float | None = None
    macro_f1: float | None = None
    min_coverage: float | None = None
    min_probability: float | None = None
    not_scored: list[int] = field(default_factory=list)

    def model(self, name: str, topics: Sequence[Topic]) -> TopicModel:
        """Return it as a model; `topics` are in the order of the columns."""
        about: dict[str, Any] = {"n_texts": self.n_texts, "C": self.costs.C}
        if self.costs.balance:
            about["class_weight"] = self.costs.balance
        if self.min_coverage is not None:
            about["held_out"] = {"accuracy": self.accuracy, "macro_f1": self.macro_f1}
            about["min_coverage"] = self.min_coverage
            about["min_probability"] = self.min_probability
        return TopicModel(name, tuple(topics), self.accented, self.unaccented, MappingProxyType(about))


def learn(texts: Texts, groups: Sequence[object] | None, recipe: Recipe, progress: Progress) -> Learned:
    """Learn scorers.

    Parameters
    ----------
    texts : Texts
        Tokenized with their diacritics.
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
    progress = one_at_a_time(progress)
    settings, costs = _to_try(texts, recipe)
    splits = folds(texts.topics, groups, texts.batch, recipe.n_folds, recipe.seed)
    candidates = CandidateTerms.of(texts, settings)
    tasks: list[Any] = fold_tasks(texts, splits, candidates, settings, costs, recipe.seed, progress)
    is_early = recipe.unaccented and (len(costs) == 1 or not splits)  # there is nothing to choose
    early = [partial(_fit_unaccented, texts, settings, costs[0], recipe, progress)] if is_early else []
    done = run([*early, *tasks], recipe.threads)
    scored: list[list[Fold]] = done[len(early) :]
    held_outs = [join_folds(of_costs) for of_costs in zip(*scored, strict=True)]
    best = best_costs(held_outs, len(recipe.values_of_c), texts, recipe.seed) if splits else 0
    cost, held_out = costs[best], held_outs[best] if splits else None
    calibration, short_calibration = calibrations(held_out, texts)
    everything = np.arange(len(texts.texts))
    progress(f"fitting on all {len(everything)} texts")
    begin = starts([of_costs[best] for of_costs in scored], texts, settings)
    fitted = fit(
        texts, everything, settings, cost, recipe.seed, candidates=candidates, starts=begin, threads=recipe.threads
    )
    unaccented = None
    if recipe.unaccented:
        second = done[0] if early else _fit_unaccented(texts, settings, cost, recipe, progress)
        tokenizer, whole_only = replace(texts.tokenizer, diacritics=False), replace(settings, short_below=0)
        unaccented = second.scorer(tokenizer, whole_only, calibration)
    accented = fitted.scorer(texts.tokenizer, settings, calibration, short_calibration)
    learned = Learned(len(texts.texts), accented, unaccented, settings.min_df, cost)
    if held_out is None:
        return learned
    probabilities = whole_probabilities(held_out, calibration, short_calibration, texts)
    truth = texts.topics[held_out.samples.owners[held_out.whole(texts)]]
    accuracy, macro_f1 = accuracy_and_macro_f1(truth, probabilities.argmax(axis=1))
    return replace(
        learned,
        accuracy=accuracy,
        macro_f1=macro_f1,
        min_coverage=coverage_limit(held_out, texts, fitted.vocabulary, settings),
        min_probability=probability_limit(probabilities),
        not_scored=np.setdiff1d(texts.topics, texts.topics[held_out.samples.owners]).tolist(),
    )


def _to_try(texts: Texts, recipe: Recipe) -> tuple[Settings, list[Costs]]:
    """Return the settings, and the costs to try: those of one balance follow one another, the default comes first."""
    settings, grid = recipe.settings, recipe.grid
    if np.mean(np.diff(texts.batch.bounds) >= (settings.short_below or ARTICLES.short_below)) < _LONG_SHARE:
        # The texts are short already: no shortened copies are needed.
        settings, grid = replace(settings, short_below=0, cut_weight=0.0), recipe.grid_if_short
    costs = [Costs(C, balance) for balance in grid.balances for C in recipe.values_of_c]
    return replace(settings, min_df=grid.min_df), costs


def _fit_unaccented(texts: Texts, settings: Settings, costs: Costs, recipe: Recipe, progress: Progress) -> Fitted:
    progress("fitting for text without diacritics")
    tokenizer = replace(texts.tokenizer, diacritics=False)
    its = Texts.of(texts.texts, tokenizer, texts.topics, texts.n_topics, texts.weights)
    return fit(its, np.arange(len(texts.texts)), replace(settings, short_below=0), costs, recipe.seed)
