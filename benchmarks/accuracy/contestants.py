"""The contestants: each learns from the texts of a task and answers for others."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

import chude
from benchmarks.accuracy.code import code_of
from benchmarks.accuracy.tasks import Source, Task
from chude import bundled
from chude.kernels.counting import count_rows
from chude.model import Scorer, TopicModel
from tools.corpora import balanced

Answers = dict[str, npt.NDArray[Any]]
"""``best`` and ``second``, columns of the classes (-1 where it is not said); ``confidence`` in the best, NaN where it
is not told. From chude where it is to be calibrated: ``scores``, ``n_terms`` and ``short``, whether the text was
judged by the weights for short ones."""

Answer = Callable[[Sequence[str]], Answers]

OURS, CORE, SKLEARN = "chude", "underthesea_core", "scikit-learn"


class Contestant(Protocol):
    """Something that learns."""

    def made_of(self, task: Task) -> str:
        """Say what its answers depend on beside the texts of the task."""

    def learn(self, task: Task) -> tuple[list[str], Answer]:
        """Return the classes and what answers."""


class Ours:
    """chude: the bundled model of a task, or its classifier with a recipe's parameters and weights."""

    def made_of(self, task: Task) -> str:
        if task.model is not None:
            file = bundled.models_folder() / f"{task.model}.safetensors"
            return f"{_code()} {blake2b(file.read_bytes()).hexdigest()}"
        weights, groups = self._told(task)
        drawn = "" if weights is None else blake2b(np.round(weights, 9).tobytes()).hexdigest()
        named = "" if groups is None else blake2b("\n".join(groups).encode()).hexdigest()
        return f"{_code()} {sorted(task.parameters.items())} {drawn} {named}"

    def learn(self, task: Task) -> tuple[list[str], Answer]:
        if task.model is not None:
            model = chude.load(task.model)
        else:
            texts = task.learned_from
            classifier = chude.TopicClassifier(**task.parameters)
            model = classifier.fit(texts["text"], texts["topic"], *self._told(task)).model_
        uncalibrated = task.parameters.get("calibration_folds") == 0
        return model.classes_.tolist(), lambda texts: _ours(model, texts, uncalibrated=uncalibrated)

    @staticmethod
    def _told(task: Task) -> tuple[npt.NDArray[np.float64] | None, list[str] | None]:
        """Return the weights of the texts and their publishers, where it is told them."""
        texts = task.learned_from
        weights = None if task.balance is None else balanced(texts, task.balance)
        return weights, texts["publisher"].astype(str).tolist() if task.grouped else None


def _ours(model: TopicModel, texts: Sequence[str], *, uncalibrated: bool) -> Answers:
    prediction = model.score_texts(texts, threads=1)
    answers = _ranked(prediction.probabilities, prediction.probabilities.max(axis=1))
    if uncalibrated:
        scorers = [scorer for scorer, _ in model.scorers(texts)]
        n_terms = np.zeros(len(texts), dtype=np.int32)
        short = np.zeros(len(texts), dtype=np.bool_)
        for scorer in {id(each): each for each in scorers}.values():
            of = [i for i, each in enumerate(scorers) if each is scorer]
            n_terms[of] = _known(scorer, [texts[i] for i in of])
            short[of] = prediction.n_tokens[of] < scorer.short_below
        answers |= {"scores": prediction.scores.astype(np.float32), "n_terms": n_terms, "short": short}
    return answers


def _known(scorer: Scorer, texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return how many distinct terms of each text the vocabulary holds; calibration goes by it."""
    batch = scorer.tokenizer.batch(texts)
    starts, stops = batch.bounds[:-1], batch.bounds[1:]
    indptr, _, _ = count_rows(batch.hashes, starts, stops, *scorer.ngram_range, 0, scorer.lookup)
    n_terms: npt.NDArray[np.int64] = np.diff(indptr)
    return n_terms


class Core:
    """`underthesea_core.TextClassifier` with its defaults, which is what `underthesea.classify` is."""

    def made_of(self, task: Task) -> str:  # noqa: ARG002 - all contestants are asked alike
        return version("underthesea_core")

    def learn(self, task: Task) -> tuple[list[str], Answer]:
        from underthesea_core import TextClassifier

        texts = task.learned_from
        classifier = TextClassifier()
        classifier.fit(texts["text"].tolist(), texts["topic"].tolist())
        classes: list[str] = list(classifier.classes)
        columns = {topic: i for i, topic in enumerate(classes)}

        def answer(texts: Sequence[str]) -> Answers:
            found = classifier.predict_with_scores(list(texts))
            best = np.array([columns[topic] for topic, _ in found], dtype=np.int16)
            confidence = np.array([score for _, score in found], dtype=np.float32)
            return {"best": best, "second": np.full(len(best), -1, dtype=np.int16), "confidence": confidence}

        return classes, answer


class ScikitLearn:
    """`TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)` and `LinearSVC`, the defaults otherwise.

    Tasks with the same source share one count of its n-grams; each then drops what none of its texts holds. That
    gives what a `TfidfVectorizer` fitted on those texts gives.
    """

    def __init__(self) -> None:
        self._counted: tuple[Source, Any, sp.csr_matrix] | None = None

    def made_of(self, task: Task) -> str:  # noqa: ARG002
        return version("scikit-learn")

    def learn(self, task: Task) -> tuple[list[str], Answer]:
        from sklearn.feature_extraction.text import TfidfTransformer
        from sklearn.svm import LinearSVC

        vectorizer, counts = self._counts(task.source)
        inside = counts[task.rows]
        terms = np.unique(inside.indices)
        weigher = TfidfTransformer(sublinear_tf=True)
        rows = weigher.fit_transform(inside[:, terms].astype(np.float64))
        del inside
        svm = LinearSVC(random_state=0).fit(rows, task.learned_from["topic"].tolist())

        def answer(texts: Sequence[str]) -> Answers:
            unseen = vectorizer.transform(texts)[:, terms].astype(np.float64)
            scores = svm.decision_function(weigher.transform(unseen))
            scores = np.stack([-scores, scores], axis=1) if scores.ndim == 1 else scores
            return _ranked(scores, np.full(len(scores), np.nan))

        return svm.classes_.tolist(), answer

    def _counts(self, source: Source) -> tuple[Any, sp.csr_matrix]:
        from sklearn.feature_extraction.text import CountVectorizer

        if self._counted is None or self._counted[0] is not source:
            self._counted = None
            vectorizer = CountVectorizer(ngram_range=(1, 2), dtype=np.int32)
            self._counted = source, vectorizer, vectorizer.fit_transform(source.frame["text"])
        return self._counted[1:]


def _ranked(scores: npt.NDArray[np.float64], confidence: npt.NDArray[np.float64]) -> Answers:
    order = np.argsort(-scores, axis=1, kind="stable").astype(np.int16)
    return {"best": order[:, 0], "second": order[:, 1], "confidence": confidence.astype(np.float32)}


def _code() -> str:
    return code_of(
        "tokenizer",
        "vectorizer",
        "model",
        "training",
        "classifier.py",
        without=("card.py", "recipe.py", "duplicates.py"),
    )


CONTESTANTS: dict[str, Callable[[], Contestant]] = {OURS: Ours, CORE: Core, SKLEARN: ScikitLearn}
