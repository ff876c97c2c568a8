"""What makes the command line start, and end, sooner."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_THREADS_OF_ALGEBRA = "OPENBLAS_NUM_THREADS"
_ALGEBRA, _LOOKS_FOR_IT = "scipy.linalg", "numba.np.arraymath"


def without_algebra() -> None:
    """Keep SciPy's linear algebra out of a process whose compiled loops multiply no matrices.

    Numba looks for it when a loop is loaded, which takes a quarter of the whole start; where it is missing, Numba does
    without ``np.dot`` in compiled code. Only for a process that is chude's own, and only for labelling.
    """
    if _ALGEBRA in sys.modules:
        return
    sys.modules[_ALGEBRA] = None  # type: ignore[assignment]  # an import of it now fails at once
    try:
        import_module(_LOOKS_FOR_IT)
    finally:
        del sys.modules[_ALGEBRA]


def import_numpy() -> None:
    """Import NumPy without the threads that it starts for products of matrices, one a processor.

    Only for a process that is chude's own, and only for labelling. Programs that it starts are not told.
    """
    if _THREADS_OF_ALGEBRA in os.environ:
        return
    os.environ[_THREADS_OF_ALGEBRA] = "1"
    try:
        import_module("numpy")
    finally:
        del os.environ[_THREADS_OF_ALGEBRA]


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
