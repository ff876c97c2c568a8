"""Text made harmless for a page or a terminal: control characters are shown by name."""

import re
import unicodedata
from collections.abc import Iterator

from markupsafe import Markup, escape

# Controls but for tab and line ends, the marks that turn the direction of text (CVE-2021-42574), and halves of
# characters, which no file can hold. Joiners stay: emoji need them.
_TRICKS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
    r"|\r(?!\n)"
)


def visible_pieces(text: str) -> Iterator[tuple[str, bool]]:
    r"""Split a text into pieces that can be shown, and the names of single characters that cannot.

    Yields
    ------
    shown : str
        The piece of text, with ``\r\n`` as ``\n``, or the character as ``U+202E``.
    is_name : bool
    """
    if not _TRICKS.search(text):  # the case of nearly every text
        if text:
            yield text.replace("\r\n", "\n"), False
        return
    place = 0
    for found in _TRICKS.finditer(text):
        if found.start() > place:
            yield text[place : found.start()].replace("\r\n", "\n"), False
        yield f"U+{ord(found[0]):04X}", True
        place = found.end()
    if place < len(text):
        yield text[place:].replace("\r\n", "\n"), False


def shown(text: object) -> Markup:
    r"""Escape text for a page; characters that could hide text or change its direction are shown by name.

    Examples
    --------
    >>> shown('<b>"giá"</b>\u202e')
    Markup('&lt;b&gt;&#34;giá&#34;&lt;/b&gt;<span class="control">U+202E</span>')
    """
    if isinstance(text, Markup):
        return text
    shown_pieces = (
        f'<span class="control">{piece}</span>' if is_name else str(escape(piece))
        for piece, is_name in visible_pieces(str(text))
    )
    return Markup("".join(shown_pieces))  # noqa: S704  (each piece is escaped)


def visible(text: str) -> str:
    r"""Return a text for a terminal, with the names of control and direction characters in ``⟨ ⟩``.

    Examples
    --------
    >>> visible("giá\x1b[2J vàng\u202e")
    'giá⟨U+001B⟩[2J vàng⟨U+202E⟩'
    """
    return "".join(f"⟨{shown}⟩" if is_name else shown for shown, is_name in visible_pieces(text))


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: marks none, East Asian wide characters two."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
