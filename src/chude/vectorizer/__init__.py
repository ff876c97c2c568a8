"""Tokens to TF-IDF rows."""

from typing import Any

__all__ = ["VietnameseTfidfVectorizer"]


def __getattr__(name: str) -> Any:
    # Looking up n-grams must not cost the import of scikit-learn, which only the estimator needs.
    if name == "VietnameseTfidfVectorizer":
        from chude.vectorizer.tfidf import VietnameseTfidfVectorizer

        return VietnameseTfidfVectorizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
