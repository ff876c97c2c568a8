"""What is accepted as texts."""

from collections.abc import Iterable, Mapping


def checked(texts: Iterable[str]) -> list[str]:
    """Return texts as a list.

    Raises
    ------
    TypeError
        If given one text where several are expected, or something that is not text.
    """
    if type(texts) is not list:
        if isinstance(texts, str | bytes):
            raise TypeError(
                f"expected a list of texts, got one {type(texts).__name__}; put it in a list: [{texts[:20]!r}...]"
            )
        if getattr(texts, "ndim", 1) != 1 or isinstance(texts, Mapping):  # iterating would give names, not texts
            raise TypeError(f"expected a list of texts, got a {type(texts).__name__}; give one column of it")
    listed = list(texts)
    if set(map(type, listed)) - {str}:  # str itself is by far the most frequent, and this the fastest way to see it
        for i, text in enumerate(listed):
            if not isinstance(text, str):
                raise TypeError(f"expected texts of type str, got {type(text).__name__} at position {i}: {text!r:.60}")
    return listed
