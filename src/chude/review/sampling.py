"""A sample of a stream, in memory that does not grow with it."""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def sample(items: Iterable[T], size: int, random_state: int) -> tuple[list[int], list[T]]:
    """Draw so many items of a stream, each with the same probability.

    Algorithm R (Vitter 1985, "Random sampling with a reservoir").

    Parameters
    ----------
    items : iterable
    size : int
        At least 1.
    random_state : int

    Returns
    -------
    indices : list of int
        Places of the items in the stream, ascending.
    drawn : list
        The items; all of them where there are no more than `size`.
    """
    rng = np.random.default_rng(random_state)
    indices: list[int] = []
    drawn: list[T] = []
    for index, item in enumerate(items):
        if index < size:
            indices.append(index)
            drawn.append(item)
            continue
        place = int(rng.integers(index + 1))
        if place < size:
            indices[place], drawn[place] = index, item
    order = sorted(range(len(indices)), key=indices.__getitem__)
    return [indices[k] for k in order], [drawn[k] for k in order]
