"""Arrays that cannot be changed, so that a model shared between threads stays what it was."""

from typing import TypeVar

import numpy as np

Array = TypeVar("Array", bound=np.ndarray)


def read_only(array: Array) -> Array:
    """Return the array if it cannot be written to, otherwise a contiguous copy that cannot.

    All arrays of a model being so, the compiled loops are compiled for one kind of array, however the model was made.
    """
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy()
        array.setflags(write=False)
    return array
