"""`VietnameseTfidfVectorizer`: scikit-learn's `TfidfVectorizer`, over Vietnamese tokens and a compiled loop."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from numbers import Integral
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.validation import check_is_fitted

from chude.errors import InputError
from chude.kernels.counting import NgramCounts, count_ngrams, count_rows
from chude.kernels.lookup import Lookup
from chude.tokenizer import TokenBatch, Tokenizer, checked
from chude.vectorizer.vocabulary import keys_of_terms, terms_of

_MOST_N = 255


class VietnameseTfidfVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn Vietnamese texts into TF-IDF rows.

    Given the same tokens, the matrix equals that of scikit-learn's `TfidfVectorizer` with the same parameters.

    Parameters
    ----------
    tokenizer : {"syllable", "word"}, default "syllable"
        Words are those of `underthesea.word_tokenize`.
    strip_diacritics : bool, default False
        Drop tone and diacritics, for text typed without them.
    i_for_y : bool, default True
        Give one token to the two spellings of a syllable that is h, k, l, m, s, t or qu and i or y, as sĩ and sỹ.
    marks : bool, default False
        Read the beginning of a text with marks of its punctuation, capitals and numbers, as the bundled model ``kind``
        does (`chude.tokenizer.marks`).
    ngram_range : tuple (min_n, max_n), default (1, 2)
    min_df, max_df : int or float, default 1 and 1.0
        Least and largest document frequency of a term: a number of texts if int, a share of them if float.
    max_features : int, optional
        Keep only so many terms, those that occur most often.
    vocabulary : iterable of str, or mapping of str to int, optional
        The terms, with a space between tokens, or the column of each; otherwise learned from the texts.
    norm : {"l2", "l1"} or None, default "l2"
    use_idf, smooth_idf : bool, default True
    sublinear_tf : bool, default False
        Use ``1 + log(tf)`` in place of tf.
    lead_tokens : int, default 0
        Terms within so many tokens of the beginning count twice: news says what it is about there.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Column of each term.
    idf_ : ndarray of shape (n_features,), float64

    Examples
    --------
    >>> vectorizer = VietnameseTfidfVectorizer()
    >>> X = vectorizer.fit_transform(["Giá vàng tăng", "GIÁ VÀNG giảm"])
    >>> vectorizer.get_feature_names_out().tolist()
    ['giá', 'giá vàng', 'giảm', 'tăng', 'vàng', 'vàng giảm', 'vàng tăng']
    """

    def __init__(
        self,
        *,
        tokenizer: str = "syllable",
        strip_diacritics: bool = False,
        i_for_y: bool = True,
        marks: bool = False,
        ngram_range: tuple[int, int] = (1, 2),
        min_df: int | float = 1,
        max_df: int | float = 1.0,
        max_features: int | None = None,
        vocabulary: Iterable[str] | None = None,
        norm: str | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
        lead_tokens: int = 0,
    ) -> None:
        self.tokenizer = tokenizer
        self.strip_diacritics = strip_diacritics
        self.i_for_y = i_for_y
        self.marks = marks
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.max_df = max_df
        self.max_features = max_features
        self.vocabulary = vocabulary
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf
        self.lead_tokens = lead_tokens

    def fit(self, raw_documents: Iterable[str], y: object = None) -> Self:  # noqa: ARG002
        """Learn vocabulary and idf from texts; `y` is ignored.

        Raises
        ------
        TypeError
            If given one str in place of several.
        InputError
            If no term remains, or a parameter makes no sense. It is a ValueError too.

        Examples
        --------
        >>> from chude import VietnameseTfidfVectorizer
        >>> vectorizer = VietnameseTfidfVectorizer(ngram_range=(1, 1)).fit(["Giá vàng tăng", "GIÁ VÀNG giảm"])
        >>> vectorizer.vocabulary_["giá"]
        0
        """
        self.fit_transform(raw_documents)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: object = None, **fit_params: Any) -> sp.csr_matrix:  # noqa: ARG002
        """Learn vocabulary and idf from texts, and return their rows.

        Returns
        -------
        csr_matrix of shape (n_texts, n_features), float64

        Examples
        --------
        >>> from chude import VietnameseTfidfVectorizer
        >>> VietnameseTfidfVectorizer(ngram_range=(1, 1)).fit_transform(["Giá vàng tăng", "GIÁ VÀNG giảm"]).shape
        (2, 4)
        """
        self._check_parameters()
        texts = checked(raw_documents)
        tokenizer = self._tokenizer()
        batch = tokenizer.batch(texts)
        if self.vocabulary is None:
            keys, terms = self._learn(texts, batch, tokenizer)
        else:
            terms = _in_order(self.vocabulary)
            keys = keys_of_terms(terms, tokenizer)
        self._set_vocabulary(keys, terms)
        counts = self._counts(batch)
        self._weigher = TfidfTransformer(
            norm=self.norm, use_idf=self.use_idf, smooth_idf=self.smooth_idf, sublinear_tf=self.sublinear_tf
        )
        rows: sp.csr_matrix = self._weigher.fit_transform(counts)
        return rows

    def transform(self, raw_documents: Iterable[str]) -> sp.csr_matrix:
        """Return the rows of texts.

        Returns
        -------
        csr_matrix of shape (n_texts, n_features), float64

        Examples
        --------
        >>> from chude import VietnameseTfidfVectorizer
        >>> vectorizer = VietnameseTfidfVectorizer().fit(["Giá vàng tăng", "Giá vàng giảm"])
        >>> vectorizer.transform(["giá dầu"]).nnz
        1
        """
        check_is_fitted(self, "vocabulary_")
        texts = checked(raw_documents)
        if not texts:  # scikit-learn's transformer takes none
            return sp.csr_matrix((0, len(self.vocabulary_)))
        rows: sp.csr_matrix = self._weigher.transform(self._counts(self._tokenizer().batch(texts)))
        return rows

    @classmethod
    def fitted(cls, vocabulary: Iterable[str], idf: npt.ArrayLike, **parameters: Any) -> Self:
        """Return a fitted vectorizer from the terms and idf of another.

        Parameters
        ----------
        vocabulary : iterable of str
        idf : array-like of shape (n_features,)
        **parameters : object
            As the constructor takes them.

        Examples
        --------
        >>> from chude import VietnameseTfidfVectorizer
        >>> vectorizer = VietnameseTfidfVectorizer.fitted(["giá", "vàng"], [1.0, 2.0], norm=None)
        >>> vectorizer.transform(["vàng vàng"]).toarray().tolist()
        [[0.0, 4.0]]
        """
        terms = list(vocabulary)
        vectorizer = cls(vocabulary=terms, **parameters)
        vectorizer._set_vocabulary(keys_of_terms(terms, vectorizer._tokenizer()), terms)
        vectorizer._weigher = TfidfTransformer(norm=vectorizer.norm, sublinear_tf=vectorizer.sublinear_tf)
        vectorizer._weigher.idf_ = np.asarray(idf, dtype=np.float64)
        return vectorizer

    @property
    def idf_(self) -> npt.NDArray[np.float64]:
        """Inverse document frequency of each term.

        Examples
        --------
        >>> from chude import VietnameseTfidfVectorizer
        >>> VietnameseTfidfVectorizer(ngram_range=(1, 1)).fit(["Giá vàng", "Giá dầu"]).idf_.round(2).tolist()
        [1.41, 1.0, 1.41]
        """
        check_is_fitted(self, "vocabulary_")
        idf: npt.NDArray[np.float64] = self._weigher.idf_
        return idf

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Return the terms, in the order of the columns; `input_features` is ignored.

        Examples
        --------
        >>> from chude import VietnameseTfidfVectorizer
        >>> VietnameseTfidfVectorizer(ngram_range=(1, 1)).fit(["Giá vàng", "Giá dầu"]).get_feature_names_out().tolist()
        ['dầu', 'giá', 'vàng']
        """
        check_is_fitted(self, "vocabulary_")
        return np.array(list(self.vocabulary_), dtype=object)

    def build_analyzer(self) -> Callable[[str], list[str]]:
        """Return a function that gives the n-grams of a text as strings; it can be pickled.

        Examples
        --------
        >>> from chude import VietnameseTfidfVectorizer
        >>> VietnameseTfidfVectorizer().build_analyzer()("Giá VÀNG")
        ['giá', 'vàng', 'giá vàng']
        """
        return partial(_analyze, self._tokenizer(), *self._ngram_range(), self.lead_tokens)

    def _tokenizer(self) -> Tokenizer:
        return Tokenizer(self.tokenizer, not self.strip_diacritics, self.i_for_y, self.marks)

    def _ngram_range(self) -> tuple[int, int]:
        least, most = self.ngram_range
        if not 1 <= least <= most <= _MOST_N:
            raise InputError(
                f"ngram_range must be (min_n, max_n) with 1 <= min_n <= max_n <= {_MOST_N}, not {self.ngram_range!r}"
            )
        return least, most

    def _check_parameters(self) -> None:
        for name, value in (("min_df", self.min_df), ("max_df", self.max_df)):
            if not (value >= 1 if isinstance(value, Integral) else 0 <= value <= 1):
                raise InputError(f"{name} must be an int from 1, or a float from 0 to 1 (a share), not {value!r}")
        if not (isinstance(self.lead_tokens, Integral) and self.lead_tokens >= 0):
            raise InputError(f"lead_tokens must be an int from 0, not {self.lead_tokens!r}")
        if self.max_features is not None and not (isinstance(self.max_features, Integral) and self.max_features >= 1):
            raise InputError(f"max_features must be an int from 1, or None, not {self.max_features!r}")

    def _learn(self, texts: list[str], batch: TokenBatch, tokenizer: Tokenizer) -> tuple[Any, list[str]]:
        counts = count_ngrams(batch.hashes, batch.bounds[:-1], batch.bounds[1:], *self._ngram_range(), self.lead_tokens)
        if not len(counts.keys):
            raise InputError("empty vocabulary: the texts hold no letter or digit")
        chosen = self._within_document_frequency(counts, len(texts))
        terms = np.array(terms_of(counts, chosen, texts, batch, tokenizer), dtype=object)
        order = np.argsort(terms)
        if self.max_features is not None and len(order) > self.max_features:
            # As scikit-learn does it, ties included: terms in alphabetical order, floats, the sort not a stable one.
            frequencies = counts.term_frequency[chosen[order]].astype(np.float64)
            frequent = (-frequencies).argsort()[: self.max_features]
            order = order[np.sort(frequent)]
        return counts.keys[chosen[order]], terms[order].tolist()

    def _within_document_frequency(self, counts: NgramCounts, n_texts: int) -> npt.NDArray[np.int64]:
        most = self.max_df if isinstance(self.max_df, Integral) else self.max_df * n_texts
        least = self.min_df if isinstance(self.min_df, Integral) else self.min_df * n_texts
        if most < least:
            raise InputError(f"max_df ({self.max_df!r}) means fewer texts than min_df ({self.min_df!r})")
        df = counts.document_frequency
        chosen = np.flatnonzero((df >= least) & (df <= most))
        if not len(chosen):
            raise InputError(
                f"none of {len(df)} terms occurs in {least:g} to {most:g} texts; lower min_df or raise max_df"
            )
        return chosen

    def _set_vocabulary(self, keys: npt.NDArray[np.uint64], terms: list[str]) -> None:
        self.vocabulary_ = {term: column for column, term in enumerate(terms)}
        self._lookup = Lookup(keys)

    def _counts(self, batch: TokenBatch) -> sp.csr_matrix:
        n_features = len(self.vocabulary_)
        starts, stops = batch.bounds[:-1], batch.bounds[1:]
        indptr, indices, counts = count_rows(
            batch.hashes, starts, stops, *self._ngram_range(), self.lead_tokens, self._lookup
        )
        return sp.csr_matrix((counts.astype(np.float64), indices, indptr), shape=(len(batch.bounds) - 1, n_features))

    def __getstate__(self) -> dict[str, Any]:
        # Without the look-up, which is made from the terms again: a pickle can be read with another hash.
        return {name: value for name, value in super().__getstate__().items() if name != "_lookup"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({"marks": False} | state)  # a pickle of an earlier version has no marks
        if "vocabulary_" in state:
            self._lookup = Lookup(keys_of_terms(list(self.vocabulary_), self._tokenizer()))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _in_order(vocabulary: Iterable[str] | Mapping[str, int]) -> list[str]:
    """Return the terms of a given vocabulary in the order of their columns; those of a set as scikit-learn does."""
    if isinstance(vocabulary, Mapping):
        terms = sorted(vocabulary, key=vocabulary.__getitem__)
        if [vocabulary[term] for term in terms] != list(range(len(terms))):
            raise InputError("the columns in `vocabulary` are not 0, 1, 2 and so on, each once")
    else:
        terms = checked(sorted(vocabulary) if isinstance(vocabulary, set | frozenset) else vocabulary)
    if not terms:
        raise InputError("the given vocabulary is empty")
    return terms


def _analyze(tokenizer: Tokenizer, least: int, most: int, lead_tokens: int, text: str) -> list[str]:
    tokens = tokenizer.tokens(text)
    return [
        " ".join(run[i : i + n])
        for run in (tokens, tokens[:lead_tokens])
        for n in range(least, most + 1)
        for i in range(len(run) - n + 1)
    ]
