"""What is accepted as texts."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from chude.kernels.texts import are_texts


def checked(texts: Iterable[str]) -> list[str]:
    """Return texts as a list.

    Parameters
    ----------
    texts : iterable of str
        A list, a NumPy array, a Series of pandas or polars, an Arrow array.

    Raises
    ------
    TypeError
        If given one text where several are expected, something that is not text, or a missing value.
    """
    if type(texts) is list:
        listed = texts.copy()
    else:
        _require_one_column(texts)
        # pyarrow's arrays yield scalars of pyarrow, not str.
        listed = texts.to_pylist() if hasattr(texts, "to_pylist") else list(texts)
    if not are_texts(listed):  # usually all are str itself, which is quick to check
        _require_texts(listed)
    return listed


def _require_one_column(texts: Any) -> None:
    if isinstance(texts, str | bytes):
        raise TypeError(
            f"expected a list of texts, got one {type(texts).__name__}; put it in a list: [{texts[:20]!r}...]"
        )
    # Iterating over a table would give names or columns, not texts.
    if getattr(texts, "ndim", 1) != 1 or isinstance(texts, Mapping) or hasattr(texts, "columns"):
        raise TypeError(f"expected a list of texts, got a {type(texts).__name__}; give one column of it")
    if isinstance(texts, os.PathLike):
        raise TypeError(f"expected a list of texts, got a path: {texts}; chude.label_files reads files")


def _require_texts(listed: list[Any]) -> None:
    for i, text in enumerate(listed):
        if isinstance(text, str):
            continue
        if is_missing(text):
            raise TypeError(
                f"the text at position {i} is missing ({text!r}): drop or fill missing texts first, as "
                "series.dropna() and series.fillna('') do, or use chude.label_table, which has a row for every text"
            )
        raise TypeError(f"expected texts of type str, got {type(text).__name__} at position {i}: {text!r:.60}")


def is_missing(value: object) -> bool:
    """Whether a value is None, NaN, pandas' NA or NaT."""
    is_nan = isinstance(value, float) and value != value  # noqa: PLR0124 - only NaN is unequal to itself
    return value is None or is_nan or type(value).__name__ in ("NAType", "NaTType")
