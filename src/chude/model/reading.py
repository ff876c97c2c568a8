"""One reading of a text: a vocabulary with the weight of each of its terms for each topic."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.model import kernel
from chude.model.calibration import Calibration
from chude.model.readonly import read_only
from chude.tokenizer import Encoded, Tokenizer
from chude.tokenizer.kernel import COMPOSITIONS, Hashes, reading_table
from chude.vectorizer.lookup import build_lookup
from chude.vectorizer.vocabulary import keys_of_lines

_USUAL_UNITS, _MOST_UNITS_KEPT = 1 << 14, 1 << 18
"""Scratch has room for most texts from the beginning; that of a huge one is not kept."""


class Evidence(NamedTuple):
    """The known terms of one text: `rows` (n_terms,) int64 and their normalized TF-IDF `values`, float64."""

    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShortTexts:
    """Weights for texts too short to be judged as whole ones are.

    A headline says what it is about in other words than the article under it, and says each once; weights that are
    right for both are best for neither (``docs/experiments.md``). The vocabulary and its idf are the reading's.

    Parameters
    ----------
    below : int
        Texts of fewer tokens are judged by these weights.
    scale : ndarray of shape (n_terms,), float32
    weights : ndarray of shape (n_terms, n_topics), int8
    intercept : ndarray of shape (n_topics,), float64
        As those of a `Reading`.
    calibration : Calibration
    """

    below: int
    scale: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    intercept: npt.NDArray[np.float64]
    calibration: Calibration

    @classmethod
    def of(
        cls,
        below: int,
        weights: npt.NDArray[np.floating],
        intercept: npt.NDArray[np.floating],
        calibration: Calibration,
    ) -> "ShortTexts":
        """Build them from weights of shape (n_terms, n_topics), which are rounded to 8 bits."""
        return cls(below, *rounded(weights), intercept.astype(np.float64), calibration)

    def __post_init__(self) -> None:
        for name in ("scale", "weights", "intercept"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


def rounded(weights: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int8]]:
    """Round weights of shape (n_terms, n_topics) to 8 bits; return the scale of each term, and the rounded weights."""
    scale = (np.abs(weights).max(axis=1, initial=0.0) / 127).astype(np.float32)
    return scale, np.rint(weights / np.where(scale > 0, scale, 1)[:, None]).clip(-127, 127).astype(np.int8)


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
    lead : int, default 0
        Terms within so many tokens of the beginning count twice.
    short : ShortTexts, optional
        Judges short texts.
    """

    tokenizer: Tokenizer
    ngram_range: tuple[int, int]
    sublinear_tf: bool
    vocabulary: npt.NDArray[np.uint8]
    idf: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    intercept: npt.NDArray[np.float64]
    lead: int = 0
    short: ShortTexts | None = None

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
        lead: int = 0,
        short: ShortTexts | None = None,
    ) -> "Reading":
        """Build a reading from terms and their weights of shape (n_terms, n_topics), which it rounds to 8 bits."""
        vocabulary = np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)
        return cls(
            tokenizer,
            ngram_range,
            sublinear_tf,
            vocabulary,
            idf.astype(np.float32),
            *rounded(weights),
            intercept.astype(np.float64),
            lead,
            short,
        )

    def __post_init__(self) -> None:
        for name in ("vocabulary", "idf", "scale", "weights", "intercept"):
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
    def scorer(self) -> kernel.Scorer:
        """The arrays as the compiled loop reads them."""
        whole = kernel.records(self.weights, self.idf, self.scale, self.intercept)
        below, short = 0, whole
        if self.short is not None:
            below = self.short.below
            short = kernel.records(self.short.weights, self.idf, self.short.scale, self.short.intercept)
        return kernel.Scorer(
            *self.ngram_range, self.sublinear_tf, self.lead, build_lookup(self.keys), below, whole, short
        )

    @property
    def for_short(self) -> "Reading":
        """The reading that judges short texts: this one with their weights, if it has any."""
        return self._of_short_texts or self

    @cached_property
    def _of_short_texts(self) -> "Reading | None":
        short = self.short
        if short is None:
            return None
        return replace(self, scale=short.scale, weights=short.weights, intercept=short.intercept, short=None)

    @cached_property
    def _own(self) -> threading.local:
        return threading.local()

    def _scratch(self, n_units: int) -> kernel.Scratch:
        """Return the scratch of the running thread, with room for a text of so many code units."""
        scratch: kernel.Scratch | None = getattr(self._own, "scratch", None)
        if scratch is None or len(scratch.keys) <= n_units // 2:
            scratch = kernel.Scratch.of(max(n_units, _USUAL_UNITS), self.scorer)
            if n_units <= _MOST_UNITS_KEPT:
                self._own.scratch = scratch
        return scratch

    def judge(self, texts: Encoded, calibration: Calibration, found: kernel.Findings) -> int:
        """Judge texts by this reading alone, short ones by their weights.

        What is found is written to `found`; returned is how many texts look typed without diacritics.
        """
        parts = self._parts(calibration)
        if self.tokenizer.kind == "syllable":
            n_units = len(texts.units)
            scratch = self._scratch(n_units if n_units <= _USUAL_UNITS else _longest(texts.stops - texts.starts))
            entries = reading_table(self.tokenizer.diacritics)
            return kernel.judge_units(*texts.parts, entries, COMPOSITIONS, found.table, *parts, *scratch)
        batch = self.tokenizer.batch(texts)
        scratch = self._scratch(2 * _longest(np.diff(batch.bounds)))
        return kernel.judge_tokens(batch.hashes, batch.bounds, batch.marked, found.table, *parts, *scratch)

    def _parts(self, calibration: Calibration) -> tuple[Any, ...]:
        """Return what the loops read, flat; kept for the calibration that was last asked for."""
        kept: tuple[Calibration, tuple[Any, ...]] | None = self.__dict__.get("_kept_parts")
        if kept is not None and kept[0] is calibration:
            return kept[1]
        short = calibration if self.short is None else self.short.calibration
        parts = kernel.flat(self.scorer, kernel.Calibrators(calibration.calibrator, short.calibrator))
        self.__dict__["_kept_parts"] = calibration, parts
        return parts

    def evidence(self, text: str) -> Evidence:
        """Return the known terms of one text and their TF-IDF."""
        hashes = self.tokenizer.batch([text]).hashes
        scratch = self._scratch(2 * len(hashes))
        n_terms, _ = kernel.term_weights(hashes, self.scorer, self.scorer.whole, scratch)
        return Evidence(scratch.rows[:n_terms].copy(), scratch.values[:n_terms].copy())


def _longest(sizes: npt.NDArray[np.int64]) -> int:
    return int(sizes.max(initial=0))
