"""Which of several fits is worth most on texts that were held out."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chude.training.features import Texts
from chude.training.held_out import HeldOut

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_ROUNDS = 200


def choose(tried: Sequence[HeldOut], usual: int, texts: Texts, seed: int) -> int:
    """Return the number of the best; the usual one unless another is better by more than a standard error.

    The best has the highest mean of weighted accuracy and macro-F1 on whole texts: by accuracy alone a strong
    regularization that gives up rare topics wins by a hair. The standard error is that of the difference between both,
    over texts drawn with replacement (Efron 1979, the bootstrap): where only chance decides, nothing is gained, and the
    next texts may say otherwise (Breiman and others 1984, "Classification and Regression Trees", the rule of one
    standard error).

    Parameters
    ----------
    tried : sequence of HeldOut
        Of the same samples.
    usual : int
    texts : Texts
    seed : int
    """
    whole = tried[0].whole(texts)
    whole = whole[tried[0].samples.weights[whole] > 0]
    if not len(whole):
        return usual
    owners = tried[0].samples.owners[whole]
    truth, weights = texts.topics[owners], texts.weights[owners]
    answers = [held_out.scores[whole].argmax(axis=1) for held_out in tried]
    best = int(np.argmax([merit(truth, each, weights) for each in answers]))
    random, n = np.random.default_rng(seed), len(truth)
    gains = []
    for _ in range(_ROUNDS):
        drawn = weights * np.bincount(random.integers(n, size=n), minlength=n)
        gains.append(merit(truth, answers[best], drawn) - merit(truth, answers[usual], drawn))
    gain = merit(truth, answers[best], weights) - merit(truth, answers[usual], weights)
    return best if gain > np.std(gains) else usual


def merit(truth: Indices, answers: Indices, weights: Floats) -> float:
    """Return the mean of weighted accuracy and macro-F1, over the topics that a text of some weight is of."""
    n_topics = int(max(truth.max(initial=0), answers.max(initial=0))) + 1
    right = truth == answers
    there, said = np.bincount(truth, weights, n_topics), np.bincount(answers, weights, n_topics)
    hits = np.bincount(truth[right], weights[right], n_topics)
    of = there > 0
    f1 = 2 * hits[of] / (there[of] + said[of])
    return float(hits.sum() / there.sum() + f1.mean()) / 2
