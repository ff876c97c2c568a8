"""Probabilities of each text, by a fit on the other texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.tokenizer import TokenBatch, Tokenizer
from chude.training.features import Settings, Texts
from chude.training.fitting import Progress
from chude.training.held_out import calibrated, cross_score
from chude.training.linear import Costs
from chude.training.parallel import n_threads
from chude.training.splits import folds


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Calibrated probabilities of texts, by fits without them.

    `classes`: the topics, in the order of the columns; `probabilities` (n_texts, n_topics) float64, NaN for a text that
    was never held out.
    """

    classes: tuple[str, ...]
    probabilities: npt.NDArray[np.float64]


def prepared(texts: Sequence[str], topics: Sequence[str], batch: TokenBatch | None = None) -> tuple[list[str], Texts]:
    """Return the topics in their order and the texts as the training code reads them, each of weight 1."""
    classes, columns = np.unique(np.array(topics, dtype=np.str_), return_inverse=True)
    if len(classes) < 2:
        raise InputError(f"at least two topics are needed to tell apart, got {classes.tolist()}")
    tokenizer = Tokenizer()
    batch = tokenizer.batch(texts) if batch is None else batch
    return classes.tolist(), Texts(texts, tokenizer, batch, columns, len(classes), np.ones(len(texts)))


def out_of_fold(
    texts: Sequence[str],
    topics: Sequence[str],
    groups: Sequence[object] | None = None,
    *,
    batch: TokenBatch | None = None,
    n_folds: int = 5,
    C: float = 1.0,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress = lambda step: None,  # noqa: ARG005
) -> OutOfFold:
    """Score each text by a fit on the other folds.

    Parameters
    ----------
    texts, topics : sequence of str
    groups : sequence, optional
        Texts of a group are held out together.
    batch : TokenBatch, optional
        The texts as syllables, if they are tokenized already.
    n_folds : int
    C : float
    seed : int
    n_jobs : int or None, default None
        Number of threads, as `TopicClassifier` takes it.
    progress : callable

    Returns
    -------
    OutOfFold

    Raises
    ------
    InputError
        If there are too few texts to split.
    """
    classes, tokenized = prepared(texts, topics, batch)
    splits = folds(tokenized.topics, groups, tokenized.batch, n_folds, seed)
    if not splits:
        raise InputError(
            f"{len(texts)} texts are too few for cross-validation: each of {len(classes)} topics needs two that differ"
        )
    settings = Settings(min_df=min(2, len(texts)))
    (held_out,) = cross_score(tokenized, splits, settings, (Costs(C),), seed, progress, n_threads(n_jobs))
    off = held_out.samples
    priors = np.bincount(tokenized.topics, minlength=len(classes)) / len(texts)
    calibration = calibrated(held_out, tokenized, priors)
    probabilities = np.full((len(texts), len(classes)), np.nan)
    probabilities[off.owners] = calibration.probabilities(held_out.scores, held_out.n_terms)
    return OutOfFold(tuple(classes), probabilities)
