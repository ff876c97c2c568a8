"""Splitting training texts so that what must stay together stays together."""

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from chude.tokenizer import TokenBatch

Indices = npt.NDArray[np.int64]

_MANY_GROUPS, _SMALL_SHARE = 1000, 0.01
"""From so many groups on, none of them with more than this share of the texts, groups are split as single texts are."""


def same_text(batch: TokenBatch) -> Indices:
    """Return a number for each text, equal where the tokens are the same.

    Returns
    -------
    ndarray of shape (n_texts,), int64
    """
    runs = (batch.hashes[a:b].tobytes() for a, b in zip(batch.bounds[:-1], batch.bounds[1:], strict=True))
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(hash(run), len(numbers)) for run in runs], dtype=np.int64)


def folds(
    topics: Indices,
    groups: Sequence[object] | None,
    batch: TokenBatch,
    n_folds: int,
    seed: int,
    *,
    every_topic: bool = True,
) -> list[tuple[Indices, Indices]]:
    """Split texts into folds, topics spread evenly, groups kept together.

    Parameters
    ----------
    topics : ndarray of shape (n_texts,), int64
    groups : sequence of shape (n_texts,), optional
        Without it, texts with the same tokens are kept together.
    batch : TokenBatch
        Of the texts.
    n_folds : int
        At most so many; no more than the rarest topic has groups.
    seed : int
    every_topic : bool, default True
        Make so few folds that each may hold every topic. Otherwise a rare topic may be held out and not seen in a fold.

    Returns
    -------
    list of (fit, held_out)
        Ascending indices; empty where the texts are too few to split, or too few groups.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    numbers = same_text(batch) if groups is None else np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1]
    rarest = min((len(np.unique(numbers[topics == topic])) for topic in np.unique(topics)), default=0)
    if groups is not None:
        # A topic may be covered by one publisher alone; it is then held out with it, and not seen in that fold.
        rarest = max(rarest, min(len(np.unique(numbers)), 2))
    if not every_topic:
        rarest = n_folds
    n_folds = min(n_folds, rarest, len(np.unique(numbers)), int(np.bincount(topics).max(initial=0)))
    if n_folds < 2 or len(np.unique(topics)) < 2:
        return []
    _, first, sizes = np.unique(numbers, return_index=True, return_counts=True)
    is_even = np.bincount(topics[first]).max() >= n_folds and sizes.max() <= _SMALL_SHARE * len(topics)
    if len(first) >= _MANY_GROUPS and is_even:
        return list(_checked(_of_small_groups(topics, numbers, n_folds, seed), topics))
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # it is then not seen in that fold
        return list(_checked(splitter.split(topics, topics, numbers), topics))


def _of_small_groups(topics: Indices, numbers: Indices, n_folds: int, seed: int) -> Iterator[tuple[Indices, Indices]]:
    """Split groups by the topic of their first text.

    Where nearly every group is one text, folds come out as even as those of `StratifiedGroupKFold`, which tries every
    fold for every group.
    """
    from sklearn.model_selection import StratifiedKFold

    _, first, groups = np.unique(numbers, return_index=True, return_inverse=True)
    splitter = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # it is then not seen in that fold
        for _, held_out in splitter.split(first, topics[first]):
            is_out = np.zeros(len(first), dtype=np.bool_)
            is_out[held_out] = True
            yield np.flatnonzero(~is_out[groups]), np.flatnonzero(is_out[groups])


def _checked(split: Iterator[tuple[Indices, Indices]], topics: Indices) -> Iterator[tuple[Indices, Indices]]:
    for fit, held_out in split:
        if len(held_out) and len(np.unique(topics[fit])) > 1:
            yield fit, held_out
