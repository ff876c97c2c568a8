"""A tokenizer, a vocabulary and its heads: everything that gives a text its scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from chude.kernels import scoring
from chude.kernels.lookup import Lookup
from chude.model.head import Calibration, Head, read_only
from chude.tokenizer import Hashes, Tokenizer
from chude.vectorizer.vocabulary import keys_of_lines, lookup_of

UNACCENTED_SHARE = 0.2
"""A text with a smaller share of accented tokens was typed without diacritics; ordinary text has three quarters."""


def unaccented_texts(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return which texts look typed without diacritics, given their counts of all tokens and of accented ones."""
    return np.flatnonzero(counts[:, 1] < UNACCENTED_SHARE * counts[:, 0])


@dataclass(frozen=True, eq=False)
class Scorer:
    """A tokenizer, a vocabulary with its idf, and one or two heads.

    A headline uses other words than its article, and each of them once; weights that fit both are best for neither
    (``docs/experiments.md``). So short texts have a head of their own.

    Parameters
    ----------
    tokenizer : Tokenizer
    ngram_range : tuple of int
        Smallest and largest n.
    sublinear_tf : bool
        Use ``1 + log(tf)`` in place of tf.
    lead_tokens : int
        N-grams within so many tokens of the beginning count twice.
    vocabulary : ndarray of uint8
        The terms in UTF-8, one a line; frequent terms first, so that busy rows share cache lines.
    idf : ndarray of shape (n_terms,), float32
    whole : Head
        Scores texts of at least `short_below` tokens.
    short : Head, optional
        Scores shorter texts; where it is missing, `whole` scores all.
    short_below : int, default 0
    """

    tokenizer: Tokenizer
    ngram_range: tuple[int, int]
    sublinear_tf: bool
    lead_tokens: int
    vocabulary: npt.NDArray[np.uint8]
    idf: npt.NDArray[np.float32]
    whole: Head
    short: Head | None = None
    short_below: int = 0

    @classmethod
    def of(
        cls,
        tokenizer: Tokenizer,
        ngram_range: tuple[int, int],
        sublinear_tf: bool,
        lead_tokens: int,
        terms: Sequence[str],
        idf: npt.NDArray[np.floating],
        whole: Head,
        short: Head | None = None,
        short_below: int = 0,
    ) -> Self:
        """Build a scorer from terms given as strings."""
        vocabulary = np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)
        idf = idf.astype(np.float32)
        return cls(tokenizer, ngram_range, sublinear_tf, lead_tokens, vocabulary, idf, whole, short, short_below)

    def __post_init__(self) -> None:
        for name in ("vocabulary", "idf"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms, in the order of the rows."""
        text = self.vocabulary.tobytes().decode()
        return tuple(text.split("\n")) if text else ()

    @cached_property
    def keys(self) -> Hashes:
        """The key of each term."""
        return read_only(keys_of_lines(self.vocabulary, self.tokenizer))

    @cached_property
    def lookup(self) -> Lookup:
        """The rows of the terms, by their keys."""
        return lookup_of(self.keys)

    @cached_property
    def kernel(self) -> scoring.Scorer:
        """The arrays as the kernel reads them."""
        whole = self._kernel_head(self.whole)
        short = whole if self.short is None else self._kernel_head(self.short)
        return scoring.Scorer(
            self.tokenizer.letters,
            self.lookup,
            *self.ngram_range,
            self.sublinear_tf,
            self.lead_tokens,
            whole,
            short,
            self.short_below,
            UNACCENTED_SHARE,
        )

    def _kernel_head(self, head: Head) -> scoring.Head:
        return scoring.Head(head.weights, self.idf, head.scale, head.intercept, head.calibration.calibrator)

    @property
    def n_topics(self) -> int:
        """Number of topics."""
        return len(self.whole.intercept)

    def head_for(self, n_tokens: int) -> Head:
        """Return the head that scores texts of so many tokens."""
        return self.whole if self.short is None or n_tokens >= self.short_below else self.short

    @property
    def calibrations(self) -> list[Calibration]:
        """The calibration of each head, that of whole texts first."""
        return [head.calibration for head in (self.whole, self.short) if head is not None]

    def score(
        self, texts: list[str], start: int, stop: int, values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]
    ) -> int:
        """Score the texts from `start` to `stop`.

        The results are written to the same rows of `values` and `counts`; see `chude.kernels.scoring.Scorer.score`.

        Returns
        -------
        int
            How many of the texts look typed without diacritics.
        """
        if self.tokenizer.is_plain:
            return self.kernel.score(texts, start, stop, values, counts)
        batch = self.tokenizer.batch(texts[start:stop])
        return self.kernel.score_tokens(*batch, values[start:stop], counts[start:stop])

    def best(self, texts: list[str], start: int, stop: int, columns: npt.NDArray[np.int64]) -> list[int]:
        """Write the columns of the most probable topics of the texts from `start` to `stop`.

        Returns
        -------
        list of int
            Which of the texts look typed without diacritics.
        """
        if self.tokenizer.is_plain:
            return self.kernel.best(texts, start, stop, columns)
        values = np.empty((stop - start, 2 * self.n_topics + 1))
        counts = np.empty((stop - start, 3), dtype=np.int64)
        self.score(texts[start:stop], 0, stop - start, values, counts)
        columns[start:stop] = counts[:, 2]
        return [start + i for i in unaccented_texts(counts).tolist()]

    def term_weights(self, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Return the rows of the known terms of a text, in ascending order, and their TF-IDF, of length 1."""
        rows, tfidf, _ = self.kernel.term_weights(self.tokenizer.batch([text]).hashes)
        return rows, tfidf
