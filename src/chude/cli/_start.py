"""What makes the command line start, and end, sooner."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ALGEBRA = "scipy.linalg"


@contextmanager
def without_algebra() -> Iterator[None]:
    """Keep SciPy's linear algebra out of a process whose compiled loops multiply no matrices.

    Numba looks for it when its first loop is loaded, which takes a quarter of the whole start; where it is missing,
    Numba does without ``np.dot`` in compiled code. Only for a process that is chude's own, and only for labelling.
    """
    if _ALGEBRA in sys.modules:
        yield
        return
    sys.modules[_ALGEBRA] = None  # type: ignore[assignment]  # an import of it now fails at once
    try:
        yield
    finally:
        del sys.modules[_ALGEBRA]


@contextmanager
def without_collecting() -> Iterator[None]:
    """Import and load without looking for garbage, and never look at what came of it again.

    Numba alone makes some hundred thousand objects. The garbage collector goes through them several times while they
    are made, and again when the process ends, which takes a fifth of the time from start to end.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
