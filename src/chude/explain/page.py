"""An explanation as one self-contained page."""

from markupsafe import Markup

from chude import pages
from chude.explain.ledger import how_read, ledger
from chude.explain.parts import Explained
from chude.explain.runs import Run, runs
from chude.pages.figures import signed


def render(explanation: Explained, title: str = "") -> str:
    """Return the page; see `Explanation.to_html`."""
    told = [evidence for evidence in explanation.evidence if evidence.terms]
    listed = [abs(term.contribution) for evidence in told for term in (*evidence.towards, *evidence.away)]
    return pages.render(
        "explanation.html.j2",
        explanation=explanation,
        title=title,
        how_read=how_read(explanation),
        ledgers=[(evidence, ledger(evidence)) for evidence in told],
        strongest=max(listed, default=1.0),
        text=_text(explanation),
    )


def _text(explanation: Explained) -> Markup:
    names = [pages.attribute(evidence.topic.vi) for evidence in explanation.evidence]
    return Markup("".join(_piece(run, names) for run in runs(explanation)))  # noqa: S704  (each piece is escaped)


def _piece(run: Run, names: list[str]) -> str:
    content = str(pages.shown(run.text))
    if not run.known:
        content = f'<span class="unknown">{content}</span>'
    if not any(run.levels):
        return content
    levels = " ".join(f'data-{letter}="{level}"' for letter, level in zip("ab", run.levels, strict=False) if level)
    told = " · ".join(f"{name} {signed(share)}" for name, share in zip(names, run.shares, strict=True))
    return f'<mark {levels} title="{told}">{content}</mark>'
