"""A general model adapted to a few texts of a user: with the same topics, or with other ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.evaluation import Evaluation
from chude.evaluation.compare import Comparison
from chude.locale import N_
from chude.model import Calibration, TopicModel
from chude.tokenizer import Tokenizer, checked
from chude.topics import topic
from chude.training.adapting import Fitting, log_loss
from chude.training.adapting_curve import SHARES, CurvePoint, learning_curve, texts_alone, usual_min_df
from chude.training.features import ARTICLES, Texts
from chude.training.fitting import Progress, normalized
from chude.training.learning import Grid, Recipe, learn
from chude.training.limits import probability_limit
from chude.training.matching import Labels
from chude.training.parallel import n_threads
from chude.training.prior import GENERAL_ALONE, Strength
from chude.training.splits import folds
from chude.training.targets import checked_labels

Floats = npt.NDArray[np.float64]

CAREFUL = Strength(1.0, 0.1, 40.0)
"""What is taken without cross-validation, where texts are too few, if all labels are topics of the general model."""

CANDIDATES = (
    Strength(0.0, 0.05, 40.0),
    Strength(0.25, 0.05, 160.0),
    GENERAL_ALONE,
    CAREFUL,
    *(Strength(trust, 0.1, 160.0) for trust in (0.7, 0.5, 0.35)),
)
"""What cross-validation chooses from if all labels are topics of the general model, in ascending order of preference.

First the two that need many texts, which are taken only if nothing else is as good; then from the general model alone
to the farthest from it.
"""

LOSS_TOLERANCE = 1.0
"""`CANDIDATES` count as equally good if their log loss, summed over all texts held out, is within so many nats of the
least; the last of them is taken. With few texts, the least loss alone is too often that of a fit too near to the
general model (``docs/experiments.md``)."""

OWN_CANDIDATES = tuple(
    Strength(trust, *rest) for trust in (0.0, 0.5) for rest in ((0.05, 160.0), (0.1, 40.0), (0.2, 40.0), (0.02, 40.0))
)
"""What it chooses from otherwise."""

TEXTS_ALONE = Strength(0.0, 0.0, 1.0)
"""What is chosen where the general model makes the answers worse: an ordinary fit, as `TopicClassifier` does it."""

_MANY = 1000
_MEANINGFUL = 0.05

STEPS = max(len(CANDIDATES), len(OWN_CANDIDATES)) + len(SHARES) + 5
"""Largest number of steps that `progress` is called for."""


@dataclass(frozen=True, eq=False)
class Adapted:
    """A model that was adapted from another one, and its scores.

    Attributes
    ----------
    model : TopicModel
    classes : ndarray of shape (n_topics,)
        Labels, as they were given, in the order of the model's topics.
    kept : list of str
        Labels without a text.
    n_texts : int
    strength : Strength
        How far the fit went from the general model; `TEXTS_ALONE` if that is not used.
    general, own, both : Evaluation or None
        The general model alone, where all labels are topics of its own; the texts alone; both together, at the best
        strength. The last two by cross-validation. None where there is nothing to score.
    curve : list of CurvePoint
        The learning curve; empty if it was not asked for, and without cross-validation.
    """

    model: TopicModel
    classes: npt.NDArray[Any]
    kept: list[str]
    n_texts: int
    strength: Strength
    general: Evaluation | None
    own: Evaluation | None
    both: Evaluation | None
    curve: list[CurvePoint]

    @property
    def verdict(self) -> str:
        """Whether the model is better than the general model and the texts alone, or that this cannot be told."""
        if self.both is None or self.own is None:
            return N_(f"{self.n_texts:,} texts are too few to score anything: how far to trust them is a guess")
        if self.strength == GENERAL_ALONE:
            return N_(
                "the texts give no reason to change the general model; only its probabilities were fitted to them"
            )
        if self.strength == TEXTS_ALONE:
            return N_("the general model is in the way of these texts: what was learned is learned from them alone")
        rival, name = self.own, N_("the texts alone")
        if self.general is not None and self.general.accuracy >= self.own.accuracy:
            rival, name = self.general, N_("the general model alone")
        found = Comparison(rival, self.both)
        gained, lost = int(found.gained.sum()), int(found.lost.sum())
        counts = N_(f"{gained:,} texts are right only together, {lost:,} only by {name} (p = {found.p_value:.2g})")
        if found.p_value >= _MEANINGFUL:
            return N_(f"too few texts to tell whether both together are better than {name}: {counts}")
        return N_(f"both together are {'better' if gained > lost else 'worse'} than {name}: {counts}")


def adapt(
    texts: Iterable[str],
    topics: Iterable[Any],
    start: TopicModel,
    *,
    groups: Sequence[object] | None = None,
    sample_weight: npt.ArrayLike | None = None,
    stands_for: npt.ArrayLike | None = None,
    only_mine: bool = False,
    unaccented: bool = True,
    with_curve: bool = True,
    name: str = "mine",
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress = lambda step: None,  # noqa: ARG005
) -> Adapted:
    """Adapt a general model to labels of a few dozen to a few thousand texts.

    The result is an ordinary model with the vocabulary of the general one. How far it may differ from that is chosen by
    cross-validated log loss: as far as is as good as the best. If a model of the texts alone is right more often, it is
    the result, unless a topic without a text would be lost.

    Parameters
    ----------
    texts : iterable of str
    topics : iterable
        Label of each text. Labels that are slugs or names of the general model's topics start from its weights; if all
        are, its other topics stay.
    start : TopicModel
        The general model.
    groups : sequence, optional
        Publisher of each text; held out together. Without it, texts with the same tokens are.
    sample_weight : array-like of shape (n_texts,), optional
    stands_for : array-like of shape (n_texts,), optional
        Of texts that `chude.pick` chose: how many texts each stands for. It counts in proportion: picked texts are no
        random sample.
    only_mine : bool, default False
        Leave out topics of the general model without a text.
    unaccented : bool, default True
        Adapt the scorer of text typed without diacritics too, if there is one; with False it is left out.
    with_curve : bool, default True
        Compute the learning curve too, which takes about as long as everything else.
    name : str, default "mine"
    seed : int, default 0
    n_jobs : int or None, default None
        Number of threads, as `TopicClassifier` takes it. The result does not depend on it.
    progress : callable, optional
        Called with the name of each step before it is done.

    Returns
    -------
    Adapted

    Raises
    ------
    InputError
        If lengths differ, a text stands for no positive number, or there are fewer than two topics.
    """
    listed = checked(texts)
    given = checked_labels(topics, len(listed))
    weights = np.ones(len(listed)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    shares = np.ones(len(listed)) if stands_for is None else np.asarray(stands_for, dtype=np.float64)
    numbers = {
        "weights": len(weights),
        "groups": len(listed if groups is None else groups),
        "values of stands_for": len(shares),
    }
    for what, number in numbers.items():
        if number != len(listed):
            raise InputError(f"{len(listed)} texts, but {number} {what}")
    if not (np.isfinite(shares) & (shares > 0)).all():
        raise InputError("stands_for must be a positive number for each text")
    weights = weights * shares
    labels, threads = Labels.of(given, start.topics, only_mine), n_threads(n_jobs)

    def tokenized(tokenizer: Tokenizer) -> Texts:
        return Texts.of(listed, tokenizer, labels.columns, len(labels.classes), normalized(weights))

    progress("tokenizing")
    accented = tokenized(start.accented.tokenizer)
    splits = folds(labels.columns, groups, accented.batch, 5 if len(listed) <= _MANY else 3, seed, hold_out_all=True)
    fitting = Fitting.of(accented, start.accented, splits, labels.match, seed, threads)
    strength, held_out = _chosen(fitting, _candidates(labels), LOSS_TOLERANCE if labels.all_known else 0.0, progress)
    calibrations = fitting.calibrations(held_out)
    progress("scoring")
    general, own, both = _evaluations(fitting, start, labels, held_out, calibrations)
    curve = (
        []
        if not with_curve or own is None or both is None
        else learning_curve(fitting, strength, own.accuracy, both.accuracy, progress)
    )
    kept = [str(label) for label in labels.classes.tolist() if label not in set(given.tolist())]
    unaccented = unaccented and start.unaccented is not None
    progress(f"fitting on all {len(listed)} texts")
    if own is not None and not kept and all(_is_better(own, rival) for rival in (general, both) if rival is not None):
        grid = Grid(usual_min_df(len(listed)))
        recipe = Recipe(ARTICLES, (1.0,), grid, grid, 3, unaccented, seed, threads)
        learned = learn(tokenized(Tokenizer(start.accented.tokenizer.kind)), groups, recipe, progress)
        model, strength = learned.model(name, [topic(str(label)) for label in labels.classes]), TEXTS_ALONE
    else:
        model = TopicModel(name, labels.topics, fitting.folded(strength, calibrations))
        if unaccented and start.unaccented is not None:
            progress("fitting for text without diacritics")
            second = Fitting.of(
                tokenized(start.unaccented.tokenizer), start.unaccented, splits, labels.match, seed, threads
            )
            found = second.calibrations(second.held_out(strength))
            model = replace(model, unaccented=second.folded(strength, found))
    adapted = Adapted(model, labels.classes, kept, len(listed), strength, general, own, both, curve)
    return replace(adapted, model=replace(model, about=_about(adapted, start)))


def _candidates(labels: Labels) -> Sequence[Strength]:
    if labels.all_known:
        return CANDIDATES
    # Without a common topic the general logits are of no use.
    return OWN_CANDIDATES if labels.match.any() else [each for each in OWN_CANDIDATES if not each.trust]


def _is_better(one: Evaluation, other: Evaluation) -> bool:
    return (one.accuracy, -_loss(one)) > (other.accuracy, -_loss(other))


def _loss(found: Evaluation) -> float:
    columns = {topic: column for column, topic in enumerate(found.classes)}
    of_truth = found.probabilities[np.arange(len(found.truth)), [columns[topic] for topic in found.truth.tolist()]]
    return float(-np.log(np.maximum(of_truth, 1e-12)).mean())


def _chosen(
    fitting: Fitting, candidates: Sequence[Strength], tolerance: float, progress: Progress
) -> tuple[Strength, list[Floats]]:
    """Return the last candidate whose loss held out is within the tolerance of the least, and its logits held out."""
    if not fitting.splits:
        strength = CAREFUL if CAREFUL in candidates else candidates[1]
        return strength, fitting.held_out(strength)
    tried = []
    for number, strength in enumerate(candidates, 1):
        progress(f"cross-validation, {number} of {len(candidates)}")
        held_out = fitting.held_out(strength)
        loss = log_loss(fitting.whole(held_out), fitting.texts.topics, fitting.texts.weights)
        tried.append((loss, strength, held_out))
    # The loss is a mean over the texts, the tolerance is of their sum.
    limit = min(loss for loss, _, _ in tried) + tolerance / len(fitting.texts.texts)
    _, strength, held_out = [each for each in tried if each[0] <= limit][-1]
    return strength, held_out


def _evaluations(
    fitting: Fitting, start: TopicModel, labels: Labels, held_out: Sequence[Floats], calibrations: Sequence[Calibration]
) -> tuple[Evaluation | None, Evaluation | None, Evaluation | None]:
    """Score the general model alone, the texts alone, and both together, on the same texts."""
    names = tuple(str(label) for label in labels.classes.tolist())
    truth = np.array(names)[labels.columns]
    general = start.predict_proba(fitting.texts.texts) @ labels.match if labels.all_known else None
    if not fitting.splits:
        return None if general is None else Evaluation(names, truth, general), None, None
    probabilities = fitting.whole(
        [
            calibration.probabilities(logits, np.diff(head.validation.rows.indptr).astype(np.int64))
            for head, calibration, logits in zip(fitting.prior_heads, calibrations, held_out, strict=True)
        ]
    )
    held = ~np.isnan(probabilities[:, 0])

    def scored(found: Floats) -> Evaluation:
        return Evaluation(names, truth[held], found[held])

    own = scored(texts_alone(fitting, fitting.splits))
    return None if general is None else scored(general), own, scored(probabilities)


def _min_probability(adapted: Adapted) -> float:
    if adapted.strength == TEXTS_ALONE:
        return adapted.model.min_probability
    return 0.0 if adapted.both is None else probability_limit(adapted.both.probabilities)


def _about(adapted: Adapted, start: TopicModel) -> Mapping[str, Any]:
    about: dict[str, Any] = {
        "n_texts": adapted.n_texts,
        "start": start.name,
        "strength": adapted.strength._asdict(),
        "min_coverage": adapted.model.min_coverage or start.min_coverage,
        "min_probability": _min_probability(adapted),
    }
    scored = {"general": adapted.general, "own": adapted.own, "held_out": adapted.both}
    for name, found in scored.items():
        if found is not None:
            about[name] = {"accuracy": found.accuracy, "macro_f1": found.macro_f1}
    return MappingProxyType(about)
