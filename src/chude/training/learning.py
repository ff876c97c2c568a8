"""From labelled texts to a model: folds for the calibration, a fit on all texts, one for text without diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from chude.model import Scorer, TopicModel
from chude.tokenizer import Tokenizer
from chude.topics import Topic
from chude.training.choosing import choose
from chude.training.covering import min_coverage
from chude.training.features import Candidates, Settings, Texts
from chude.training.fitting import Fitted, Progress, fit
from chude.training.held_out import Fold, accuracy_and_macro_f1, calibrations, fold_tasks, joined, starts
from chude.training.linear import Costs
from chude.training.parallel import one_at_a_time, run
from chude.training.splits import folds

_LONG_SHARE = 0.05
"""Where a smaller share of the texts is long, short texts need no weights of their own: all are short."""


@dataclass(frozen=True)
class Recipe:
    """How to learn.

    Parameters
    ----------
    tokenizer : {"syllable", "word"}
    settings : Settings
    costs : sequence of Costs
        Of several, the best by cross-validation is taken; the first where none is clearly better, or there are too few
        texts to tell.
    costs_of_short : sequence of Costs
        The same, for texts of which hardly one is long.
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
    costs: Sequence[Costs]
    costs_of_short: Sequence[Costs]
    n_folds: int
    unaccented: bool
    seed: int
    threads: int


@dataclass(frozen=True)
class Learned:
    """What was learned.

    `n_texts`: from so many; `costs`: those that were used; `accuracy`, `macro_f1`, `min_coverage`: by fits on the other
    folds, None without folds; `not_scored`: columns of the topics that no fold holds out, as they have one text.
    """

    n_texts: int
    accented: Scorer
    unaccented: Scorer | None
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
    progress, settings = one_at_a_time(progress), recipe.settings
    is_short = np.mean(np.diff(texts.batch.bounds) >= settings.short_below) < _LONG_SHARE
    if is_short:
        settings = replace(settings, short_below=0)
    everything = np.arange(len(texts.texts))
    without_diacritics = Tokenizer(recipe.tokenizer, False)
    unaccented_settings = replace(settings, short_below=0)

    def fit_unaccented() -> Fitted:
        progress("fitting for text without diacritics")
        its = Texts.of(texts.texts, without_diacritics, texts.topics, texts.n_topics, texts.weights)
        return fit(its, everything, unaccented_settings, costs[best], recipe.seed)

    def fit_accented() -> Fitted:
        progress(f"fitting on all {len(everything)} texts")
        begin = starts([of_costs[best] for of_costs in scored], texts, settings)
        return fit(
            texts, everything, settings, costs[best], recipe.seed,
            candidates=candidates, starts=begin, threads=recipe.threads,
        )  # fmt: skip

    costs = recipe.costs_of_short if is_short else recipe.costs
    splits = folds(texts.topics, groups, texts.batch, recipe.n_folds, recipe.seed)
    candidates = Candidates.of(texts, settings)
    tasks: list[Any] = fold_tasks(texts, splits, candidates, settings, costs, recipe.seed, progress)
    best = 0
    is_early = recipe.unaccented and (len(costs) == 1 or not splits)  # nothing is left to choose
    done = run([fit_unaccented, *tasks] if is_early else tasks, recipe.threads)
    scored: list[list[Fold]] = done[1:] if is_early else done
    held_outs = [joined(of_cost) for of_cost in zip(*scored, strict=True)]
    if len(held_outs) > 1:
        best = choose(held_outs, 0, texts, recipe.seed)
    held_out = held_outs[best] if held_outs else None
    calibration, short_calibration = calibrations(held_out, texts)
    fitted = fit_accented()
    accented = fitted.scorer(texts.tokenizer, settings, calibration, short_calibration)
    unaccented = None
    if recipe.unaccented:
        without = done[0] if is_early else fit_unaccented()
        unaccented = without.scorer(without_diacritics, unaccented_settings, calibration)
    if held_out is None:
        return Learned(len(texts.texts), accented, unaccented, costs[best], None, None, None, [])
    scores = accuracy_and_macro_f1(held_out, calibration, short_calibration, texts)
    limit = min_coverage(held_out.coverage, texts, fitted.vocabulary, settings)
    never = np.setdiff1d(texts.topics, texts.topics[held_out.samples.owners])
    return Learned(len(texts.texts), accented, unaccented, costs[best], *scores, limit, never.tolist())
