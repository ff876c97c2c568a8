"""Putting right UTF-8 that was once read as windows-1252 or Latin-1: a step of its own, by ftfy."""

import re

from chude.decoding.syllables import evidence

# What "ế", "ạ", "à", "đ", "ư" and their like become: the first byte of each, and a character that can be the second.
_MANGLED = re.compile("á[º»]|[ÃÄÅÆ][\x80-\xbf‘’“”„‚†‡•…‰‹›€ƒˆ˜™š›œžŸŠŒŽ–—]")
_SIGNS = "ÃÄÅÆº»"  # no match without one of them
# Letters only Vietnamese text has; where they stand, someone has read the text rightly.
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
# As much as ftfy should take at once. Lines end at newlines only: U+0085 is a mangled letter here, not the end of one.
# Neither are other spaces than the plain one: "à" mangled ends in a no-break space.
_PIECE = re.compile(r"(?s:.{1,100000}(?![^ \n])|.{1,100000})")
_LINE = re.compile(r"[^\n]{0,100000}\n|[^\n]{1,100000}")


def looks_mangled(text: str) -> bool:
    """Whether a text has a sequence typical of UTF-8 read wrongly; cheap, and often wrong on capitals."""
    # Finding one character is a hundred times faster than a pattern, and most texts have none of these.
    return any(sign in text for sign in _SIGNS) and _MANGLED.search(text) is not None


def mended(text: str) -> str:
    """Return the text with what is mangled put right; what is good as it is stays untouched.

    ftfy's `fix_encoding` alone: its other repairs (quotes, widths, ligatures, entities) would change good text. It sees
    the whole text, since a short line tells it too little; line by line where some of the text is good already.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The same text where there is nothing to mend.
    """
    pieces = _LINE if _VIETNAMESE.search(text) else _PIECE
    return "".join(map(_mended_piece, pieces.findall(text)))


def _mended_piece(text: str) -> str:
    """Let ftfy mend; keep the result only if it is better by what Vietnamese looks like.

    Better is more Vietnamese syllables, or, where no letter is one only Vietnamese has, fewer mangled sequences.
    """
    if not looks_mangled(text):
        return text
    from ftfy import fix_encoding

    new = fix_encoding(text)
    if evidence(new).valid > evidence(text).valid:
        return new
    fewer = len(_MANGLED.findall(new)) < len(_MANGLED.findall(text))
    return new if fewer and _VIETNAMESE.search(text) is None else text
