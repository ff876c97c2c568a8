"""The limit of coverage: which share of a text has to be known for a model's answer to mean something."""

import numpy as np
import numpy.typing as npt

from chude.kernels.counting import count_rows, topic_frequency
from chude.training.features import Settings, Texts, Vocabulary
from chude.training.held_out import HeldOut

Floats = npt.NDArray[np.float64]

_UNCOVERED_SHARE = 0.005
"""Share of texts that the limit gives up for catching what is not Vietnamese at all."""


def min_coverage(held_out: HeldOut, texts: Texts, vocabulary: Vocabulary, settings: Settings) -> float:
    """Return the coverage that one in two hundred texts is below, rounded down to hundredths.

    Texts of a training set may be much alike: those held out are covered nearly as well as those learned from, and no
    other text is. So each topic is looked at as one never met, too, and the lower of the two limits counts.

    Parameters
    ----------
    held_out : HeldOut
        A topic of which no text is held out is not looked at: one text says little.
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
    """Return the coverage of the texts of some topics by those terms that texts of others hold often enough.

    Returns
    -------
    ndarray of float64
        One for each text that is long enough to hold a term, topic after topic.
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
