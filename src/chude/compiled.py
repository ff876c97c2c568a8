"""How the inner loops are compiled: once, without the GIL, cached between runs where anything is writable."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers with Numba.

    There is no ``parallel=True``: threads are ours, and Numba's fallback layer aborts when two threads enter. Where no
    cache folder is writable, the function is compiled anew in each process instead.
    """
    try:
        return cast("Callable[P, R]", numba.njit(nogil=True, error_model="numpy", cache=True)(function))
    except RuntimeError:  # Numba's words: cannot cache function, no locator available
        return cast("Callable[P, R]", numba.njit(nogil=True, error_model="numpy")(function))


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a small function into each function that calls it."""
    return cast("Callable[P, R]", numba.njit(inline="always", error_model="numpy")(function))
