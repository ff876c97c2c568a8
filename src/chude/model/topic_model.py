"""`TopicModel`: a few arrays with methods."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.kernels.texts import chunks
from chude.model.head import Head
from chude.model.readonly import read_only
from chude.model.scorer import Scorer, unaccented_texts
from chude.tokenizer import checked
from chude.topics import Topic

if TYPE_CHECKING:
    from chude.explain import Explanation

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

CHUNK_TEXTS, CHUNK_CHARACTERS = 4096, 1 << 16
"""A chunk is scored in one call of the kernel: long enough that threads seldom wait for one another, short enough that
they end at about the same time."""
ONE_THREAD_CHARACTERS = 1 << 22
"""The same where one thread is asked for, as by one of several that label: between calls it may wait for the others."""
_FEWEST_CHUNKS = 2
"""So many for each thread, or it takes longer to start one."""

_SHOWN_TOPICS = 5


class Prediction(NamedTuple):
    """What a model says of texts.

    Attributes
    ----------
    scores : ndarray of shape (n_texts, n_topics), float64
        Decision values.
    probabilities : ndarray of shape (n_texts, n_topics), float64
        Rows sum to 1.
    coverage : ndarray of shape (n_texts,), float64
        Share of the tokens that are in the vocabulary, 0 to 1.
    n_tokens : ndarray of shape (n_texts,), int64

    Examples
    --------
    >>> import chude
    >>> model = chude.load()
    >>> found = model.score_texts(["Giá vàng tăng mạnh", "Đội tuyển thắng trận"])
    >>> found.scores.shape, found.probabilities.shape
    ((2, 13), (2, 13))
    >>> found.n_tokens.tolist()
    [4, 4]
    """

    scores: Floats
    probabilities: Floats
    coverage: Floats
    n_tokens: Places


class Rows:
    """What the kernel writes about texts: one row each of two arrays (`chude.kernels.scoring.Scorer.score`)."""

    __slots__ = ("counts", "n_topics", "values")

    def __init__(self, n_texts: int, n_topics: int) -> None:
        self.n_topics = n_topics
        self.values: Floats = np.empty((n_texts, 2 * n_topics + 1))
        self.counts: Places = np.empty((n_texts, 3), dtype=np.int64)

    def part(self, start: int, stop: int) -> "Rows":
        """Return the rows from `start` to `stop`; what is written to them is written here."""
        rows = Rows(0, self.n_topics)
        rows.values, rows.counts = self.values[start:stop], self.counts[start:stop]
        return rows

    @property
    def prediction(self) -> Prediction:
        """What they say."""
        n = self.n_topics
        return Prediction(self.values[:, :n], self.values[:, n : 2 * n], self.values[:, 2 * n], self.counts[:, 0])


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
        """Coverage below which labelling calls a text not covered; one in two hundred held-out texts had less.

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

        Three in two hundred held-out texts had less. It is 0 in models that were learned without held-out texts, and in
        those of versions of chude that did not choose it.

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
        return self._rows(texts, threads).prediction

    def _rows(self, texts: Iterable[str], threads: int | None = None) -> Rows:
        """Score texts, in chunks that several threads take one after another."""
        listed = checked(texts)
        rows = Rows(len(listed), len(self.topics))
        _in_chunks(listed, lambda start, stop: self._score(listed, start, stop, rows), threads)
        return rows

    def _score(self, texts: list[str], start: int, stop: int, rows: Rows) -> None:
        """Score the texts from `start` to `stop`, those typed without diacritics by the scorer for them."""
        n_unaccented = self.accented.score(texts, start, stop, rows.values, rows.counts)
        if n_unaccented and self.unaccented is not None:
            chosen = start + unaccented_texts(rows.counts[start:stop])
            again = Rows(len(chosen), len(self.topics))
            self.unaccented.score([texts[i] for i in chosen.tolist()], 0, len(chosen), again.values, again.counts)
            rows.values[chosen], rows.counts[chosen] = again.values, again.counts

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
        listed = checked(texts)
        columns = np.empty(len(listed), dtype=np.int64)
        _in_chunks(listed, lambda start, stop: self._find_best(listed, start, stop, columns))
        best: npt.NDArray[np.str_] = self.classes_.take(columns)
        return best

    def _find_best(self, texts: list[str], start: int, stop: int, columns: Places) -> None:
        """Find the topics of the texts from `start` to `stop`, without all that `_score` keeps of them."""
        unaccented = self.accented.best(texts, start, stop, columns)
        if unaccented and self.unaccented is not None:
            again = np.empty(len(unaccented), dtype=np.int64)
            self.unaccented.best([texts[i] for i in unaccented], 0, len(again), again)
            columns[unaccented] = again

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
        listed = checked(texts)
        rows = Rows(len(listed), len(self.topics))
        self.accented.score(listed, 0, len(listed), rows.values, rows.counts)
        unaccented = set(unaccented_texts(rows.counts).tolist()) if self.unaccented is not None else set()
        found = []
        for i, n_tokens in enumerate(rows.counts[:, 0].tolist()):
            scorer = self.unaccented if i in unaccented and self.unaccented is not None else self.accented
            found.append((scorer, scorer.head_for(n_tokens)))
        return found


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1


def _in_chunks(texts: list[str], work: Callable[[int, int], None], threads: int | None = None) -> None:
    """Call `work` for the texts from one place to another, in chunks that several threads take one after another."""
    if len(texts) == 1:
        work(0, 1)
        return
    found = chunks(texts, CHUNK_TEXTS, ONE_THREAD_CHARACTERS if threads == 1 else CHUNK_CHARACTERS)
    n_threads = min(threads or _processors(), len(found) // _FEWEST_CHUNKS)
    waiting = iter(found)

    def take(_: int) -> None:
        for start, stop in waiting:
            work(start, stop)

    if n_threads < 2:
        take(0)
    else:
        with ThreadPoolExecutor(n_threads) as pool:
            list(pool.map(take, range(n_threads)))


def load(name_or_path: str | os.PathLike[str] = "news") -> TopicModel:
    """Load a bundled model by its name, or a model file by its path.

    Parameters
    ----------
    name_or_path : str or path, default "news"

    Returns
    -------
    TopicModel

    Raises
    ------
    InputError
        If it is neither the name of a bundled model nor a file.
    ModelFileError
        If the file is not a model, is damaged, or needs a newer chude.

    Examples
    --------
    >>> import chude
    >>> chude.load("vntc").classes_.size
    10
    """
    from chude import bundled

    path = Path(name_or_path)
    if path.is_file():
        return TopicModel.load(path)
    names = bundled.model_names()
    if str(name_or_path) in names:
        return TopicModel.load(bundled.models_folder() / f"{name_or_path}.safetensors")
    raise InputError(f"no model {str(name_or_path)!r}: give the path of a model file, or one of {', '.join(names)}")
