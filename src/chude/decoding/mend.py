"""Repair of text that was decoded wrongly and saved, and recognition of text that cannot be repaired.

Text is changed only if more of its words are Vietnamese syllables afterwards. Clean text costs only the search for a
few characters.
"""

import re
from html import unescape

from chude.decoding.misread import from_legacy, from_utf8
from chude.decoding.syllables import evidence
from chude.decoding.viqr import from_viqr, looks_like_viqr

# What "ế", "ạ", "à", "đ", "ư" and similar letters become: the first byte, and a character that can be the second.
# "ế" and "ạ" also as windows-1254, Mac OS Roman and the code pages of DOS have them.
_MANGLED = re.compile("á[º»ş]|·[∫ª]|ß[║╗]|[ÃĂÄÅÆ][\x80-\xbf‘’“”„‚†‡•…‰‹›€ƒˆ˜™š›œžŸŠŒŽ–—]")
# The same inside a word or with three signs: there they are no no-break spaces, quotation marks or dashes.
_SURELY_MANGLED = re.compile("[a-z][ÃĂÄÅÆ][\x80-\xbf]|[ÃĂÄÅÆ][\x80-\xbf‘ƒ°][a-z]|á[º»][\x80-\xbf‘’“”„‚†‡•…‰‹›€ƒˆ˜™š]")
# Letters that only Vietnamese text has: such text was decoded correctly.
_VIETNAMESE = re.compile("[ăđơưĐƠƯ\u1ea0-\u1ef9]")
# Letters as entities of HTML; other entities are not changed.
_ENTITY = re.compile(r"&(?:#(?:\d{3,5}|[xX][0-9a-fA-F]{2,4})|[AEIOUYaeiouy](?:acute|grave|tilde|circ)|ETH);")
# The letters of Unicode that were added for Vietnamese, from ạ to ỹ.
_VIETNAMESE_BLOCK = re.compile("[\u1ea0-\u1ef9]")
# Characters that ftfy gets at once. Lines end at newlines only: U+0085 is a part of a letter here, not the end of one.
# Words end at plain spaces only: a wrongly decoded "à" ends in a no-break space.
_PIECE = re.compile(r"(?s:.{1,100000}(?![^ \n])|.{1,100000})")
_LINE = re.compile(r"[^\n]{0,100000}\n|[^\n]{1,100000}")
_ROUNDS = 3
# A word that has lost a letter, or is no word of any language: "V?t", "Vi\ufffdt", "Viá»", "ViÖ®t".
_SPOILT_WORD = re.compile(
    r"[^\W\d_]\?+[^\W\d_]|\?{1,3}[^\W\d_]{1,4}\b|\b[bcdghklmnpqrstvxBCDGHKLMNPQRSTVX]{1,3}\?"
    r"|\ufffd|[ÃĂÄÅÆ][\x80-\xbf‘’“”€™]|á[º»ş]|·[∫ª]|ß[║╗]|[^\W\d_][¡-©«¬®-±´-¸»-¿×÷]{1,3}[^\W\d_]"
)
_SPOILT = 0.3
_FEWEST_WORDS = 5
_SAMPLE = 20_000


def looks_mangled(text: str) -> bool:
    """Whether a text has a sequence that is typical of wrongly decoded UTF-8; fast, and often wrong for capitals."""
    return _has_sign(text) and _MANGLED.search(text) is not None


# Searching one character is a hundred times faster than a pattern, and most texts have none of these. No loop: a
# loop takes longer than the searches in a short text.
def _has_sign(text: str) -> bool:
    """Whether `_MANGLED` may match."""
    return (
        "Ã" in text
        or "Ă" in text
        or "Ä" in text
        or "Å" in text
        or "Æ" in text
        or "º" in text
        or "»" in text
        or "·" in text
        or "║" in text
        or "╗" in text
    )


def _has_font_sign(text: str) -> bool:
    """Whether a text has a sign of VNI or TCVN3 decoded as windows-1252; clean Vietnamese has none."""
    return "ø" in text or "û" in text or "ï" in text or "ö" in text or "®" in text or "¶" in text


def may_need_mending(text: str) -> bool:
    """Whether `mended` may change a text or `is_spoilt` may refuse it; fast for clean Vietnamese text."""
    if "&" in text and _ENTITY.search(text) is not None:
        return True
    if _VIETNAMESE_BLOCK.search(text) is None:
        return not text.isascii() or looks_like_viqr(text) or "?" in text
    return looks_mangled(text) or _has_font_sign(text) or "\ufffd" in text


def mended(text: str) -> str:
    """Return the text with its wrongly decoded parts repaired, and the rest unchanged.

    It repairs UTF-8 decoded as windows-1252, Latin-1 or windows-1258 (by ftfy if it knows the encoding), TCVN3, VNI,
    VISCII and VPS decoded as one of these, VIQR, letters written as HTML entities, and combinations of them.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The same text if there is nothing to repair.
    """
    for _ in range(_ROUNDS):
        better = _mended_once(text)
        if better == text:
            break
        text = better
    return text


def is_spoilt(text: str) -> bool:
    """Whether many words of a text have lost letters, or are words of no language.

    Parameters
    ----------
    text : str
        After `mended`; the first 20,000 characters count.

    Returns
    -------
    bool
        True if there are at least five words, and three in ten are damaged.
    """
    words = text[:_SAMPLE].split()
    if len(words) < _FEWEST_WORDS:
        return False
    return sum(_SPOILT_WORD.search(word) is not None for word in words) > _SPOILT * len(words)


def _mended_once(text: str) -> str:
    if "&" in text:
        better = _ENTITY.sub(lambda entity: unescape(entity[0]), text)
        if evidence(better).valid > evidence(text).valid:
            return better
    if looks_mangled(text):
        pieces = _LINE if _VIETNAMESE.search(text) else _PIECE
        better = "".join(map(_without_utf8, pieces.findall(text)))
        if better != text:
            return better
    if _VIETNAMESE_BLOCK.search(text) is not None:
        if not _has_font_sign(text):
            return text
        return "".join(map(_without_fonts, _LINE.findall(text)))
    return _without_fonts(text)


def _without_utf8(text: str) -> str:
    """Repair wrongly decoded UTF-8, if the result is better.

    A better text has more Vietnamese syllables, or, if no letter is specific to Vietnamese, fewer wrong sequences.
    """
    if not looks_mangled(text):
        return text
    from ftfy import fix_encoding

    first = fix_encoding(text)
    if evidence(first).valid > evidence(text).valid and not looks_mangled(first):
        return first
    ways = [first, *(from_utf8(text, reader) for reader in ("windows-1252", "windows-1258", "cp850"))]
    # Of equal ones, max returns the first: the repair by ftfy. A remaining "á»" counts as a syllable and a sign.
    new = max(ways, key=lambda way: (evidence(way).valid - len(_MANGLED.findall(way)), -way.count("\ufffd")))
    if evidence(new).valid > evidence(text).valid:
        return new
    fewer = len(_SURELY_MANGLED.findall(new)) + 1 < len(_SURELY_MANGLED.findall(text))
    return ways[0] if fewer and _VIETNAMESE.search(text) is None else text


def _without_fonts(text: str) -> str:
    """Repair TCVN3, VNI, VISCII, VPS and VIQR; a line with letters that only Vietnamese has is correct."""
    if _VIETNAMESE_BLOCK.search(text) is not None:
        return text
    better = None if text.isascii() else from_legacy(text)
    if better is None and looks_like_viqr(text):
        better = from_viqr(text)
    return text if better is None else better
