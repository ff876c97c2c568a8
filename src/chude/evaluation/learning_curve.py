"""The learning curve: scores by number of training texts."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.training.features import CandidateTerms, Settings, Texts, learn_vocabulary, samples, tfidf_rows
from chude.training.fitting import Progress
from chude.training.linear import fit_linear
from chude.training.metrics import accuracy_and_macro_f1
from chude.training.out_of_fold import prepared
from chude.training.splits import folds

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)

Indices = npt.NDArray[np.int64]


class LearningPoint(NamedTuple):
    """Cross-validated scores of fits on a number of texts, which is the mean over folds."""

    texts: int
    accuracy: float
    macro_f1: float


def learning_curve(
    texts: Sequence[str],
    topics: Sequence[str],
    groups: Sequence[object] | None = None,
    *,
    n_folds: int = 3,
    seed: int = 0,
    progress: Progress = lambda step: None,  # noqa: ARG005
) -> list[LearningPoint]:
    """Score fits on growing shares of the texts, by cross-validation.

    Parameters
    ----------
    texts, topics : sequence of str
    groups : sequence, optional
        Publishers; held out together.
    n_folds, seed : int
    progress : callable

    Returns
    -------
    list of LearningPoint

    Raises
    ------
    InputError
        If there are too few texts to split.
    """
    _, tokenized = prepared(texts, topics)
    splits = folds(tokenized.topics, groups, tokenized.batch, n_folds, seed)
    if not splits:
        raise InputError(f"{len(texts)} texts are too few for a learning curve: each topic needs two that differ")
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(inside) for inside, _ in splits]
    candidates = CandidateTerms.of(tokenized, Settings(min_df=1))
    points = []
    for share in SHARES:
        answers = np.full(len(texts), -1)
        sizes = []
        for order, (_, outside) in zip(orders, splits, strict=True):
            percent = 100 * share
            progress(f"learning curve, {percent:.0f} %")
            chosen = np.sort(_share(order, tokenized.topics, share))
            sizes.append(len(chosen))
            answers[outside] = _answers(tokenized, candidates, chosen, outside, seed)
        held = answers >= 0
        scores = accuracy_and_macro_f1(tokenized.topics[held], answers[held])
        points.append(LearningPoint(round(float(np.mean(sizes))), *scores))
    return points


def _share(order: Indices, topics: Indices, share: float) -> Indices:
    """Return a share of each topic's texts, at least one; a larger share contains the smaller ones."""
    parts = []
    for topic in np.unique(topics[order]):
        of_topic = order[topics[order] == topic]
        parts.append(of_topic[: max(1, round(share * len(of_topic)))])
    return np.concatenate(parts)


def _answers(texts: Texts, candidates: CandidateTerms, inside: Indices, outside: Indices, seed: int) -> Indices:
    """Return the topics that a fit on some texts predicts for others."""
    settings = Settings(min_df=2 if len(inside) > 100 else 1)
    vocabulary, _ = learn_vocabulary(texts, inside, candidates, settings)
    on, off = samples(texts, inside, settings), samples(texts, outside, settings)
    linear = fit_linear(
        tfidf_rows(texts, on, vocabulary, settings), texts.topics[inside], texts.n_topics, on.weights, 1.0, seed
    )
    scores = tfidf_rows(texts, off, vocabulary, settings) @ linear.weights + linear.intercept
    best: Indices = scores.argmax(axis=1)
    return best
