"""Texts to scores and probabilities: TF-IDF of the known n-grams, a linear head, a softmax."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chude.kernels.plain.lookup import Lookup, ngram_keys
from chude.kernels.plain.tokenizing import Hashes, Letters, Places, tokenize

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A softmax whose temperature depends on how much of a text is known and on how far its best topic is ahead.

    ``probabilities = trust * softmax(factor * scores + offsets) + (1 - trust) * priors`` with ``factor = trust *
    max(slope + length * log(1 + n_terms), 0) / (1 + margin * (best score - second score))`` and ``trust = n_terms /
    (n_terms + few)``.

    Parameters
    ----------
    slope, length, margin, few : float
        ValueError where `few` is negative.
    offsets, priors : ndarray of shape (n_topics,), float64
        A text without a known term gets the priors.
    """

    slope: float
    length: float
    margin: float
    few: float
    offsets: Floats
    priors: Floats

    def __post_init__(self) -> None:
        if not self.few >= 0:
            raise ValueError(f"few is a number from 0, not {self.few}")


@dataclass(frozen=True, slots=True)
class Head:
    """What a head of a model (`chude.model.Head`) is to the kernel: its arrays, with the idf beside them.

    Parameters
    ----------
    weights : ndarray of shape (n_terms, n_topics), int8
    idf, scale : ndarray of shape (n_terms,), float32
        The weight of a term for a topic is ``scale[term] * weights[term, topic]``.
    intercept : ndarray of shape (n_topics,), float64
    calibrator : Calibrator
    """

    weights: npt.NDArray[np.int8]
    idf: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    intercept: Floats
    calibrator: Calibrator


class Scorer:
    """What a scorer of a model (`chude.model.Scorer`) is to the kernel: all that the scores of a text depend on.

    Parameters
    ----------
    letters : Letters
    lookup : Lookup
    min_n, max_n : int
    sublinear_tf : bool
        Use ``1 + log(tf)`` in place of tf.
    lead_tokens : int
        N-grams within so many tokens of the beginning count twice.
    whole, short : Head
    short_below : int
        Texts of fewer tokens are scored by `short`, all others by `whole`.
    unaccented_share : float
        A text with a smaller share of accented tokens counts as unaccented.
    """

    def __init__(
        self,
        letters: Letters,
        lookup: Lookup,
        min_n: int,
        max_n: int,
        sublinear_tf: bool,
        lead_tokens: int,
        whole: Head,
        short: Head,
        short_below: int,
        unaccented_share: float,
    ) -> None:
        self.letters, self.lookup = letters, lookup
        self.min_n, self.max_n, self.sublinear_tf, self.lead_tokens = min_n, max_n, sublinear_tf, lead_tokens
        self.whole, self.short, self.short_below = whole, short, short_below
        self.unaccented_share = unaccented_share

    def score(self, texts: list[str], start: int, stop: int, values: Floats, counts: Places) -> int:
        """Score the texts from `start` to `stop`.

        Parameters
        ----------
        texts : list of str
        start, stop : int
        values : ndarray of shape (n_texts, 2 * n_topics + 1), float64
            Receives in each text's row the decision values, the probabilities, and the share of its n-grams of the
            smallest n, its tokens as a rule, that are in the vocabulary.
        counts : ndarray of shape (n_texts, 3), int64
            Receives the number of tokens, of accented ones, and the column of the most probable topic, the first of
            equals.

        Returns
        -------
        int
            How many of the texts are unaccented.
        """
        hashes, bounds, accented = tokenize(texts[start:stop], self.letters)
        return self.score_tokens(hashes, bounds, accented, values[start:stop], counts[start:stop])

    def best(self, texts: list[str], start: int, stop: int, columns: Places) -> list[int]:
        """Find the most probable topics of the texts from `start` to `stop`.

        Parameters
        ----------
        texts : list of str
        start, stop : int
        columns : ndarray of shape (n_texts,), int64
            Receives the column of the most probable topic, the first of equals.

        Returns
        -------
        list of int
            Which of the texts are unaccented.
        """
        values = np.empty((len(texts), 2 * len(self.whole.intercept) + 1))
        counts = np.empty((len(texts), 3), dtype=np.int64)
        self.score(texts, start, stop, values, counts)
        columns[start:stop] = counts[start:stop, 2]
        return [i for i in range(start, stop) if counts[i, 1] < self.unaccented_share * counts[i, 0]]

    def score_tokens(self, hashes: Hashes, bounds: Places, accented: Places, values: Floats, counts: Places) -> int:
        """Score texts given by the hashes of their tokens, as `score` does."""
        for i, (start, stop) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
            tokens = hashes[start:stop]
            head = self.short if len(tokens) < self.short_below else self.whole
            rows, tfidf, n_smallest = self.term_weights(tokens)
            weighted = head.scale[rows].astype(np.float64)[:, None] * head.weights[rows]
            scores = tfidf @ weighted + head.intercept
            probabilities = softmax(scores[None], np.array([len(rows)]), head.calibrator)[0]
            coverage = n_smallest / max(len(tokens) - self.min_n + 1, 1)
            values[i] = [*scores, *probabilities, coverage]
            counts[i] = len(tokens), accented[i], probabilities.argmax()
        return int(np.sum(counts[: len(accented), 1] < self.unaccented_share * counts[: len(accented), 0]))

    def term_weights(self, tokens: Hashes) -> tuple[Places, Floats, int]:
        """Weigh the known terms of a text.

        Returns
        -------
        rows : ndarray of shape (n_terms,), int64
            In ascending order.
        tfidf : ndarray of shape (n_terms,), float64
            Of length 1.
        n_smallest : int
            How many n-grams of the smallest n are known.
        """
        found = {n: self.lookup.rows(ngram_keys(tokens, n)) for n in range(self.min_n, self.max_n + 1)}
        counted: Counter[int] = Counter()
        for n, rows in found.items():
            counted.update(rows.tolist())
            counted.update(rows[: max(self.lead_tokens - n + 1, 0)].tolist())
        del counted[-1]
        known = np.array(sorted(counted), dtype=np.int64)
        tf = np.array([counted[row] for row in known.tolist()], dtype=np.float64)
        tfidf: Floats = (1 + np.log(tf) if self.sublinear_tf else tf) * self.whole.idf[known].astype(np.float64)
        length = float(np.sqrt(tfidf @ tfidf))
        return known, tfidf / (length or 1.0), int(np.sum(found[self.min_n] >= 0))


def softmax(scores: Floats, n_terms: Places, calibrator: Calibrator) -> Floats:
    """Return probabilities of shape (n_texts, n_topics); see `Calibrator`.

    Parameters
    ----------
    scores : ndarray of shape (n_texts, n_topics), float64
    n_terms : ndarray of shape (n_texts,), int64
        Number of distinct known terms.
    calibrator : Calibrator
    """
    ordered = np.sort(scores, axis=1)
    ahead = ordered[:, -1] - ordered[:, -2] if scores.shape[1] > 1 else np.zeros(len(scores))
    trust = np.where(n_terms == 0, 0.0, n_terms / np.maximum(n_terms + calibrator.few, 1))
    factor = np.maximum(calibrator.slope + calibrator.length * np.log1p(n_terms), 0) / (1 + calibrator.margin * ahead)
    logits = (trust * factor)[:, None] * scores + calibrator.offsets
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    shrunk: Floats = trust[:, None] * probabilities + (1 - trust)[:, None] * calibrator.priors
    return shrunk
