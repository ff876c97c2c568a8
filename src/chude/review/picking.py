"""Which texts to label: few, as different as the archive is, in the order of their worth."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, overload

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.model.loading import load
from chude.model.topic_model import TopicModel
from chude.review.sampling import sample

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

SAMPLE = 20_000
"""Texts that are judged and clustered; of more, so many are drawn. A topic that one text in a thousand is of has twenty
of them."""

_STARTS = 3
"""How often k-means begins anew, to keep the best."""

_FARTHEST = 4.0
"""Square of the largest distance between points of the unit sphere."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Texts that were picked, and why others could not be.

    Attributes
    ----------
    chosen : ndarray of shape (n_chosen,), int64
        Places of the texts, the most worth first.
    stands_for : ndarray of shape (n_chosen,), int64
        How many of the texts that could be chosen are nearest to each of them, itself among them.
    n_not_drawn : int
        Texts beyond the sample of `SAMPLE`.
    n_repeated : int
        Texts that are nearly the same as another one, or as one that was reviewed.
    n_not_covered : int
        Texts of the others that the model does not cover.
    """

    chosen: Indices
    stands_for: Indices
    n_not_drawn: int
    n_repeated: int
    n_not_covered: int


@overload
def pick(
    texts: Iterable[str],
    n: int = 50,
    model: TopicModel | str | os.PathLike[str] = "news",
    random_state: int = 0,
    *,
    reviewed: Sequence[str] = (),
    return_counts: Literal[False] = False,
) -> Indices: ...
@overload
def pick(
    texts: Iterable[str],
    n: int = 50,
    model: TopicModel | str | os.PathLike[str] = "news",
    random_state: int = 0,
    *,
    reviewed: Sequence[str] = (),
    return_counts: Literal[True],
) -> tuple[Indices, Indices]: ...
def pick(
    texts: Iterable[str],
    n: int = 50,
    model: TopicModel | str | os.PathLike[str] = "news",
    random_state: int = 0,
    *,
    reviewed: Sequence[str] = (),
    return_counts: bool = False,
) -> Indices | tuple[Indices, Indices]:
    """Choose texts that are worth labelling, for `chude adapt` to learn from.

    The model's decision values of a text, less their mean and scaled to length 1, are a point: two texts are near each
    other where the model weighs the topics alike, whether it is sure or not. The points are clustered by k-means, `n`
    clusters, and of each cluster the text nearest its centre is taken. The order is greedy: each text is the one that
    brings the clusters, by their sizes, nearest to the texts chosen so far. Of texts that are nearly the same, one can
    be chosen; texts that the model does not cover cannot.

    Parameters
    ----------
    texts : iterable of str
        Read once. Of more than 20,000, so many are drawn at random; memory does not grow with the rest.
    n : int, default 50
    model : TopicModel, name or path, default "news"
    random_state : int, default 0
        Of the sample and of k-means.
    reviewed : sequence of str, optional
        Texts labelled before. Neither they nor texts nearly the same are chosen, and what they show need not be shown
        again.
    return_counts : bool, default False
        Return for each chosen text how many texts it stands for, too: of those that could be chosen, the ones nearest
        to it and no nearer to a reviewed text. `chude.adapt.adapt` takes that as `stands_for`.

    Returns
    -------
    places : ndarray of shape (n_chosen,), int64
        Of the texts in `texts`, the most worth first, so that every beginning of it is a good choice. Fewer than `n`
        where there are not so many different texts.
    counts : ndarray of shape (n_chosen,), int64
        If `return_counts`.

    Raises
    ------
    TypeError
        If given one str in place of several.
    InputError
        If `n` is not positive.

    Examples
    --------
    >>> texts = ["Giá vàng tăng mạnh", "Giá vàng tăng mạnh!", "Đội tuyển thắng trận", "xyzzy"]
    >>> sorted(pick(texts, 3).tolist())
    [0, 2]
    """
    found = picked(texts, n, model, random_state, reviewed=reviewed)
    return (found.chosen, found.stands_for) if return_counts else found.chosen


def picked(
    texts: Iterable[str],
    n: int,
    model: TopicModel | str | os.PathLike[str],
    random_state: int,
    *,
    reviewed: Sequence[str] = (),
) -> Picked:
    """Choose texts as `pick` does, and count those that could not be chosen."""
    if isinstance(texts, str):
        raise TypeError("expected several texts, got one str; put it in a list")
    if n < 1:
        raise InputError(f"the number of texts to pick must be at least 1, not {n}")
    model = model if isinstance(model, TopicModel) else load(model)
    n_texts = 0

    def counted() -> Iterator[str]:
        nonlocal n_texts
        for n_texts, text in enumerate(texts, 1):  # noqa: B007 - what is left of it is their number
            yield text

    places, drawn = sample(counted(), SAMPLE, random_state)
    known = list(reviewed)
    new = _different(drawn, known)
    covered = new[_covered(model, [drawn[i] for i in new])]
    left_out = n_texts - len(drawn), len(drawn) - len(new), len(new) - len(covered)
    new = covered
    if not len(new):
        nothing = np.zeros(0, dtype=np.int64)
        return Picked(nothing, nothing, *left_out)
    points = _directions(model.decision_function([drawn[i] for i in new]))
    seen = _directions(model.decision_function(known)) if known else np.zeros((0, points.shape[1]))
    chosen = choose(points, n, seen, random_state)
    return Picked(np.array(places, dtype=np.int64)[new[chosen]], _n_nearest(points, chosen, seen), *left_out)


def _different(texts: Sequence[str], known: Sequence[str]) -> Indices:
    """Return the first text of each group that are nearly the same, without groups that a known text is in."""
    from chude.tokenizer import Tokenizer
    from chude.training.duplicates import near_duplicates

    groups = near_duplicates(Tokenizer().batch([*known, *texts]))[len(known) :]
    return np.flatnonzero(groups == np.arange(len(known), len(known) + len(texts)))


def _covered(model: TopicModel, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    coverage = model.coverage(texts)
    covered: npt.NDArray[np.bool_] = (coverage >= model.min_coverage) & (coverage > 0)
    return covered


def _directions(scores: Floats) -> Floats:
    """Return decision values less their mean over the topics, scaled to length 1."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    directions: Floats = centred / np.where(lengths > 0, lengths, 1.0)
    return directions


def choose(points: Floats, n: int, seen: Floats, random_state: int) -> Indices:
    """Choose points that stand for all, in the order of their worth.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_dimensions)
    n : int
    seen : ndarray of shape (n_seen, n_dimensions)
        Points that were chosen before; there may be none.
    random_state : int

    Returns
    -------
    ndarray of int64
        At most `n` of the points.
    """
    centres, sizes, nearest = _clusters(points, n + len(seen), random_state)
    distances = _squared(centres, seen).min(axis=1, initial=_FARTHEST)
    to_chosen = _squared(centres, points[nearest])
    left = np.ones(len(nearest), dtype=bool)
    chosen = []
    for _ in range(min(n, len(nearest))):
        gains = sizes @ np.maximum(distances[:, np.newaxis] - to_chosen, 0.0)
        best = int(np.where(left, gains, -1.0).argmax())
        chosen.append(best)
        left[best] = False
        distances = np.minimum(distances, to_chosen[:, best])
    return nearest[chosen]


def _n_nearest(points: Floats, chosen: Indices, seen: Floats) -> Indices:
    """Return how many points each of the chosen ones is the nearest of them and of those seen; at least itself."""
    distances = _squared(points, np.concatenate([points[chosen], seen]))
    distances[chosen, np.arange(len(chosen))] = -1.0
    return np.bincount(distances.argmin(axis=1), minlength=len(chosen))[: len(chosen)]


def _clusters(points: Floats, n: int, random_state: int) -> tuple[Floats, Floats, Indices]:
    """Return the centres of at most `n` clusters, the sizes of these, and the point nearest each centre."""
    from sklearn.cluster import KMeans

    n = min(n, len(np.unique(points, axis=0)))
    found = KMeans(n, n_init=_STARTS, random_state=random_state).fit(points)
    of_own = ((points - found.cluster_centers_[found.labels_]) ** 2).sum(axis=1)
    order = np.lexsort((of_own, found.labels_))
    labels, firsts, sizes = np.unique(found.labels_[order], return_index=True, return_counts=True)
    return found.cluster_centers_[labels], sizes.astype(np.float64), order[firsts]


def _squared(a: Floats, b: Floats) -> Floats:
    """Return squares of the distances between all rows of `a` and all of `b`."""
    from sklearn.metrics import pairwise_distances

    if not len(b):
        return np.zeros((len(a), 0))
    squared: Floats = pairwise_distances(a, b, metric="sqeuclidean")
    return squared
