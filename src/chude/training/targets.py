"""The labels that are learned from: one for each text, none of them missing."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import column_or_1d

from chude.errors import InputError
from chude.tokenizer.texts import is_missing
from chude.topics import UNKNOWN, name_key


def checked_labels(labels: Iterable[Any], n_texts: int) -> npt.NDArray[Any]:
    """Return the label of each text, of shape (n_texts,).

    Parameters
    ----------
    labels : iterable
        str, int, bool, or anything else that can be sorted; all of one type. A column of shape (n_texts, 1) is taken
        with scikit-learn's `DataConversionWarning`.
    n_texts : int

    Raises
    ------
    TypeError
        If given one str in place of several.
    InputError
        If their number is not that of the texts, one of them is missing (None, NaN) or is several labels, they are of
        several types or numbers with a fraction, or one is ``unknown``. It is a ValueError too.
    """
    if labels is None:
        raise InputError("a classifier requires y to be passed: the label of each text")
    if isinstance(labels, str | bytes):
        raise TypeError(f"expected a list of labels, got one {type(labels).__name__}: {labels[:20]!r}")
    if len(getattr(labels, "shape", ())) > 1:
        listed = _column(labels)
    else:  # pyarrow's arrays yield scalars of pyarrow
        listed = labels.to_pylist() if hasattr(labels, "to_pylist") else list(labels)
    if len(listed) != n_texts:
        raise InputError(f"{n_texts} texts, but {len(listed)} topics")
    for i, label in enumerate(listed):
        if is_missing(label):
            raise InputError(
                f"the label of text {i} is missing ({label}): leave out texts without a label, as in "
                "texts[y.notna()], y[y.notna()]"
            )
        if isinstance(label, list | tuple | set | dict | np.ndarray):
            raise InputError(
                f"text {i} has several labels, or a list of one: {label!r:.60}; give one label for each text"
            )
        if name_key(str(label)) == UNKNOWN:
            raise InputError(
                f"a topic cannot be called {label!r}, as text {i} has it: that is what texts without a sure topic are "
                "labelled; leave such texts out, or give the topic another name"
            )
    if len({isinstance(label, str) for label in listed}) > 1:
        raise InputError("some labels are str and some are not: give labels of one kind")
    found = np.asarray(listed)
    if found.dtype.kind == "f" and (found != np.floor(found)).any():
        raise InputError("the labels are numbers with a fraction; a classifier needs names, or whole numbers")
    return found


def _column(labels: Any) -> list[Any]:
    """Return labels that are given as a table with one column."""
    shape = labels.shape
    if len(shape) != 2 or shape[1] != 1:
        raise InputError(f"y must be one label for each text, of shape (n_texts,), not a table of shape {shape}")
    column: list[Any] = column_or_1d(np.asarray(labels, dtype=object), warn=True).tolist()
    return column
