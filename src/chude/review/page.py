"""The page to review texts on: one file that needs nothing else, with a script that its own policy names."""

import base64
import hashlib
import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from chude import pages
from chude.columns import STANDS_FOR
from chude.errors import InputError
from chude.explain.runs import runs
from chude.model.topic_model import TopicModel
from chude.review.candidates import CANDIDATE_COLUMNS, Candidate, guesses

MAX_TEXTS = 2_000
"""Texts of one page: two evenings' work, and a file that every browser opens."""

MAX_CHARACTERS = 8_000
"""Characters shown of one text; a longer one is cut at a space before, and the page says so."""

_LEVEL = 2
"""Weaker evidence is not underlined: a text in which everything is underlined tells nothing."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def render(
    model: TopicModel,
    texts: Sequence[Candidate],
    title: str = "chude review",
    labels: str | None = None,
    *,
    saved: str = "reviewed.csv",
    earlier: Sequence[str] = (),
) -> str:
    """Return the page.

    Parameters
    ----------
    model : TopicModel
        Its topics are the sections to begin with.
    texts : sequence of Candidate
        In the order they are to be seen in.
    title : str
    labels : str, optional
        Table of labels that the texts are of: the page says how to put into it what was decided.
    saved : str
        Name of the file that the page saves.
    earlier : sequence of str
        Files of earlier rounds: the page says how to teach a model with them too.

    Returns
    -------
    str
        HTML. Writing it to a file never fails for what a text holds.

    Raises
    ------
    InputError
        If there are none, or more than `MAX_TEXTS`.
    """
    if not texts:
        raise InputError("no text to review")
    if len(texts) > MAX_TEXTS:
        raise InputError(f"{len(texts):,} texts are too many for one page: at most {MAX_TEXTS:,} are")
    script = pages.source("review.js")
    return pages.render(
        "review.html.j2",
        title=title,
        command=_command(labels, saved, earlier),
        teaches=labels is None,
        data=_as_json({"saved": saved, **_content(model, texts)}),
        script=Markup(script),  # noqa: S704  (a file of ours)
        script_hash="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        _=_translated,
        N_=str,
    )


def saved_by(page: str) -> str:
    """Return the name of the file that a page saves, which no page of another name saves.

    Parameters
    ----------
    page : str
        Path of the page.

    Returns
    -------
    str

    Examples
    --------
    >>> saved_by("review.html"), saved_by("rounds/second.html")
    ('reviewed.csv', 'second-reviewed.csv')
    """
    name = Path(page).stem
    return "reviewed.csv" if name == "review" else f"{name}-reviewed.csv"


def _command(labels: str | None, saved: str, earlier: Sequence[str]) -> str:
    if labels is not None:
        return shlex.join(["chude", "apply", labels, saved, "-o", "final.csv"])
    # A second round follows a first model, which the guide calls by the same name.
    replace = ["--overwrite"] if earlier else []
    return shlex.join(["chude", "adapt", *earlier, saved, "-o", "ours.safetensors", *replace])


def _translated(message: str) -> Markup:
    """Return words that the page's script puts into the reader's language."""
    return Markup("<span data-say>{}</span>").format(escape(message))


def _content(model: TopicModel, texts: Sequence[Candidate]) -> dict[str, Any]:
    columns = {slug: column for column, slug in enumerate(model.classes_.tolist())}
    shown = [
        _text(model, each, columns[slug], probability)
        for each, (slug, probability) in zip(texts, guesses(model, texts), strict=True)
    ]
    content: dict[str, Any] = {
        "columns": CANDIDATE_COLUMNS,
        "topics": [{"slug": topic.slug, "vi": topic.vi, "en": topic.en} for topic in model.topics],
        "texts": shown,
    }
    identity = hashlib.sha256(_as_json(content).encode()).hexdigest()
    return {"id": identity[:32], "messages": {"vi": pages.messages("vi")}, **content}


def _text(model: TopicModel, text: Candidate, guess: int, probability: float) -> dict[str, Any]:
    shown = shortened(text.text)
    heading = f"{text.title}\n" if text.title else ""
    return {
        "path": text.path,
        "row": text.row,
        "title": text.title,
        "pieces": _pieces(model, heading + shown, len(heading)),
        "length": len(text.text) if len(shown) < len(text.text) else None,
        "guess": guess,
        "probability": probability,
        STANDS_FOR: text.stands_for,
    }


def _pieces(model: TopicModel, text: str, start: int) -> list[tuple[str, int]]:
    """Cut a text where its evidence for the guess changes, and leave out what stands before `start`."""
    pieces: list[tuple[str, int]] = []
    place = 0
    for run in runs(model.explain(text)):
        piece = run.text[max(0, start - place) :]
        place += len(run.text)
        level = max(0, run.levels[0] - _LEVEL + 1) if run.levels else 0
        if not piece:
            continue
        if pieces and not level and not pieces[-1][1]:
            pieces[-1] = (pieces[-1][0] + piece, 0)
        else:
            pieces.append((piece, level))
    return pieces


def shortened(text: str) -> str:
    """Return the beginning of a long text, up to a space; a shorter one as it is."""
    if len(text) <= MAX_CHARACTERS:
        return text
    beginning = text[:MAX_CHARACTERS]
    cut = beginning.rsplit(None, 1)[0] if any(map(str.isspace, beginning)) else ""
    return cut or beginning


def _as_json(content: dict[str, Any]) -> Markup:
    """Write JSON that no text in it can end, as the content of a script element."""
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    written = written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Markup(_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", written))  # noqa: S704  (`<` is escaped)
