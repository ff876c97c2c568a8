"""How NumPy is loaded by a command that multiplies no matrices."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_VARIABLE = "OPENBLAS_NUM_THREADS"


@contextmanager
def without_blas_threads() -> Iterator[None]:
    """Keep NumPy from starting threads for products of matrices, if it is imported in this block for the first time.

    OpenBLAS, which comes with NumPy, starts a thread for each processor when it is loaded. On two processors that takes
    a fifth of what ``chude label`` needs for one file, and its threads wait for products that labelling has none of.
    The environment is as before afterwards, for the processes that this one starts; a number that the user has set
    stays.
    """
    if _VARIABLE in os.environ:
        yield
        return
    os.environ[_VARIABLE] = "1"
    try:
        yield
    finally:
        del os.environ[_VARIABLE]
