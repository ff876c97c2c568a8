"""`TopicClassifier`: the estimator that learns a `TopicModel`."""

import os
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from chude.adapt import adapt
from chude.errors import InputError
from chude.model import TopicModel
from chude.model.loading import load
from chude.tokenizer import Tokenizer, checked
from chude.topics import topic
from chude.training.features import CUT_LENGTHS, Settings, Texts
from chude.training.fitting import Progress, normalized
from chude.training.learning import Recipe, learn
from chude.training.parallel import n_threads
from chude.training.parameters import BALANCES, CANDIDATES, balance_of, checked_weights, grids, values_of_c
from chude.training.targets import checked_labels

__all__ = ["BALANCES", "CANDIDATES", "TopicClassifier"]


class TopicClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learn to tell what Vietnamese texts are about: TF-IDF of n-grams, one linear SVM a topic, calibrated.

    Parameters
    ----------
    tokenizer : {"syllable", "word"}, default "syllable"
        Words are those of `underthesea.word_tokenize`; they cost about 10 ms an article.
    i_for_y : bool, default True
        Give one token to the two spellings of a syllable that is h, k, l, m, s, t or qu and i or y, as sĩ and sỹ.
    ngram_range : tuple (min_n, max_n), default (1, 2)
    min_df : int or "auto", default 2
        Least number of texts a term occurs in. ``"auto"`` is 2, and 1 where texts are short (see `short_below`) and
        fewer than 1,000.
    max_features : int, default 100,000
        Keep so many terms, by chi².
    sublinear_tf : bool, default True
        Use ``1 + log(tf)`` in place of tf.
    lead_tokens : int, default 60
        Terms within so many tokens of the beginning count twice: news says what it is about there.
    C : float or "cv", default 1.0
        Inverse of the regularization; ``"cv"`` chooses 1, 0.3, 0.1 or 3 by cross-validated accuracy and macro-F1, their
        mean: 1, unless another is better by more than two standard errors of the difference, in the mean or in
        accuracy.
    class_weight : "balanced", float, "cv" or None, default None
        A number from 0 to 1 makes texts of frequent topics weigh less in the fit: a text's weight is divided by that
        power of the number of texts of its topic. 0 or None is not at all; 1 is every topic alike, as it is with
        ``"balanced"``, which also fits probabilities to as many texts of each topic. ``"cv"`` chooses 0.25 or 0 where
        texts are short: 0.25, unless 0 is as clearly better. It is None where they are not.
    short_below : int, default 80
        Texts of fewer tokens are scored by weights of their own, learned from copies of the texts cut short; 0 for one
        table of weights for texts of any length. Where hardly a text is longer there is one table anyway.
    cut_lengths : sequence of int, default (15, 50, 120)
        How many tokens the copies are cut to; without any there is one table.
    n_passages : int, default 10
        Learn the weights of short texts from so many passages of 30 tokens of each text too, those that follow the
        shortest copy.
    short_blend : float, default 0.5
        Score whole texts by the sum of their weights and this share, 0 to 1, of the weights of short texts.
    cut_weight : float, default 0.1
        Weight of a copy where one table scores texts of any length, as it does for text typed without diacritics. Where
        texts are short there are no copies.
    unaccented : bool, default True
        Learn a second scorer, for text typed without diacritics.
    calibration_folds : int, default 3
        Folds whose held-out scores probabilities are calibrated on, and C is chosen by; 0 for no calibration.
    name : str, default "mine"
        Name of the model.
    random_state : int, default 0
    n_jobs : int or None, default None
        Number of threads; None or -1 for all processors, -2 for all but one. What is learned does not depend on it. (In
        scikit-learn None is one. Here threads share the texts and take little more memory.)
    start_from : TopicModel, str, path or None, default None
        A model, the name of a bundled one, or a path: start from this model and learn from few texts, as `chude adapt`
        does. Terms and their n-grams are then those of that model, how far to go from it is chosen by
        cross-validation, and of the parameters above only `class_weight`, `unaccented`, `name`, `random_state` and
        `n_jobs` count.

    Attributes
    ----------
    model_ : TopicModel
        What was learned. The estimator predicts through it.
    classes_ : ndarray of shape (n_topics,)
    C_ : float
        The C that was used.
    min_df_ : int
    class_weight_ : float, "balanced" or None
        The `min_df` and the `class_weight` that were used.
    not_scored_ : list
        Labels with one text, or copies of one: they are learned, but `held_out_accuracy_` and the calibration know
        nothing of them. Empty without folds.
    adapted_ : chude.adapt.Adapted
        With `start_from`: what the model it began at is worth alone, what the texts are, and both together.
    held_out_accuracy_, held_out_macro_f1_ : float or None
        Of whole texts, each scored by a fit on the other folds; None without folds.

    Examples
    --------
    >>> texts = ["Đội tuyển thắng trận", "Giá vàng tăng mạnh", "Tiền đạo ghi bàn thắng", "Vàng và đô la tăng"]
    >>> classifier = TopicClassifier(min_df=1).fit(texts, ["the-thao", "kinh-doanh", "the-thao", "kinh-doanh"])
    >>> classifier.predict(["Bàn thắng đẹp của đội tuyển"]).tolist()
    ['the-thao']
    """

    def __init__(
        self,
        *,
        tokenizer: str = "syllable",
        i_for_y: bool = True,
        ngram_range: tuple[int, int] = (1, 2),
        min_df: int | str = 2,
        max_features: int = 100_000,
        sublinear_tf: bool = True,
        lead_tokens: int = 60,
        C: float | str = 1.0,
        class_weight: float | str | None = None,
        short_below: int = 80,
        cut_lengths: Sequence[int] = CUT_LENGTHS,
        n_passages: int = 10,
        short_blend: float = 0.5,
        cut_weight: float = 0.1,
        unaccented: bool = True,
        calibration_folds: int = 3,
        name: str = "mine",
        random_state: int = 0,
        n_jobs: int | None = None,
        start_from: TopicModel | str | os.PathLike[str] | None = None,
    ) -> None:
        self.tokenizer = tokenizer
        self.i_for_y = i_for_y
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.max_features = max_features
        self.sublinear_tf = sublinear_tf
        self.lead_tokens = lead_tokens
        self.C = C
        self.class_weight = class_weight
        self.short_below = short_below
        self.cut_lengths = cut_lengths
        self.n_passages = n_passages
        self.short_blend = short_blend
        self.cut_weight = cut_weight
        self.unaccented = unaccented
        self.calibration_folds = calibration_folds
        self.name = name
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.start_from = start_from

    def fit(
        self,
        texts: Iterable[str],
        topics: Iterable[Any],
        sample_weight: npt.ArrayLike | None = None,
        groups: Iterable[object] | None = None,
        progress: Progress = lambda step: None,  # noqa: ARG005
    ) -> Self:
        """Learn from labelled texts.

        Parameters
        ----------
        texts : iterable of str
        topics : iterable
            Label of each text; labels of the taxonomy get their names, others stand for themselves.
        sample_weight : array-like of shape (n_texts,), optional
        groups : iterable, optional
            Publisher of each text. Groups are kept together wherever the texts are split, so that probabilities are
            those for a publisher never seen. Without it, texts with the same tokens are kept together.
        progress : callable, optional
            Called with the name of each step before it is done, from any thread, one call at a time.

        Raises
        ------
        TypeError
            If given one str in place of several texts, or a text that is no str.
        InputError
            If lengths differ, a label is missing, there are fewer than two topics, or a parameter makes no sense. It is
            a ValueError too.

        Examples
        --------
        >>> from chude import TopicClassifier
        >>> texts = ["Đội tuyển thắng trận", "Giá vàng tăng mạnh", "Tiền đạo ghi bàn thắng", "Vàng và đô la tăng"]
        >>> labels = ["the-thao", "kinh-doanh", "the-thao", "kinh-doanh"]
        >>> classifier = TopicClassifier(min_df=1).fit(texts, labels)
        >>> classifier.classes_.tolist()
        ['kinh-doanh', 'the-thao']
        """
        listed = checked(texts)
        labels = checked_labels(topics, len(listed))
        weights = checked_weights(len(listed), sample_weight)
        self.classes_, columns = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(f"at least two topics are needed to tell apart, got {self.classes_.tolist()}")
        power = 1.0 if self.class_weight == "balanced" else 0.0
        if self.start_from is not None and not power:
            power = balance_of(self.class_weight)
        if power:
            weights = normalized(weights / np.bincount(columns, weights)[columns] ** power)
        if self.start_from is not None:
            start = self.start_from if isinstance(self.start_from, TopicModel) else load(self.start_from)
            return self._adapt(start, listed, labels, weights, groups, progress)
        recipe = self._recipe(len(listed))
        groups = None if groups is None else list(groups)
        if groups is not None and len(groups) != len(listed):
            raise InputError(f"{len(listed)} texts, but {len(groups)} groups")
        progress("tokenizing")
        tokenizer = Tokenizer(self.tokenizer, i_for_y=self.i_for_y)
        tokenized = Texts.of(listed, tokenizer, columns, len(self.classes_), weights)
        learned = learn(tokenized, groups, recipe, progress)
        self.C_: float = learned.costs.C
        self.min_df_ = learned.min_df
        self.class_weight_ = "balanced" if self.class_weight == "balanced" else learned.costs.balance or None
        self.not_scored_: list[Any] = self.classes_[learned.not_scored].tolist()
        self.held_out_accuracy_: float | None = learned.accuracy
        self.held_out_macro_f1_: float | None = learned.macro_f1
        self.model_ = learned.model(self.name, [topic(str(label)) for label in self.classes_])
        return self

    def _adapt(
        self,
        start: TopicModel,
        texts: list[str],
        labels: npt.NDArray[Any],
        weights: npt.NDArray[np.float64],
        groups: Iterable[object] | None,
        progress: Progress,
    ) -> Self:
        """Begin at another model."""
        self.adapted_ = adapt(
            texts,
            labels,
            start,
            groups=None if groups is None else list(groups),
            sample_weight=weights,
            unaccented=self.unaccented,
            with_curve=False,
            name=self.name,
            seed=self.random_state,
            n_jobs=self.n_jobs,
            progress=progress,
        )
        self.model_, self.classes_ = self.adapted_.model, self.adapted_.classes
        self.C_ = self.adapted_.strength.C
        self.class_weight_ = "balanced" if self.class_weight == "balanced" else balance_of(self.class_weight) or None
        self.not_scored_ = []
        found = self.adapted_.both
        self.held_out_accuracy_ = None if found is None else found.accuracy
        self.held_out_macro_f1_ = None if found is None else found.macro_f1
        return self

    def predict(self, texts: Sequence[str]) -> npt.NDArray[Any]:
        """Return the most probable label of each text.

        Examples
        --------
        >>> from chude import TopicClassifier
        >>> texts = ["Đội tuyển thắng trận", "Giá vàng tăng mạnh", "Tiền đạo ghi bàn thắng", "Vàng và đô la tăng"]
        >>> labels = ["the-thao", "kinh-doanh", "the-thao", "kinh-doanh"]
        >>> classifier = TopicClassifier(min_df=1).fit(texts, labels)
        >>> classifier.predict(["Bàn thắng đẹp của đội tuyển"]).tolist()
        ['the-thao']
        """
        best = self.predict_proba(texts).argmax(axis=1)
        labels: npt.NDArray[Any] = self.classes_[best]
        return labels

    def predict_proba(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return probabilities of shape (n_texts, n_topics), columns in the order of `classes_`.

        Examples
        --------
        >>> from chude import TopicClassifier
        >>> texts = ["Đội tuyển thắng trận", "Giá vàng tăng mạnh", "Tiền đạo ghi bàn thắng", "Vàng và đô la tăng"]
        >>> labels = ["the-thao", "kinh-doanh", "the-thao", "kinh-doanh"]
        >>> classifier = TopicClassifier(min_df=1).fit(texts, labels)
        >>> classifier.predict_proba(["Bàn thắng đẹp của đội tuyển"]).shape
        (1, 2)
        """
        check_is_fitted(self, "model_")
        return self.model_.predict_proba(texts)

    def decision_function(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return decision values of shape (n_texts, n_topics); (n_texts,) for two topics, as scikit-learn does.

        Examples
        --------
        >>> from chude import TopicClassifier
        >>> texts = ["Đội tuyển thắng trận", "Giá vàng tăng mạnh", "Tiền đạo ghi bàn thắng", "Vàng và đô la tăng"]
        >>> labels = ["the-thao", "kinh-doanh", "the-thao", "kinh-doanh"]
        >>> classifier = TopicClassifier(min_df=1).fit(texts, labels)
        >>> classifier.decision_function(["Bàn thắng đẹp của đội tuyển"]).shape
        (1,)
        """
        check_is_fitted(self, "model_")
        scores = self.model_.decision_function(texts)
        return scores[:, 1] if len(self.classes_) == 2 else scores

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `model_` to one ``.safetensors`` file.

        Examples
        --------
        >>> from chude import TopicClassifier
        >>> texts = ["Đội tuyển thắng trận", "Giá vàng tăng mạnh", "Tiền đạo ghi bàn thắng", "Vàng và đô la tăng"]
        >>> labels = ["the-thao", "kinh-doanh", "the-thao", "kinh-doanh"]
        >>> classifier = TopicClassifier(min_df=1).fit(texts, labels)
        >>> classifier.save("mine.safetensors")
        >>> import chude
        >>> chude.load("mine.safetensors").classes_.tolist()
        ['kinh-doanh', 'the-thao']
        """
        check_is_fitted(self, "model_")
        self.model_.save(path)

    def _recipe(self, n_texts: int) -> Recipe:
        grid, grid_if_short = grids(self.min_df, self.class_weight, n_texts)
        min_n, max_n = self.ngram_range
        settings = Settings(
            (min_n, max_n),
            max_features=self.max_features,
            sublinear_tf=self.sublinear_tf,
            lead_tokens=self.lead_tokens,
            short_below=self.short_below if self.cut_lengths else 0,
            cut_lengths=tuple(self.cut_lengths),
            cut_weight=self.cut_weight,
            n_passages=self.n_passages,
            short_blend=self.short_blend,
        )
        return Recipe(
            settings, values_of_c(self.C), grid, grid_if_short, self.calibration_folds, self.unaccented,
            self.random_state, n_threads(self.n_jobs),
        )  # fmt: skip

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
