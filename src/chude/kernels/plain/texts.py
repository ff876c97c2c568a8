"""Lists of texts: whether they are such, and how they are parted for several threads."""

from typing import Any


def are_texts(values: list[Any]) -> bool:
    """Whether each value is a str, and of no class made from it."""
    return all(type(value) is str for value in values)


def chunks(texts: list[str], most_texts: int, most_characters: int) -> list[tuple[int, int]]:
    """Part texts into runs.

    Parameters
    ----------
    texts : list of str
    most_texts : int
        Texts in a run.
    most_characters : int
        A run ends with the text by which it has at least so many.

    Returns
    -------
    list of tuple of int
        Where each run starts and stops.
    """
    found, start, n_characters = [], 0, 0
    for stop, text in enumerate(texts, 1):
        n_characters += len(text)
        if n_characters >= most_characters or stop - start == most_texts or stop == len(texts):
            found.append((start, stop))
            start, n_characters = stop, 0
    return found
