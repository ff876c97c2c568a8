"""Splitting training texts into folds, with groups of texts kept together."""

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from chude.tokenizer import TokenBatch

Indices = npt.NDArray[np.int64]

_MANY_GROUPS, _SMALL_SHARE = 1000, 0.01
"""At least so many groups, none of them with more than this share of the texts, are split like single texts."""


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
    hold_out_all: bool = False,
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
        Largest number of folds: there are no more than texts of the most frequent topic, and no more than groups.
    seed : int
    hold_out_all : bool, default False
        Hold out topics with one text, or copies of one, too. No fit on other texts knows such a topic: by default its
        text is in every fit, and never held out.

    Returns
    -------
    list of (fit, held_out)
        Ascending indices; empty where the texts are too few to split, or too few groups.
    """
    texts = np.zeros(0, dtype=np.int64) if hold_out_all and groups is not None else same_text(batch)
    numbers = texts if groups is None else np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1]
    single = np.zeros(len(topics), dtype=np.bool_) if hold_out_all else _with_one_text(topics, texts)
    several, always = np.flatnonzero(~single), np.flatnonzero(single)
    return [
        (_merged(several[fit], always[~np.isin(numbers[always], numbers[several[held_out]])]), several[held_out])
        for fit, held_out in _split(topics[several], numbers[several], n_folds, seed)
    ]


def _with_one_text(topics: Indices, texts: Indices) -> npt.NDArray[np.bool_]:
    """Return whether the topic of each text has no other text, by the numbers of `same_text`."""
    pairs = np.unique(np.stack([topics, texts]), axis=1)
    is_single: npt.NDArray[np.bool_] = np.bincount(pairs[0], minlength=int(topics.max(initial=0)) + 1)[topics] == 1
    return is_single


def _merged(one: Indices, other: Indices) -> Indices:
    return np.sort(np.concatenate([one, other])) if len(other) else one


def _split(topics: Indices, numbers: Indices, n_folds: int, seed: int) -> list[tuple[Indices, Indices]]:
    """Split texts of topics that have at least two, groups kept together."""
    from sklearn.model_selection import StratifiedGroupKFold

    n_folds = min(n_folds, len(np.unique(numbers)), int(np.bincount(topics).max(initial=0)))
    if n_folds < 2 or len(np.unique(topics)) < 2:
        return []
    _, first, sizes = np.unique(numbers, return_index=True, return_counts=True)
    is_even = np.bincount(topics[first]).max() >= n_folds and sizes.max() <= _SMALL_SHARE * len(topics)
    if len(first) >= _MANY_GROUPS and is_even:
        return list(_checked(_of_small_groups(topics, numbers, n_folds, seed), topics))
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # the topic is then not learned in that fold
        return list(_checked(splitter.split(topics, topics, numbers), topics))


def _of_small_groups(topics: Indices, numbers: Indices, n_folds: int, seed: int) -> Iterator[tuple[Indices, Indices]]:
    """Split groups by the topic of their first text.

    If nearly every group is one text, the folds are as even as those of `StratifiedGroupKFold`, which tries every fold
    for every group.
    """
    from sklearn.model_selection import StratifiedKFold

    _, first, groups = np.unique(numbers, return_index=True, return_inverse=True)
    splitter = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")  # the topic is then not learned in that fold
        for _, held_out in splitter.split(first, topics[first]):
            is_out = np.zeros(len(first), dtype=np.bool_)
            is_out[held_out] = True
            yield np.flatnonzero(~is_out[groups]), np.flatnonzero(is_out[groups])


def _checked(split: Iterator[tuple[Indices, Indices]], topics: Indices) -> Iterator[tuple[Indices, Indices]]:
    for fit, held_out in split:
        if len(held_out) and len(np.unique(topics[fit])) > 1:
            yield fit, held_out
