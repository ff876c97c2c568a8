"""The forms in which news comes: whole articles, passages of them, standfirsts and headlines."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_LONG = 600
"""Characters of an article that passages are cut from, and that counts as whole."""

_PASSAGE = (20, 160)
"""Shortest and longest passage, in syllables; their logarithm is uniform."""

_SHORTEST = 8
"""Syllables of the shortest text, as in the corpus of kinds."""

Make = Callable[[str, str, np.random.Generator], str]


def _whole(title: str, body: str, _: np.random.Generator) -> str:
    return _joined(title, body) if len(body) > _LONG else ""


def _passage(_: str, body: str, random: np.random.Generator) -> str:
    sentences = _SENTENCES.split(body)
    if len(body) <= _LONG or len(sentences) < 4:
        return ""
    length = np.exp(random.uniform(*np.log(_PASSAGE)))
    passage: list[str] = []
    for sentence in sentences[random.integers(1, len(sentences) - 1) :]:
        passage.append(sentence)
        if n_syllables(" ".join(passage)) >= length:
            break
    return " ".join(passage)


def _standfirst(title: str, body: str, random: np.random.Generator) -> str:
    """Return the standfirst, every other time with the headline; of an article, its first sentence or two."""
    first, *more = _SENTENCES.split(body.strip())
    if n_syllables(first) < _PASSAGE[0] and more:
        first = f"{first} {more[0]}"
    lead = body if len(body) <= _LONG else first
    return _joined(title if random.random() < 0.5 else "", lead) if n_syllables(lead) < 100 else ""


def _headline(title: str, body: str, _: np.random.Generator) -> str:
    return title or (body if len(body) < _LONG else "")


FORMS: dict[str, Make] = {"whole": _whole, "passage": _passage, "standfirst": _standfirst, "headline": _headline}
"""What makes a text of a form from the title and the body of a row; empty where the row has no such text."""

OF_CORPUS = {
    "article": ("whole", "passage", "standfirst", "headline"),
    "summary": ("standfirst", "headline"),
    "headline": ("headline",),
}
"""The forms that rows of a corpus can take, by the ``kind`` of the corpus."""


def in_forms(frame: pd.DataFrame, most: int, seed: int = 0) -> pd.DataFrame:
    """Return news in every form, balanced over publishers and topics.

    Parameters
    ----------
    frame : DataFrame
        Columns ``title``, ``text`` (the body), ``topic``, ``source`` (the publisher) and ``kind`` (of the corpus).
    most : int
        Of each publisher, topic and form.
    seed : int

    Returns
    -------
    DataFrame
        Columns ``text``, ``source``, ``form``.
    """
    random = np.random.default_rng(seed)
    shuffled = frame.sample(frac=1, random_state=seed)
    rows = [row for form in FORMS for row in _of_form(shuffled, form, most, random)]
    return pd.DataFrame(rows, columns=["text", "source", "form"])


def _of_form(frame: pd.DataFrame, form: str, most: int, random: np.random.Generator) -> Iterator[tuple[str, str, str]]:
    fit = frame[[form in OF_CORPUS.get(kind, ()) for kind in frame["kind"]]]
    for (source, _), rows in fit.groupby(["source", "topic"], sort=True):
        made = 0
        for title, body in zip(rows["title"], rows["text"], strict=True):
            text = FORMS[form](title, body, random)
            if n_syllables(text) >= _SHORTEST:
                made += 1
                yield text, str(source), form
            if made == most:
                break


def n_syllables(text: str) -> int:
    """Count what blanks part."""
    return len(text.split())


def _joined(title: str, body: str) -> str:
    return f"{title}\n{body}" if title else body
