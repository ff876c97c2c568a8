"""Which of several fits is the best on held-out texts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chude.training.features import Texts
from chude.training.held_out import HeldOut
from chude.training.metrics import accuracy_and_macro_f1

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_ROUNDS = 200

_CLEARLY = 2.0
"""A difference is clear if it is larger than this number of standard errors."""


def best_costs(tried: Sequence[HeldOut], n_values: int, texts: Texts, seed: int) -> int:
    """Return the index of the best costs.

    The score is the mean of weighted accuracy and macro-F1 on whole texts: by accuracy alone, a strong regularization
    that ignores rare topics is slightly better. First the balance of the costs is chosen, by the mean over all values
    of C, then C. Both times the first one is taken, unless another is clearly better: by more than two standard errors
    of the difference, in that mean or in accuracy alone, which rare topics do not make noisy. Standard errors are those
    over texts drawn with replacement (Efron 1979, the bootstrap). Otherwise the choice would be left to chance, and
    differ from one sample of texts to the next.

    Parameters
    ----------
    tried : sequence of HeldOut
        One for each costs, all of the same samples.
    n_values : int
        Number of values of C. The costs of one balance follow one another, one for each value of C.
    texts : Texts
    seed : int
    """
    first = tried[0]
    whole = first.whole(texts)
    whole = whole[first.samples.weights[whole] > 0]
    if not len(whole):
        return 0
    owners = first.samples.owners[whole]
    truth, weights = texts.topics[owners], texts.weights[owners]
    answers = [held_out.scores[whole].argmax(axis=1) for held_out in tried]
    runs = [answers[i : i + n_values] for i in range(0, len(answers), n_values)]
    scores = np.array([[accuracy_and_macro_f1(truth, each, weights) for each in run] for run in runs])
    random, n = np.random.default_rng(seed), len(truth)
    drawn = [weights * np.bincount(random.integers(n, size=n), minlength=n) for _ in range(_ROUNDS)]

    def is_better(one: Sequence[Indices], other: Sequence[Indices]) -> bool:
        def gains(of: Floats) -> Floats:
            first, second = (
                np.mean([accuracy_and_macro_f1(truth, a, of) for a in each], axis=0) for each in (one, other)
            )
            difference: Floats = first - second
            return np.array([difference.mean(), difference[0]])

        errors = np.std([gains(of) for of in drawn], axis=0)
        return bool((gains(weights) > _CLEARLY * errors).any())

    best = int(scores.mean(axis=(1, 2)).argmax())
    run = best if best and is_better(runs[best], runs[0]) else 0
    best = int(scores[run].mean(axis=1).argmax())
    value = best if best and is_better([runs[run][best]], [runs[run][0]]) else 0
    return run * n_values + value
