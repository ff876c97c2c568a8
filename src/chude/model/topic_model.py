"""`TopicModel`: a few arrays with methods."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chude.errors import InputError
from chude.model.calibration import Calibration
from chude.model.kernel import BARE_SHARE, Findings
from chude.model.reading import Reading
from chude.model.readonly import read_only
from chude.tokenizer import Encoded, checked, encode, lengths
from chude.topics import Topic

if TYPE_CHECKING:
    from chude.explain import Explanation

Floats = npt.NDArray[np.float64]

_CHUNK_TEXTS, _CHUNK_CHARACTERS = 4096, 1 << 18
"""A part is judged in one compiled call: long enough that threads seldom wait for one another, short enough that its
text stays in the processor's cache."""


class Judgement(NamedTuple):
    """What a model says of texts.

    Attributes
    ----------
    scores : ndarray of shape (n_texts, n_topics), float64
        Decision values.
    probabilities : ndarray of shape (n_texts, n_topics), float64
        Rows sum to 1.
    coverage : ndarray of shape (n_texts,), float64
        Share of the tokens that are in the vocabulary, 0 to 1.
    tokens : ndarray of shape (n_texts,), int64
        Number of tokens.
    """

    scores: Floats
    probabilities: Floats
    coverage: Floats
    tokens: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TopicModel:
    """A linear topic model of Vietnamese text. Immutable; safe to share between threads.

    Models come from `chude.load`, `TopicModel.load`, or the `model_` of a fitted `TopicClassifier`.

    Parameters
    ----------
    name : str
    topics : sequence of Topic
        In the order of the columns.
    reading : Reading
        Reads text with its diacritics.
    calibration : Calibration
    bare_reading : Reading, optional
        Reads text typed without diacritics; such text is recognized as such.
    bare_calibration : Calibration, optional
        Goes with `bare_reading`.
    about : mapping, optional
        Provenance, metrics and recommended thresholds; JSON values.
    """

    name: str
    topics: tuple[Topic, ...]
    reading: Reading
    calibration: Calibration
    bare_reading: Reading | None = None
    bare_calibration: Calibration | None = None
    about: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", tuple(self.topics))
        object.__setattr__(self, "about", MappingProxyType(dict(self.about)))

    @property
    def min_coverage(self) -> float:
        """Coverage below which labelling calls a text not covered; one in two hundred held-out texts had less."""
        least = self.about.get("min_coverage", 0.0)
        return float(least) if isinstance(least, int | float) and 0 <= least <= 1 else 0.0

    @cached_property
    def classes_(self) -> npt.NDArray[np.str_]:
        """Slugs of the topics, in the order of the columns."""
        return read_only(np.array([topic.slug for topic in self.topics]))

    def judge(self, texts: Sequence[str], *, threads: int | None = None) -> Judgement:
        """Say all there is to say of texts; the other methods are views of this one.

        Parameters
        ----------
        texts : sequence of str
            `chude.tokenizer.Encoded` ones are judged as they lie there.
        threads : int, optional
            At most so many; by default one for each processor. Results do not depend on it.

        Returns
        -------
        Judgement

        Raises
        ------
        TypeError
            If given one str in place of several, or something that is not str.
        """
        found = self._found(texts, threads)
        return Judgement(found.scores, found.probabilities, found.coverage, found.tokens)

    def _found(self, texts: Sequence[str], threads: int | None = None) -> Findings:
        """Judge texts, in parts that several threads take up one after another."""
        if type(texts) is not Encoded:
            texts = checked(texts)
        found = Findings(len(texts), len(self.topics))
        if len(texts) == 1:
            self._find(encode(texts), found)
            return found
        sizes = lengths(texts)
        parts = _parts(sizes)
        n_threads = min(threads or _processors(), len(parts)) if len(parts) > 1 else 1
        waiting = iter(parts)

        def work(_: int) -> None:
            for start, stop in waiting:
                self._find(encode(texts[start:stop], sizes[start:stop]), found.part(start, stop))

        if n_threads == 1:
            work(0)
        else:
            with ThreadPoolExecutor(n_threads) as pool:
                list(pool.map(work, range(n_threads)))
        return found

    def _find(self, texts: Encoded, found: Findings) -> None:
        """Judge texts, those typed without diacritics by the reading for them."""
        n_bare = self.reading.judge(texts, self.calibration, found)
        if n_bare and self.bare_reading is not None:
            bare = _bare(found)
            again = Findings(len(bare), len(self.topics))
            self.bare_reading.judge(texts.take(bare), self.bare_calibration or self.calibration, again)
            found.table[bare] = again.table

    def decision_function(self, texts: Sequence[str]) -> Floats:
        """Return decision values, of shape (n_texts, n_topics)."""
        return self.judge(texts).scores

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return probabilities, of shape (n_texts, n_topics); rows sum to 1, columns are in the order of `classes_`."""
        return self.judge(texts).probabilities

    def predict(self, texts: Sequence[str]) -> npt.NDArray[np.str_]:
        """Return the slug of the most probable topic of each text; it never abstains."""
        best: npt.NDArray[np.str_] = self.classes_.take(self._found(texts).best)
        return best

    def top(self, texts: Sequence[str], k: int = 2) -> list[list[tuple[str, float]]]:
        """Return for each text its `k` most probable topics as (slug, probability), best first."""
        probabilities = self.predict_proba(texts)
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, : max(k, 0)]
        slugs = self.classes_.tolist()
        return [
            [(slugs[column], float(row[column])) for column in columns]
            for row, columns in zip(probabilities, order.tolist(), strict=True)
        ]

    def coverage(self, texts: Sequence[str]) -> Floats:
        """Return for each text the share of its tokens that are in the vocabulary, 0 to 1."""
        return self.judge(texts).coverage

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
        """
        from chude.explain import explain

        return explain(self, text, k)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one ``.safetensors`` file, replacing it in one step."""
        from chude import model_file

        model_file.save(self, Path(path))

    def to_bytes(self) -> bytes:
        """Return the bytes of the model's file."""
        from chude import model_file

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
        """
        from chude import model_file

        return model_file.load(Path(path))

    @classmethod
    def from_bytes(cls, data: bytes) -> "TopicModel":
        """Load a model from the bytes of its file; raises ModelFileError as `load` does."""
        from chude import model_file

        return model_file.from_bytes(data)

    def __reduce__(self) -> tuple[Any, ...]:
        return TopicModel.from_bytes, (self.to_bytes(),)

    def readings(self, texts: Sequence[str]) -> list[tuple[Reading, Calibration]]:
        """Return which reading, with its calibration, judges each text; that of short texts stands for itself."""
        found = Findings(len(texts), len(self.topics))
        self.reading.judge(encode(texts), self.calibration, found)
        marked = self.reading, self.calibration
        other = self.bare_reading or self.reading, self.bare_calibration or self.calibration
        bare = set(_bare(found).tolist())
        pairs = (other if i in bare else marked for i in range(len(texts)))
        return [_for_length(*pair, n) for pair, n in zip(pairs, found.tokens.tolist(), strict=True)]


def _bare(found: Findings) -> npt.NDArray[np.int64]:
    """Return which texts look typed without diacritics."""
    return np.flatnonzero(found.marked < BARE_SHARE * found.tokens)


def _for_length(reading: Reading, calibration: Calibration, n_tokens: int) -> tuple[Reading, Calibration]:
    short = reading.short
    return (
        (reading, calibration) if short is None or n_tokens >= short.below else (reading.for_short, short.calibration)
    )


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1


def _parts(sizes: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Part texts of some sizes into runs that are not too long, given by where they start and stop."""
    ends = np.cumsum(sizes)
    parts, start, characters = [], 0, 0
    while start < len(ends):
        full = int(np.searchsorted(ends, characters + _CHUNK_CHARACTERS)) + 1
        stop = min(full, start + _CHUNK_TEXTS, len(ends))
        parts.append((start, stop))
        start, characters = stop, int(ends[stop - 1])
    return parts


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
    """
    from chude import bundled

    path = Path(name_or_path)
    if path.is_file():
        return TopicModel.load(path)
    names = bundled.model_names()
    if str(name_or_path) in names:
        return TopicModel.load(bundled.models_folder() / f"{name_or_path}.safetensors")
    raise InputError(f"no model {str(name_or_path)!r}: give the path of a model file, or one of {', '.join(names)}")
