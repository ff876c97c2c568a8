"""Counting the n-grams of runs of tokens."""

from typing import TYPE_CHECKING

from chude.kernels.plain.counting import NgramCounts
from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.counting import count_ngrams, count_rows, tfidf_values, topic_frequency
else:
    from chude.kernels.compiled.counting import count_ngrams, count_rows, tfidf_values, topic_frequency

__all__ = ["NgramCounts", "count_ngrams", "count_rows", "tfidf_values", "topic_frequency"]
