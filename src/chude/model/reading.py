"""One reading of a text: a vocabulary with the weight of each of its terms for each topic."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chude.model import kernel
from chude.tokenizer import Tokenizer, encode
from chude.tokenizer.kernel import COMPOSITIONS, Hashes
from chude.tokenizer.letters import table
from chude.vectorizer.ngrams import build_lookup
from chude.vectorizer.vocabulary import keys_of


class Scores(NamedTuple):
    """What a reading finds in texts.

    `values` (n_texts, n_topics) float64: decision values; `tokens`, `marked`, `known`, `terms` (n_texts,) int64: number
    of tokens, of tokens with diacritics, of tokens in the vocabulary, and of distinct known terms.
    """

    values: npt.NDArray[np.float64]
    tokens: npt.NDArray[np.int64]
    marked: npt.NDArray[np.int64]
    known: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int64]


class Evidence(NamedTuple):
    """The known terms of one text: `rows` (n_terms,) int64 and their normalized TF-IDF `values`, float64."""

    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reading:
    """A tokenizer, a vocabulary and its weights.

    Parameters
    ----------
    tokenizer : Tokenizer
    ngram_range : tuple of int
    sublinear_tf : bool
    vocabulary : ndarray of uint8
        The terms in UTF-8, one a line; frequent terms first, so that busy rows share cache lines.
    idf, scale : ndarray of shape (n_terms,), float32
    weights : ndarray of shape (n_terms, n_topics), int8
        The weight of a term for a topic is ``scale[term] * weights[term, topic]``.
    intercept : ndarray of shape (n_topics,), float64
    """

    tokenizer: Tokenizer
    ngram_range: tuple[int, int]
    sublinear_tf: bool
    vocabulary: npt.NDArray[np.uint8]
    idf: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    intercept: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        tokenizer: Tokenizer,
        ngram_range: tuple[int, int],
        sublinear_tf: bool,
        terms: Sequence[str],
        idf: npt.NDArray[np.floating],
        weights: npt.NDArray[np.floating],
        intercept: npt.NDArray[np.floating],
    ) -> "Reading":
        """Build a reading from terms and their weights of shape (n_terms, n_topics), which it rounds to 8 bits."""
        scale = (np.abs(weights).max(axis=1, initial=0.0) / 127).astype(np.float32)
        rounded = np.rint(weights / np.where(scale > 0, scale, 1)[:, None]).clip(-127, 127).astype(np.int8)
        vocabulary = np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)
        return cls(
            tokenizer,
            ngram_range,
            sublinear_tf,
            vocabulary,
            idf.astype(np.float32),
            scale,
            rounded,
            intercept.astype(np.float64),
        )

    @cached_property
    def terms(self) -> list[str]:
        """The terms, in the order of the rows."""
        text = self.vocabulary.tobytes().decode()
        return text.split("\n") if text else []

    @cached_property
    def keys(self) -> Hashes:
        """The key of each term."""
        return keys_of(self.terms, self.tokenizer)

    @cached_property
    def scorer(self) -> kernel.Scorer:
        """The arrays as the compiled loop reads them."""
        n_terms, n_topics = self.weights.shape
        width = -(-n_topics // kernel.LANES) * kernel.LANES
        weights = np.zeros((n_terms, width), dtype=np.int8)
        weights[:, :n_topics] = self.weights
        intercept = np.zeros(width)
        intercept[:n_topics] = self.intercept
        least, most = self.ngram_range
        return kernel.Scorer(
            least, most, self.sublinear_tf, *build_lookup(self.keys), self.idf, self.scale, weights, intercept
        )

    @cached_property
    def _scratch(self) -> threading.local:
        return threading.local()

    def _seen(self) -> npt.NDArray[np.int32]:
        """Return the counters of the running thread, all zero."""
        seen: npt.NDArray[np.int32] | None = getattr(self._scratch, "seen", None)
        if seen is None:
            seen = self._scratch.seen = np.zeros(len(self.idf), dtype=np.int32)
        return seen

    def score(self, texts: Sequence[str]) -> Scores:
        """Return the decision values of texts."""
        scorer = self.scorer
        values = np.empty((len(texts), len(scorer.intercept)))
        tally = np.zeros((len(texts), 4), dtype=np.int64)
        if self.tokenizer.kind == "syllable":
            units, offsets = encode(texts)
            entries = table(self.tokenizer.diacritics)
            kernel.score_units(units, offsets, entries, COMPOSITIONS, scorer, self._seen(), values, tally)
        else:
            batch = self.tokenizer.batch(texts)
            kernel.score_tokens(batch.hashes, batch.bounds, scorer, self._seen(), values, tally)
            tally[:, 1] = batch.marked
        return Scores(values[:, : len(self.intercept)], *tally.T)

    def evidence(self, text: str) -> Evidence:
        """Return the known terms of one text and their TF-IDF."""
        hashes = self.tokenizer.batch([text]).hashes
        least, most = self.ngram_range
        room = len(hashes) * (most - least + 1) + 1
        rows, values = np.empty(room, dtype=np.int64), np.empty(room)
        keys = np.empty(room, dtype=np.uint64)
        n_terms, _ = kernel.term_weights(hashes, self.scorer, keys, rows, self._seen(), values)
        return Evidence(rows[:n_terms], values[:n_terms])
