"""The limit of coverage: which share of a text has to be known for a model's answer to mean something."""

import numpy as np
import numpy.typing as npt

from chude.kernels.counting import count_rows, topic_frequency
from chude.training.features import Settings, Texts, Vocabulary

Floats = npt.NDArray[np.float64]

_UNCOVERED_SHARE = 0.005
"""Share of texts that the limit gives up for catching what is not Vietnamese at all."""


def min_coverage(held_out: Floats, texts: Texts, vocabulary: Vocabulary, settings: Settings) -> float:
    """Return the coverage that one in two hundred texts is below, rounded down to hundredths.

    Texts of a training set may be much alike: those held out are covered nearly as well as those learned from, and no
    other text is. So each topic is looked at as one never met, too, and the lower of the two limits counts.

    Parameters
    ----------
    held_out : ndarray of shape (n_samples,), float64
        Coverage of texts by fits that did not see them.
    texts : Texts
        All of them.
    vocabulary : Vocabulary
        Learned from all of them.
    settings : Settings
    """
    unmet = by_other_topics(texts, vocabulary, settings)
    limits = [np.quantile(each, _UNCOVERED_SHARE) for each in (held_out, unmet) if len(each)]
    return float(np.floor(100 * min(limits)) / 100)


def by_other_topics(texts: Texts, vocabulary: Vocabulary, settings: Settings) -> Floats:
    """Return the coverage of texts by those terms of a vocabulary that texts of other topics hold often enough.

    Returns
    -------
    ndarray of float64
        One for each text that is long enough to hold a term.
    """
    n, bounds, topics = settings.ngram_range[0], texts.batch.bounds, texts.topics
    total, of_topic = topic_frequency(
        texts.batch.hashes,
        bounds[:-1],
        bounds[1:],
        n,
        n,
        vocabulary.lookup,
        topics,
        np.ones(len(topics)),
        texts.n_topics,
    )
    coverage = []
    for topic in range(texts.n_topics):  # one at a time: the rows of all texts together may take gigabytes
        chosen = np.flatnonzero((topics == topic) & (bounds[1:] - bounds[:-1] >= n))
        starts, stops = bounds[chosen], bounds[chosen + 1]
        indptr, terms, counts = count_rows(texts.batch.hashes, starts, stops, n, n, 0, vocabulary.lookup)
        elsewhere = total - of_topic[:, topic] >= settings.min_df
        known = np.concatenate([[0], np.cumsum(np.where(elsewhere[terms], counts, 0), dtype=np.int64)])
        coverage.append((known[indptr[1:]] - known[indptr[:-1]]) / (stops - starts - n + 1))
    return np.concatenate(coverage)
