"""From labelled texts to a model: folds for the calibration, a fit on all texts, one for text without diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from chude.model import Scorer, TopicModel
from chude.tokenizer import Tokenizer
from chude.topics import Topic
from chude.training.features import Candidates, Settings, Texts
from chude.training.fitting import Fitted, Progress, fit
from chude.training.held_out import Fold, HeldOut, accuracy_and_macro_f1, calibrations, fold_tasks, joined, starts
from chude.training.parallel import one_at_a_time, run
from chude.training.splits import folds

_LONG_SHARE = 0.05
"""Where a smaller share of the texts is long, short texts need no weights of their own: all are short."""

_USUAL_C = 1.0
"""Where C is to be chosen, and the texts are too few to choose by."""

_UNCOVERED_SHARE = 0.005
"""Share of held-out texts that the limit of coverage gives up for catching what is not Vietnamese news at all."""


@dataclass(frozen=True)
class Recipe:
    """How to learn.

    Parameters
    ----------
    tokenizer : {"syllable", "word"}
    settings : Settings
    costs : sequence of float
        Values of C; of several, the best by cross-validation is taken.
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
    costs: Sequence[float]
    n_folds: int
    unaccented: bool
    seed: int
    threads: int


@dataclass(frozen=True)
class Learned:
    """What was learned.

    `n_texts`: from so many; `C`: the one that was used; `held_out`, `accuracy`, `macro_f1`: by fits on the other folds,
    None without folds.
    """

    n_texts: int
    accented: Scorer
    unaccented: Scorer | None
    C: float
    held_out: HeldOut | None
    accuracy: float | None
    macro_f1: float | None

    def model(self, name: str, topics: Sequence[Topic]) -> TopicModel:
        """Return it as a model; `topics` are in the order of the columns."""
        about: dict[str, Any] = {"n_texts": self.n_texts, "C": self.C}
        if self.held_out is not None:
            about["held_out"] = {"accuracy": self.accuracy, "macro_f1": self.macro_f1}
            about["min_coverage"] = float(np.floor(100 * np.quantile(self.held_out.coverage, _UNCOVERED_SHARE)) / 100)
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
    if np.mean(np.diff(texts.batch.bounds) >= settings.short_below) < _LONG_SHARE:
        settings = replace(settings, short_below=0)
    everything = np.arange(len(texts.texts))
    without_diacritics = Tokenizer(recipe.tokenizer, False)
    unaccented_settings = replace(settings, short_below=0)

    def fit_unaccented() -> Fitted:
        progress("fitting for text without diacritics")
        its = Texts.of(texts.texts, without_diacritics, texts.topics, texts.n_topics, texts.weights)
        return fit(its, everything, unaccented_settings, C, recipe.seed)

    def fit_accented() -> Fitted:
        progress(f"fitting on all {len(everything)} texts")
        begin = starts([of_costs[best] for of_costs in scored], texts, settings)
        return fit(
            texts, everything, settings, C, recipe.seed, candidates=candidates, starts=begin, threads=recipe.threads
        )

    splits = folds(texts.topics, groups, texts.batch, recipe.n_folds, recipe.seed)
    candidates = Candidates.of(texts, settings)
    tasks: list[Any] = fold_tasks(texts, splits, candidates, settings, recipe.costs, recipe.seed, progress)
    C, best = recipe.costs[0] if len(recipe.costs) == 1 else _USUAL_C, 0
    is_early = recipe.unaccented and (len(recipe.costs) == 1 or not splits)  # C is known then
    done = run([fit_unaccented, *tasks] if is_early else tasks, recipe.threads)
    scored: list[list[Fold]] = done[1:] if is_early else done
    held_outs = [joined(of_cost) for of_cost in zip(*scored, strict=True)]
    if len(held_outs) > 1:
        best = int(np.argmax([held_out.merit(texts) for held_out in held_outs]))
        C = recipe.costs[best]
    held_out = held_outs[best] if held_outs else None
    calibration, short_calibration = calibrations(held_out, texts)
    accented = fit_accented().scorer(texts.tokenizer, settings, calibration, short_calibration)
    unaccented = None
    if recipe.unaccented:
        fitted = done[0] if is_early else fit_unaccented()
        unaccented = fitted.scorer(without_diacritics, unaccented_settings, calibration)
    figures: tuple[float | None, float | None] = (None, None)
    if held_out is not None:
        figures = accuracy_and_macro_f1(held_out, calibration, short_calibration, texts)
    return Learned(len(texts.texts), accented, unaccented, C, held_out, *figures)
