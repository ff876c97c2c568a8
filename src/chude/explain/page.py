"""An explanation as one self-contained page."""

from markupsafe import Markup

from chude import pages
from chude.explain.ledger import how_read, ledger
from chude.explain.parts import Explained
from chude.explain.runs import Run, runs
from chude.pages.numbers import signed

_MOST_BYTES = 750_000
"""Largest size of the text with its marks, in bytes: the page stays below a megabyte for a text of any length."""


def render(explanation: Explained, title: str = "") -> str:
    """Return the page; see `Explanation.to_html`."""
    told = [evidence for evidence in explanation.evidence if evidence.terms]
    text, n_shown = _text(explanation)
    listed = [abs(term.contribution) for evidence in told for term in (*evidence.towards, *evidence.away)]
    return pages.render(
        "explanation.html.j2",
        explanation=explanation,
        title=title,
        how_read=how_read(explanation),
        ledgers=[(evidence, ledger(evidence)) for evidence in told],
        strongest=max(listed, default=1.0),
        text=text,
        n_shown=n_shown,
        n_left_out=len(explanation.text) - n_shown,
    )


def _text(explanation: Explained) -> tuple[Markup, int]:
    """Return the text with its marks, or its beginning if it is too long, and the number of characters."""
    names = [pages.attribute(evidence.topic.vi) for evidence in explanation.evidence]
    pieces, n_bytes, n_shown = list[str](), 0, 0
    for run in runs(explanation):
        piece = _piece(run, names)
        n_bytes += len(piece.encode("utf-8", "surrogatepass"))
        if n_bytes > _MOST_BYTES:
            break
        pieces.append(piece)
        n_shown += len(run.text)
    return Markup("".join(pieces)), n_shown  # noqa: S704  (each piece is escaped)


def _piece(run: Run, names: list[str]) -> str:
    content = str(pages.shown(run.text))
    if not run.known:
        content = f'<span class="unknown">{content}</span>'
    if not any(run.levels):
        return content
    levels = " ".join(f'data-{letter}="{level}"' for letter, level in zip("ab", run.levels, strict=False) if level)
    told = " · ".join(f"{name} {signed(share)}" for name, share in zip(names, run.shares, strict=True))
    return f'<mark {levels} title="{told}">{content}</mark>'
