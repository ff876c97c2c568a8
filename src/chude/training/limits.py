"""Limits below which labelling calls a text unknown, chosen on held-out texts."""

import numpy as np
import numpy.typing as npt

from chude.kernels.counting import count_rows, topic_frequency
from chude.training.features import Settings, Texts, Vocabulary
from chude.training.held_out import HeldOut

Floats = npt.NDArray[np.float64]

_UNCOVERED_SHARE = 0.005
"""Share of held-out texts that are below the limit of coverage, which is there to find text that is not Vietnamese."""

_UNCERTAIN_SHARE = 0.015
"""Share of held-out texts that are below the limit of probability, which is there to find text of no topic."""

_CERTAIN_ENOUGH = 0.5
"""Highest limit: above it the best topic is more probable than all others together."""


def probability_limit(probabilities: npt.NDArray[np.float64]) -> float:
    """Return the recommended limit of the probability of the best topic, in hundredths.

    Parameters
    ----------
    probabilities : ndarray of shape (n_texts, n_topics), float64
        Of whole texts, by fits without them; by fits without their publishers, if the texts have publishers.

    Returns
    -------
    float
        At most three in two hundred of these texts are below it. It is at most 0.5.
    """
    share = np.quantile(probabilities.max(axis=1), _UNCERTAIN_SHARE, method="lower")
    return min(float(np.floor(100 * share) / 100), _CERTAIN_ENOUGH)


def coverage_limit(held_out: HeldOut, texts: Texts, vocabulary: Vocabulary, settings: Settings) -> float:
    """Return the coverage that at most one in two hundred texts is below, rounded down to hundredths.

    Texts of a training set may be much alike: then held-out texts are covered nearly as well as those learned from, and
    other texts are not. So the coverage of each topic by the terms of the other topics is measured too, and the lower
    limit is returned.

    Parameters
    ----------
    held_out : HeldOut
        A topic without a held-out text is left out: one text says little.
    texts : Texts
        All of them.
    vocabulary : Vocabulary
        Learned from all of them.
    settings : Settings
    """
    topics = np.unique(texts.topics[held_out.samples.owners])
    unmet = by_other_topics(texts, topics, vocabulary, settings)
    limits = [np.quantile(each, _UNCOVERED_SHARE) for each in (held_out.coverage, unmet) if len(each)]
    return float(np.floor(100 * min(limits)) / 100)


def by_other_topics(texts: Texts, chosen: npt.NDArray[np.int64], vocabulary: Vocabulary, settings: Settings) -> Floats:
    """Return the coverage of the texts of some topics by the terms that are frequent enough in texts of other topics.

    Returns
    -------
    ndarray of float64
        One for each text that is long enough to hold a term; the topics follow one another.
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
    for topic in chosen.tolist():  # one at a time: the rows of all texts together may take gigabytes
        of = np.flatnonzero((topics == topic) & (bounds[1:] - bounds[:-1] >= n))
        starts, stops = bounds[of], bounds[of + 1]
        indptr, terms, counts = count_rows(texts.batch.hashes, starts, stops, n, n, 0, vocabulary.lookup)
        elsewhere = total - of_topic[:, topic] >= settings.min_df
        known = np.concatenate([[0], np.cumsum(np.where(elsewhere[terms], counts, 0), dtype=np.int64)])
        coverage.append((known[indptr[1:]] - known[indptr[:-1]]) / (stops - starts - n + 1))
    return np.concatenate(coverage)
