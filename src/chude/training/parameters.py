"""Checks parameters of `chude.TopicClassifier`, and lists the values to try where one is ``"cv"`` or ``"auto"``."""

from numbers import Integral

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.training.fitting import normalized
from chude.training.learning import Grid

CANDIDATES = (1.0, 0.3, 0.1, 3.0)
"""Values of C that ``C="cv"`` chooses from, the usual one first."""

BALANCES = (0.25, 0.0)
"""Values that ``class_weight="cv"`` chooses from where texts are short, the usual one first."""

_FEW_TEXTS = 1000
"""``min_df="auto"`` is 1 of fewer short texts."""


def values_of_c(C: float | str) -> tuple[float, ...]:
    """Return the values of C to try.

    Raises
    ------
    InputError
        If `C` is neither a number above 0 nor ``"cv"``.
    """
    if C == "cv":
        return CANDIDATES
    if isinstance(C, str) or C <= 0:
        raise InputError(f"C must be a number above 0, or 'cv', not {C!r}")
    return (float(C),)


def balance_of(class_weight: float | str | None) -> float:
    """Return the power of the number of texts of a topic that their weight is divided by in the fit alone.

    Raises
    ------
    InputError
        If `class_weight` is neither a number from 0 to 1 nor one of ``"balanced"``, ``"cv"`` and None.
    """
    if class_weight is None or class_weight in ("balanced", "cv"):
        return 0.0
    if isinstance(class_weight, str) or not 0 <= class_weight <= 1:
        raise InputError(f"class_weight must be 'balanced', 'cv', a number from 0 to 1, or None, not {class_weight!r}")
    return float(class_weight)


def grids(min_df: int | str, class_weight: float | str | None, n_texts: int) -> tuple[Grid, Grid]:
    """Return what is tried where texts are long, and where they are short.

    Raises
    ------
    InputError
        If `min_df` is neither an int from 1 nor ``"auto"``, or as `balance_of`.
    """
    is_auto = min_df == "auto"
    if not is_auto and not (isinstance(min_df, Integral) and min_df >= 1):
        raise InputError(f"min_df must be an int from 1, or 'auto', not {min_df!r}")
    grid = Grid(2 if is_auto else int(min_df), [balance_of(class_weight)])
    balances = BALANCES if class_weight == "cv" else grid.balances
    return grid, Grid(1 if is_auto and n_texts < _FEW_TEXTS else grid.min_df, balances)


def checked_weights(n_texts: int, sample_weight: npt.ArrayLike | None) -> npt.NDArray[np.float64]:
    """Return the weights of texts, of shape (n_texts,), as `normalized` gives them; all alike without `sample_weight`.

    Raises
    ------
    InputError
        If there is no text, or the number of weights is not that of the texts.
    """
    if not n_texts:
        raise InputError("there is no text to learn from")
    given = np.ones(n_texts) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    if given.shape != (n_texts,):
        raise InputError(f"{n_texts} texts, but sample_weight has shape {given.shape}")
    return normalized(given)
