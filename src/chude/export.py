"""A model as a plain scikit-learn `Pipeline`, for tooling that expects one; the one place that writes joblib files.

What loads the file must have chude installed: the steps are classes of this module.
"""

import io
import os
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.pipeline import Pipeline

from chude.atomic import write_atomically
from chude.errors import InputError
from chude.model import Calibration, Head, Scorer, TopicModel
from chude.model.scorer import UNACCENTED_SHARE
from chude.tokenizer import checked
from chude.vectorizer.tfidf import VietnameseTfidfVectorizer

Floats = npt.NDArray[np.float64]


def to_pipeline(model: TopicModel) -> Pipeline:
    """Return a fitted scikit-learn pipeline that answers as a model does.

    Parameters
    ----------
    model : TopicModel

    Returns
    -------
    sklearn.pipeline.Pipeline
        The steps ``tfidf`` (`ScorerVectorizer`) and ``classifier`` (`ScorerClassifier`). Its ``predict_proba`` equals
        the model's to rounding of 64-bit floats.
    """
    scorers = [scorer for scorer in (model.accented, model.unaccented) if scorer is not None]
    heads = [_parts(head) for scorer in scorers for head in (scorer.whole, scorer.short or scorer.whole)]
    vectorizer = ScorerVectorizer(
        [_vectorizer(scorer) for scorer in scorers], [scorer.short_below if scorer.short else 0 for scorer in scorers]
    )
    weights, intercepts, calibrations = zip(*heads, strict=True)
    classifier = ScorerClassifier(weights, intercepts, calibrations, model.classes_)
    return Pipeline([("tfidf", vectorizer), ("classifier", classifier)])


def save_pipeline(model: TopicModel, path: str | os.PathLike[str]) -> None:
    """Write `to_pipeline` of a model with joblib.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    import joblib

    data = io.BytesIO()
    joblib.dump(to_pipeline(model), data, compress=("gzip", 3))
    write_atomically(path, data.getvalue())


def _parts(head: Head) -> tuple[Floats, Floats, Calibration]:
    return head.weights_of(np.arange(len(head.scale))), head.intercept, head.calibration


def _vectorizer(scorer: Scorer) -> VietnameseTfidfVectorizer:
    return VietnameseTfidfVectorizer.fitted(
        scorer.terms,
        scorer.idf,
        tokenizer=scorer.tokenizer.kind,
        strip_diacritics=not scorer.tokenizer.diacritics,
        i_for_y=scorer.tokenizer.i_for_y,
        marks=scorer.tokenizer.marks,
        ngram_range=scorer.ngram_range,
        sublinear_tf=scorer.sublinear_tf,
        lead_tokens=scorer.lead_tokens,
    )


class _Learned(BaseEstimator):  # type: ignore[misc]
    """A step that holds what a `TopicModel` has learned."""

    def fit(self, X: object, y: object = None) -> Self:  # noqa: ARG002
        """Refuse: what this step knows was learned by chude.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError("a pipeline exported by chude is fitted; to learn from other texts use chude.TopicClassifier")

    def __sklearn_is_fitted__(self) -> bool:
        return True


class ScorerVectorizer(TransformerMixin, _Learned):  # type: ignore[misc]
    """TF-IDF rows of texts, those typed without diacritics in columns of their own.

    Parameters
    ----------
    vectorizers : list of VietnameseTfidfVectorizer
        Fitted: for text with diacritics, and, if there is a second one, for text typed without them.
    short_below : list of int
        For each of them: texts of fewer tokens are scored by the head for short texts.
    """

    def __init__(self, vectorizers: list[VietnameseTfidfVectorizer], short_below: list[int]) -> None:
        self.vectorizers = vectorizers
        self.short_below = short_below

    def transform(self, X: Iterable[str]) -> sp.csr_matrix:
        """Return rows.

        Returns
        -------
        csr_matrix of shape (n_texts, n_terms + 1), float64
            The terms of each vectorizer; the last column is the number of the head that scores the text: 0 and 1 for
            whole and short texts with diacritics, 2 and 3 for those typed without them.
        """
        texts = checked(X)
        is_unaccented, n_tokens = self._is_unaccented(texts)
        blocks = []
        for number, vectorizer in enumerate(self.vectorizers):
            read = np.flatnonzero(is_unaccented == number)
            found = vectorizer.transform([texts[i] for i in read.tolist()])
            place = sp.csr_matrix((np.ones(len(read)), (read, np.arange(len(read)))), (len(texts), len(read)))
            blocks.append(place @ found)
        table = 2.0 * is_unaccented + (n_tokens < np.array(self.short_below)[is_unaccented])
        rows: sp.csr_matrix = sp.hstack([*blocks, sp.csr_matrix(table[:, None])], format="csr")
        return rows

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Return the names of the columns; terms without diacritics have ``unaccented:`` in front."""
        names: list[str] = []
        for vectorizer, mark in zip(self.vectorizers, ("", "unaccented: "), strict=False):
            names += [mark + term for term in vectorizer.get_feature_names_out()]
        return np.array([*names, "number of the head"], dtype=object)

    def _is_unaccented(self, texts: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return 1 for each text typed without diacritics that has a vectorizer, else 0; and the numbers of tokens."""
        batch = self.vectorizers[0]._tokenizer().batch(texts)
        n_tokens = np.diff(batch.bounds)
        is_unaccented = (batch.accented < UNACCENTED_SHARE * n_tokens) & (len(self.vectorizers) > 1)
        return is_unaccented.astype(np.int64), n_tokens


class ScorerClassifier(ClassifierMixin, _Learned):  # type: ignore[misc]
    """Linear scores and their calibration, over the rows of `ScorerVectorizer`.

    Parameters
    ----------
    weights : sequence of ndarray of shape (n_terms, n_topics), float64
        For whole and for short texts of each vectorizer.
    intercepts : sequence of ndarray of shape (n_topics,), float64
    calibrations : sequence of Calibration
    classes : ndarray of str

    Attributes
    ----------
    classes_ : ndarray of shape (n_topics,)
    """

    def __init__(
        self,
        weights: Sequence[Floats],
        intercepts: Sequence[Floats],
        calibrations: Sequence[Calibration],
        classes: Any,
    ) -> None:
        self.weights = weights
        self.intercepts = intercepts
        self.calibrations = calibrations
        self.classes = classes

    @property
    def classes_(self) -> npt.NDArray[np.str_]:
        """Slugs of the topics."""
        slugs: npt.NDArray[np.str_] = self.classes
        return slugs

    def decision_function(self, X: sp.csr_matrix) -> Floats:
        """Return decision values of shape (n_texts, n_topics); of shape (n_texts,) for two topics."""
        scores, _ = self._scored(X)
        return scores[:, 1] if len(self.classes) == 2 else scores

    def predict_proba(self, X: sp.csr_matrix) -> Floats:
        """Return probabilities of shape (n_texts, n_topics); rows sum to 1."""
        return self._scored(X)[1]

    def predict(self, X: sp.csr_matrix) -> npt.NDArray[np.str_]:
        """Return the most probable topic of each text."""
        best: npt.NDArray[np.str_] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return best

    def _scored(self, X: sp.csr_matrix) -> tuple[Floats, Floats]:
        scores, probabilities = (np.empty((X.shape[0], len(self.classes))) for _ in range(2))
        table = X[:, [-1]].toarray()[:, 0]
        start = 0
        for number, (weights, intercept) in enumerate(zip(self.weights, self.intercepts, strict=True)):
            read = np.flatnonzero(table == number)
            rows = X[read][:, start : start + len(weights)]
            scores[read] = rows @ weights + intercept
            probabilities[read] = self.calibrations[number].probabilities(
                scores[read], np.diff(rows.indptr).astype(np.int64)
            )
            start += number % 2 * len(weights)
        return scores, probabilities
