"""What makes ``chude label`` start sooner."""

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
