"""Putting right UTF-8 that was once read as windows-1252 or Latin-1: a step of its own, by ftfy."""

import re

from chude.decoding.syllables import evidence

# What "ế", "ạ", "à", "đ", "ư" and their like become: the first byte of each, and a character that can be the second.
_MANGLED = re.compile("á[º»]|[ÃÄÅÆ][\x80-\xbf‘’“”„‚†‡•…‰‹›€ƒˆ˜™š›œžŸŠŒŽ–—]")
# Letters only Vietnamese text has; where they stand, someone has read the text rightly.
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_LONGEST = 100_000


def looks_mangled(text: str) -> bool:
    """Whether a text has a sequence typical of UTF-8 read wrongly; cheap, and often wrong on capitals."""
    return _MANGLED.search(text) is not None


def mended(text: str) -> str:
    """Return the text with each mangled line put right; lines that are good as they are stay untouched.

    ftfy's `fix_encoding` alone, line by line: its other repairs (quotes, widths, ligatures, entities) would change good
    text. A mending counts only if it leaves more Vietnamese syllables than it found, or, in a line with no letter that
    only Vietnamese has, fewer mangled sequences.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The same text where there is nothing to mend.
    """
    from ftfy import TextFixerConfig, fix_encoding

    config = TextFixerConfig()
    pieces = []
    for line in text.splitlines(keepends=True):
        for at in range(0, len(line), _LONGEST):
            piece = line[at : at + _LONGEST]
            if looks_mangled(piece):
                better = fix_encoding(piece, config)
                piece = better if _is_better(better, piece) else piece
            pieces.append(piece)
    return "".join(pieces)


def _is_better(new: str, old: str) -> bool:
    if evidence(new).valid > evidence(old).valid:
        return True
    return _VIETNAMESE.search(old) is None and len(_MANGLED.findall(new)) < len(_MANGLED.findall(old))
