"""The encoding of bytes that are not valid UTF-8. In doubt there is no answer rather than a guess."""

import re

from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.decoding.syllables import Evidence, evidence, tokens

# Lengths that are examined: the first is enough for most texts.
_WINDOWS = (1024, 1 << 16)
_BEFORE = 256
_DAMAGE = 2048
_ENOUGH_WORDS = 20
_CERTAIN = 0.9
_PLAUSIBLE = 0.5

_EXPECTED_WIDE = re.compile("[\t\n\r\f -~\xa0-\u024f\u0300-\u036f\u1e80-\u1eff\u2010-\u203f\u20ab\u20ac\ufeff]")
_WIDE_SHARE = 0.9

_HIGH_LETTERS = re.compile("[À-ÖØ-öø-ÿŠŒŽšœžŸƒ]")
_LATIN_WORD = re.compile("[A-ZÀ-ÖØ-ÞŠŒŽŸ]?[a-zß-öø-ÿšœžƒ]+|[A-ZÀ-ÖØ-ÞŠŒŽŸ]+")


def wide_encoding(data: bytes) -> str | None:
    """Detect UTF-16 and UTF-32 without a byte order mark by the Latin letters, digits and signs in the first 2 KB.

    Returns
    -------
    str or None
        "utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be", or None.
    """
    for name, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        head = data[: min(2048, len(data) - len(data) % width)]
        text = head.decode(name, "replace")
        if text and len(_EXPECTED_WIDE.findall(text)) >= _WIDE_SHARE * len(text):
            return name
    return None


def is_damaged_utf8(data: bytes, start: int, end: int) -> bool:
    """Whether invalid UTF-8 is damaged UTF-8 rather than another encoding.

    Parameters
    ----------
    data : bytes
        Not valid UTF-8.
    start, end : int
        Place of the first error, from `UnicodeDecodeError`.

    Notes
    -----
    Letters of another encoding rarely form multi-byte sequences of UTF-8: if there are more sequences than errors
    around the first error, it is UTF-8. A text that was cut within its last character ends with a part of that
    character.
    """
    window = data[max(0, start - _DAMAGE) : start + _DAMAGE]
    text = window[_continuation_bytes(window) :].decode("utf-8", "replace")
    errors = text.count("\ufffd")
    good = sum(not char.isascii() for char in text) - errors
    return good > errors or (end == len(data) and end - start > 1)


def _continuation_bytes(data: bytes) -> int:
    """Count the bytes at the start that belong to a character that begins before."""
    return next((i for i, byte in enumerate(data[:4]) if byte & 0xC0 != 0x80), 0)


def legacy_encoding(data: bytes, start: int) -> str | None:
    """Find the single-byte encoding that makes the most words Vietnamese syllables.

    Parameters
    ----------
    data : bytes
        Not UTF-8.
    start : int
        Place of the first byte that is not ASCII, or not UTF-8.

    Returns
    -------
    str or None
        One of `LEGACY_ENCODINGS`; "windows-1252" for text that is not Vietnamese but has words of a Latin alphabet;
        None if no encoding is plausible.
    """
    for size in _WINDOWS:
        window = data[max(0, start - _BEFORE) : start + size]
        name, found = _most_vietnamese(window)
        if found.total >= _ENOUGH_WORDS and found.share >= _CERTAIN:
            return name
    if found.valid and found.share >= _PLAUSIBLE:
        return name
    return "windows-1252" if _is_latin(window) else None


def _most_vietnamese(window: bytes) -> tuple[str, Evidence]:
    scored = [(name, evidence(code_page(name).decode(window))) for name in LEGACY_ENCODINGS]
    # The first of several equal ones: LEGACY_ENCODINGS is in order of preference.
    return max(scored, key=lambda pair: (pair[1].net, pair[1].cased))


def _is_latin(window: bytes) -> bool:
    """Whether bytes are words of a Latin alphabet in windows-1252."""
    text = code_page("windows-1252").decode(window)
    if text.count("\ufffd") * 100 > len(text):
        return False
    words = [word for word in tokens(text) if not word.isascii()]
    letters = sum(map(str.isalpha, text))
    odd = sum(_LATIN_WORD.fullmatch(word) is None for word in words)
    return odd * 4 <= len(words) and len(_HIGH_LETTERS.findall(text)) * 3 <= letters
