"""`TopicModel`: a few arrays with methods."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chude.model.head import Head, read_only
from chude.model.prediction import Prediction, best_columns, score, scorers_of
from chude.model.scorer import Scorer
from chude.topics import Topic

if TYPE_CHECKING:
    from chude.explain import Explanation

Floats = npt.NDArray[np.float64]

_SHOWN_TOPICS = 5


@dataclass(frozen=True, eq=False, repr=False)
class TopicModel:
    """A linear topic model of Vietnamese text. Immutable; safe to share between threads.

    Models come from `chude.load`, `TopicModel.load`, or the `model_` of a fitted `TopicClassifier`.

    Parameters
    ----------
    name : str
    topics : sequence of Topic
        In the order of the columns.
    accented : Scorer
        Scores text with its diacritics.
    unaccented : Scorer, optional
        Scores text typed without diacritics, which is recognized as such.
    about : mapping, optional
        Provenance, metrics and recommended thresholds; JSON values.

    Examples
    --------
    >>> import chude
    >>> model = chude.load()
    >>> model.name, len(model.topics)
    ('news', 13)
    >>> model.predict(["Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào"]).tolist()
    ['kinh-doanh']
    """

    name: str
    topics: tuple[Topic, ...]
    accented: Scorer
    unaccented: Scorer | None = None
    about: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __repr__(self) -> str:
        slugs = ", ".join(topic.slug for topic in self.topics[:_SHOWN_TOPICS])
        more = ", ..." if len(self.topics) > _SHOWN_TOPICS else ""
        return f"TopicModel({self.name!r}, {len(self.topics)} topics: {slugs}{more})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the topics as a table."""
        from html import escape

        rows = "".join(
            f"<tr><td><code>{escape(topic.slug)}</code></td><td>{escape(topic.vi)}</td><td>{escape(topic.en)}</td></tr>"
            for topic in self.topics
        )
        head = "<tr><th>topic</th><th>tiếng Việt</th><th>English</th></tr>"
        return f"<table><caption>TopicModel {escape(self.name)}</caption>{head}{rows}</table>"

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", tuple(self.topics))
        object.__setattr__(self, "about", MappingProxyType(dict(self.about)))

    @property
    def min_coverage(self) -> float:
        """Coverage below which labelling calls a text not covered.

        At most one in two hundred held-out texts had less.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> 0 < model.min_coverage < 1
        True
        """
        return self._limit("min_coverage")

    @property
    def min_probability(self) -> float:
        """Probability of the best topic below which labelling calls a text uncertain.

        At most three in two hundred held-out texts had less. It is 0 in models that were learned without held-out
        texts, and in those of versions of chude that did not choose it.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> 0 <= model.min_probability < 1
        True
        """
        return self._limit("min_probability")

    def _limit(self, name: str) -> float:
        least = self.about.get(name, 0.0)
        return float(least) if isinstance(least, int | float) and 0 <= least <= 1 else 0.0

    @cached_property
    def classes_(self) -> npt.NDArray[np.str_]:
        """Slugs of the topics, in the order of the columns.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> model.classes_[:3].tolist()
        ['cong-nghe', 'doi-song', 'du-lich']
        """
        return read_only(np.array([topic.slug for topic in self.topics]))

    def score_texts(self, texts: Iterable[str], *, threads: int | None = None) -> Prediction:
        """Return all there is to say about texts; the other methods are views of this one.

        Parameters
        ----------
        texts : iterable of str
            A list, a NumPy array, a Series of pandas or polars, an Arrow array.
        threads : int, optional
            At most so many; by default one for each processor. Results do not depend on it.

        Returns
        -------
        Prediction

        Raises
        ------
        TypeError
            If given one str in place of several, something that is not str, or a missing value.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> scores, probabilities, coverage, n_tokens = model.score_texts(["Giá vàng tăng mạnh"])
        >>> probabilities.sum().round(6).tolist(), n_tokens.tolist()
        (1.0, [4])
        """
        return score(texts, self.accented, self.unaccented, threads)

    def decision_function(self, texts: Iterable[str]) -> Floats:
        """Return decision values, of shape (n_texts, n_topics).

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> model.decision_function(["Giá vàng tăng mạnh"]).shape
        (1, 13)
        """
        return self.score_texts(texts).scores

    def predict_proba(self, texts: Iterable[str]) -> Floats:
        """Return probabilities, of shape (n_texts, n_topics); rows sum to 1, columns are in the order of `classes_`.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> probabilities = model.predict_proba(["Giá vàng tăng mạnh"])
        >>> model.classes_[probabilities[0].argmax()].item()
        'kinh-doanh'
        """
        return self.score_texts(texts).probabilities

    def predict(self, texts: Iterable[str]) -> npt.NDArray[np.str_]:
        """Return the slug of the most probable topic of each text; it never abstains.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> model.predict(["Giá vàng tăng mạnh", "Đội tuyển thắng trận"]).tolist()
        ['kinh-doanh', 'the-thao']
        """
        best: npt.NDArray[np.str_] = self.classes_.take(best_columns(texts, self.accented, self.unaccented))
        return best

    def top(self, texts: Iterable[str], k: int = 2) -> list[list[tuple[str, float]]]:
        """Return for each text its `k` most probable topics as (slug, probability), best first.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> [(slug, probability)] = model.top(["Giá vàng tăng mạnh"], k=1)[0]
        >>> slug, 0.5 < probability < 1
        ('kinh-doanh', True)
        """
        probabilities = self.predict_proba(texts)
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, : max(k, 0)]
        slugs = self.classes_.tolist()
        return [
            [(slugs[column], float(row[column])) for column in columns]
            for row, columns in zip(probabilities, order.tolist(), strict=True)
        ]

    def coverage(self, texts: Iterable[str]) -> Floats:
        """Return for each text the share of its tokens that are in the vocabulary, 0 to 1.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> model.coverage(["zxcv qwrt", "Giá vàng lập đỉnh mới"]).tolist()
        [0.0, 1.0]
        """
        return self.score_texts(texts).coverage

    def explain(self, text: str, k: int = 10) -> "Explanation":
        """Say why a text gets its topic: the terms that pushed towards and away, and where they stand.

        Parameters
        ----------
        text : str
        k : int, default 10
            How many terms to list towards and away from the winning topic and its runner-up.

        Returns
        -------
        chude.explain.Explanation

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> why = model.explain("Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào", k=3)
        >>> "vàng" in [term.term for term in why.evidence[0].terms]
        True
        """
        from chude.explain import explain

        return explain(self, text, k)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one ``.safetensors`` file, replacing it in one step.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> model.save("copy.safetensors")
        >>> chude.load("copy.safetensors").name
        'news'
        """
        from chude.model import model_file

        model_file.save(self, Path(path))

    def to_bytes(self) -> bytes:
        """Return the bytes of the model's file.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> chude.TopicModel.from_bytes(model.to_bytes()).name
        'news'
        """
        from chude.model import model_file

        return model_file.to_bytes(self)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "TopicModel":
        """Load a model.

        Raises
        ------
        InputError
            If there is no such file.
        ModelFileError
            If it is not a model, is damaged, or needs a newer chude.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> model.save("ours.safetensors")
        >>> chude.TopicModel.load("ours.safetensors").name
        'news'
        """
        from chude.model import model_file

        return model_file.load(Path(path))

    @classmethod
    def from_bytes(cls, data: bytes) -> "TopicModel":
        """Load a model from the bytes of its file; raises ModelFileError as `load` does.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> chude.TopicModel.from_bytes(model.to_bytes()).predict(["Giá vàng tăng mạnh"]).tolist()
        ['kinh-doanh']
        """
        from chude.model import model_file

        return model_file.from_bytes(data)

    def __reduce__(self) -> tuple[Any, ...]:
        return TopicModel.from_bytes, (self.to_bytes(),)

    def scorers(self, texts: Iterable[str]) -> list[tuple[Scorer, Head]]:
        """Return which scorer, and which of its heads, scores each text.

        Examples
        --------
        >>> import chude
        >>> model = chude.load()
        >>> [(scorer, head)] = model.scorers(["Gia vang tang manh"])
        >>> scorer is model.unaccented
        True
        """
        return scorers_of(texts, self.accented, self.unaccented)
