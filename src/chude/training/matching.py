"""Labels of texts, matched with the topics of a general model."""

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.topics import Topic, topic


@dataclass(frozen=True, eq=False)
class Labels:
    """Labels of texts.

    Parameters
    ----------
    classes : ndarray of shape (n_topics,)
        Distinct labels, ascending; where all of them are topics of the general model, its other topics too.
    columns : ndarray of shape (n_texts,), int64
        The class of each text.
    match : ndarray of shape (n_general, n_topics), float64
        1 where a label means a topic of the general model.
    topics : tuple of Topic
        One for each class.
    """

    classes: npt.NDArray[Any]
    columns: npt.NDArray[np.int64]
    match: npt.NDArray[np.float64]
    topics: tuple[Topic, ...]

    @classmethod
    def of(cls, labels: npt.NDArray[Any], general: tuple[Topic, ...], only_mine: bool) -> "Labels":
        """Look labels up among the slugs and names of topics, whatever their case.

        Raises
        ------
        InputError
            If there are fewer than two different labels.
        """
        classes = np.unique(labels)
        if len(classes) < 2:
            raise InputError(f"at least two topics are needed to tell apart, got {classes.tolist()}")
        named = {_folded(name): row for row, t in enumerate(general) for name in (t.en, t.vi, t.slug)}
        rows = [named.get(_folded(label)) for label in classes.tolist()]
        if None not in rows and not only_mine and classes.dtype.kind in "UO":
            others = [t.slug for row, t in enumerate(general) if row not in rows]
            classes = np.unique(np.concatenate([classes, np.array(others, dtype=classes.dtype.kind)]))
            rows = [named[_folded(label)] for label in classes.tolist()]
        match = np.zeros((len(general), len(classes)))
        topics = []
        for column, (label, row) in enumerate(zip(classes.tolist(), rows, strict=True)):
            topics.append(topic(str(label)))
            if row is not None:
                match[row, column] = 1.0
                if general[row].slug == label:
                    topics[column] = general[row]
        return cls(classes, np.searchsorted(classes, labels), match, tuple(topics))

    @property
    def all_known(self) -> bool:
        """Whether the general model has every one of them."""
        return bool(self.match.any(axis=0).all())


def _folded(label: Any) -> str:
    return unicodedata.normalize("NFC", str(label)).casefold()
