"""An explanation on a terminal: bars, tables of terms, and the text with its evidence marked."""

import re
from collections.abc import Iterator
from itertools import zip_longest

import click

from chude.explain.ledger import how_read, ledger
from chude.explain.parts import Explained, Term, TopicEvidence
from chude.explain.runs import Run, runs
from chude.locale import _, ngettext, sentence
from chude.pages.numbers import percent, signed
from chude.pages.visible import columns, visible
from chude.topics import UNKNOWN_NAME

LEAST_LEVEL = 2
"""Weaker evidence is not marked: if everything is marked, nothing stands out."""

_LONGEST_NAME = 24
_SPACE = re.compile(r"(\s)")
_EIGHTHS = " ▏▎▍▌▋▊▉"

# Black on these colours is readable on any terminal, and most people can tell blue from orange.
_BLACK = 16
_TOWARDS = (153, 117, 75)
_AWAY = (223, 222, 215)


def render(explanation: Explained, width: int = 80, *, colour: bool = False) -> str:
    """Return an explanation as lines of text; see `Explanation.to_text`."""
    parts = [_headline(explanation, colour), *_wrapped(how_read(explanation), width), "", *_bars(explanation, width)]
    for evidence in explanation.evidence:
        if evidence.terms:
            parts += ["", *_table(evidence, width, colour)]
    parts += ["", *_wrapped(_legend(explanation, colour), width), "", *_text(explanation, width, colour)]
    return "\n".join(line.rstrip() for line in parts)


def _headline(explanation: Explained, colour: bool) -> str:
    best, *others = explanation.topics
    headline = f"{visible(best.topic.vi)} {percent(best.probability)}"
    if explanation.reason:
        headline = f"{UNKNOWN_NAME} ({sentence(explanation.reason)}): {headline}"
    headline = _strong(headline, colour)
    if not others:
        return headline
    second = f"{visible(others[0].topic.vi)} {percent(others[0].probability)}"
    return _("{best}, then {second}", best=headline, second=second)


def _strong(text: str, colour: bool) -> str:
    return click.style(text, bold=True) if colour else text


def _bars(explanation: Explained, width: int) -> Iterator[str]:
    names = [_fitted(visible(score.topic.vi), _LONGEST_NAME) for score in explanation.topics]
    widest = max(map(columns, names))
    room = max(width - widest - 13, 8)
    for name, score in zip(names, explanation.topics, strict=True):
        bar = _bar(score.probability, room)
        yield f"  {_padded(name, widest)}  {_padded(bar, room)} {percent(score.probability):>7}"


def _bar(share: float, room: int) -> str:
    whole, rest = divmod(round(share * room * 8), 8)
    return "█" * whole + _EIGHTHS[rest].strip()


def _fitted(text: str, room: int) -> str:
    if columns(text) <= room:
        return text
    while columns(text) > room - 1:
        text = text[:-1]
    return text + "…"


def _padded(text: str, room: int) -> str:
    return text + " " * (room - columns(text))


def _table(evidence: TopicEvidence, width: int, colour: bool) -> Iterator[str]:
    sums = ledger(evidence)
    name = visible(evidence.topic.vi)
    yield from _wrapped(
        _(
            "{topic}: decision value {score}, intercept {intercept}",
            topic=_strong(name, colour),
            score=signed(sums.score),
            intercept=signed(sums.intercept),
        ),
        width,
    )
    half = (width - 4) // 2
    towards = ngettext(
        "for it {sum} ({n:,} term)", "for it {sum} ({n:,} terms)", sums.n_towards, sum=signed(sums.towards)
    )
    away = ngettext(
        "against it {sum} ({n:,} term)", "against it {sum} ({n:,} terms)", sums.n_away, sum=signed(sums.away)
    )
    left, right = [towards, *_rows(evidence.towards, half)], [away, *_rows(evidence.away, half)]
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"  {_padded(one, half)}  {other}"


def _rows(terms: tuple[Term, ...], room: int) -> Iterator[str]:
    for term in terms:
        times = f" ×{len(term.spans)}" if len(term.spans) > 1 else ""
        yield f"{signed(term.contribution):>7} {_fitted(visible(term.spelling), room - 8 - len(times))}{times}"


def _legend(explanation: Explained, colour: bool) -> str:
    if not any(evidence.terms for evidence in explanation.evidence):
        return _("The text:")
    name = visible(explanation.topics[0].topic.vi)
    towards = _marked(_("for {topic}", topic=name), LEAST_LEVEL, colour)
    away = _marked(_("against {topic}", topic=name), -LEAST_LEVEL, colour)
    stronger = _("stronger evidence in stronger colour") if colour else _("stronger evidence with more signs")
    return _("The text, what speaks {towards} and {away}, {stronger}:", towards=towards, away=away, stronger=stronger)


def _marked(text: str, level: int, colour: bool) -> str:
    strength = abs(level) - LEAST_LEVEL
    if strength < 0:
        return text
    if colour:
        shade = (_TOWARDS if level > 0 else _AWAY)[strength]
        return click.style(text, fg=_BLACK, bg=shade)
    return f"[{('+' if level > 0 else '-') * (strength + 1)}{text}]"


def _text(explanation: Explained, width: int, colour: bool) -> Iterator[str]:
    """Lay out the text in lines of at most `width` columns, marks included."""
    line, used, gap = "", 0, ""
    for word in _words(explanation, colour):
        if word.isspace():
            for _ in range(word.count("\n")):
                yield line
                line, used = "", 0
            gap = "" if "\n" in word else " "
            continue
        size = columns(click.unstyle(word))
        if line and used + len(gap) + size > width:
            yield line
            line, used = word, size
        else:
            line, used = line + gap + word, used + len(gap) + size
        gap = ""
    yield line


def _words(explanation: Explained, colour: bool) -> Iterator[str]:
    """Yield spaces and the text between them; a run of several words has one pair of brackets around all of them."""
    unfinished = ""
    for run in runs(explanation):
        for piece, is_space in _split(run, colour):
            if not is_space:
                unfinished += piece
                continue
            if unfinished:
                yield unfinished
            yield piece
            unfinished = ""
    if unfinished:
        yield unfinished


def _split(run: Run, colour: bool) -> Iterator[tuple[str, bool]]:
    level = run.levels[0] if run.levels else 0
    if abs(level) >= LEAST_LEVEL:
        yield _marked(" ".join(visible(run.text).split()), level, colour), False
        return
    for piece in _SPACE.split(visible(run.text)):
        if piece:
            yield piece, piece.isspace()


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and columns(click.unstyle(f"{line} {word}")) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
