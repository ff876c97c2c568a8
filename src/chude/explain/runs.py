"""The text split where its evidence changes, for views that colour it."""

from collections.abc import Iterator
from typing import NamedTuple

from chude.explain.parts import Explained, Token

THRESHOLDS = (0.1, 0.25, 0.45, 0.7)
"""Lower limits of levels 1 to 4, as shares of the strongest token of the text."""


class Run(NamedTuple):
    """A piece of text: its level, -4 (against) to 4 (for), and share for each topic, and whether its tokens are known.

    Text between tokens has no levels.
    """

    text: str
    levels: tuple[int, ...]
    shares: tuple[float, ...]
    known: bool


def runs(explanation: Explained) -> Iterator[Run]:
    """Split a text into runs; joined, they are the text.

    Neighbouring tokens of the same levels that a known term contains are one run, with the space between them:
    "cà phê", not "cà" and "phê".
    """
    text, place = explanation.text, 0
    for group, levels in _groups(explanation):
        start, stop = group[0].start, group[-1].stop
        if start > place:
            yield Run(text[place:start], (), (), True)
        shares = tuple(sum(column) for column in zip(*(token.shares for token in group), strict=True))
        yield Run(text[start:stop], levels, shares, group[0].known or group[0].linked)
        place = stop
    if place < len(text):
        yield Run(text[place:], (), (), True)


def _groups(explanation: Explained) -> Iterator[tuple[list[Token], tuple[int, ...]]]:
    strongest = max((abs(share) for token in explanation.tokens for share in token.shares), default=0.0)
    group: list[Token] = []
    levels: tuple[int, ...] = ()
    for token in explanation.tokens:
        own = tuple(_level(share, strongest) for share in token.shares)
        if group and token.linked and own == levels and "\n" not in explanation.text[group[-1].stop : token.start]:
            group.append(token)
            continue
        if group:
            yield group, levels
        group, levels = [token], own
    if group:
        yield group, levels


def _level(share: float, strongest: float) -> int:
    if not share:
        return 0
    level = sum(abs(share) >= threshold * strongest for threshold in THRESHOLDS)
    return level if share > 0 else -level
