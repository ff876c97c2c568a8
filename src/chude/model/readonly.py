"""Arrays that cannot be changed, so that a model shared between threads stays what it was."""

from typing import TypeVar

import numpy as np

Array = TypeVar("Array", bound=np.ndarray)


def read_only(array: Array) -> Array:
    """Return the array if it is contiguous and cannot be written to, otherwise a copy that is so."""
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy()
        array.setflags(write=False)
    return array
