"""Read-only arrays, so that threads can share a model."""

from typing import TypeVar

import numpy as np

Array = TypeVar("Array", bound=np.ndarray)


def read_only(array: Array) -> Array:
    """Return the array if it is contiguous and read-only, otherwise a copy that is."""
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy()
        array.setflags(write=False)
    return array
