"""VIQR: Vietnamese typed with the signs of a plain keyboard, ``Tie^'ng Vie^.t``, as in mails and old archives.

The mnemonics are those of RFC 1456, section 3; ``*`` for the horn is VIQR*, which Usenet used.
"""

import re
import unicodedata

from chude.decoding.syllables import is_syllable

_MODIFIERS = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_MODIFIED = {"a": "^(", "e": "^", "o": "^+*", "u": "+*"}
# An onset, vowels with their signs, a coda; a sign after a backslash stands for itself.
_SYLLABLE = re.compile(
    r"\\(?P<literal>[\^(+*'`?~.dD\\])"
    r"|(?<![^\W\d_])(?P<onset>(?!\d)[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{0,4})"
    r"(?P<vowels>(?:[aeiouyAEIOUY](?:['`?~.][\^(+*]|[\^(+*]?['`?~.]?)){1,4})(?P<coda>(?:ch|ng|nh|[cmnpt]|CH|NG|NH|[CMNPT])?)(?![^\W\d_])"
)
_VOWEL = re.compile(r"([aeiouyAEIOUY])([\^(+*'`?~.]*)")
_WORD = re.compile(r"[^\W\d_]+")
# Signs that no other text has after a vowel; a full stop, a question mark or an apostrophe may follow one.
_TELLING = re.compile(r"[aeoAEO]\^|[aA]\([a-z'`?~.]|[ouOU][+*](?![+*=])|[aeiouy][`~](?![`~])")
_LIKELY = re.compile(r"[aeouAEOU][\^(+*`~][^\s=+*]")
_DD = re.compile("[dD][dD]")
# Two vowels of which the last one may bear the tone at the end of a word; otherwise the one before does.
_OPEN_PAIRS = ("oa", "oe", "uê", "uơ", "uy")
_ENDS_SENTENCE = re.compile(r"[\"')\]]*(?:\s*\Z|\s*\n|\s+[\"'(\[]*[A-Z])")
_ENDS_LINE = re.compile(r"[\"')\]]*\s*(?:\Z|\n)")  # "So+? Y te^'" has no question mark
_MIN_SYLLABLES = 2
_MIN_SHARE = 0.25
_MAX_WRONG = 0.2
_SAMPLE = 20_000


def looks_like_viqr(text: str) -> bool:
    """Whether a text has signs after vowels as in VIQR; a fast check before `from_viqr`."""
    return ("^" in text or "+" in text or "`" in text or "~" in text or "*" in text or "(" in text) and (
        _LIKELY.search(text) is not None
    )


def from_viqr(text: str) -> str | None:
    """Read a text as VIQR.

    Parameters
    ----------
    text : str

    Returns
    -------
    str or None
        The text in composed letters (NFC); words that are no syllables are unchanged. None if too few words are
        Vietnamese syllables with signs that other texts do not have: the text is not VIQR.

    Examples
    --------
    >>> from_viqr("To^i ye^u tie^'ng nu+o+'c to^i.")
    'Tôi yêu tiếng nước tôi.'
    >>> from_viqr("f(a) = a^2 + b^2")
    """
    return _SYLLABLE.sub(_composed, text) if _is_viqr(text[:_SAMPLE]) else None


def _is_viqr(text: str) -> bool:
    good = wrong = 0
    for match in _SYLLABLE.finditer(text):
        if match["literal"] is None and (_TELLING.search(match[0]) or (_DD.match(match[0]) and len(match[0]) > 2)):
            is_good = _composed(match) != match[0]
            good += is_good
            wrong += not is_good
    words = len(_WORD.findall(text))
    return good >= _MIN_SYLLABLES and wrong <= _MAX_WRONG * good and good >= _MIN_SHARE * words / 2


def _composed(match: re.Match[str]) -> str:
    """Return the syllable; a last sign that is punctuation is kept. Return the match unchanged if it is no syllable."""
    if match["literal"] is not None:
        return match["literal"]
    vowels, coda = match["vowels"], match["coda"]
    onset = _DD.sub(lambda dd: "Đ" if dd[0][0] == "D" else "đ", match["onset"])
    last = vowels[-1] if not coda and vowels[-1] in _TONES else ""
    if not last:
        syllable = _vowels(onset, vowels) + coda
        return syllable if is_syllable(syllable) else match[0]
    with_tone, without = _vowels(onset, vowels), _vowels(onset, vowels[:-1])
    ends = _ENDS_SENTENCE if last == "." else _ENDS_LINE
    is_end = last in ".?" and ends.match(match.string, match.end()) is not None
    if is_syllable(with_tone) and _is_well_placed(onset, with_tone) and not is_end:
        return with_tone
    return without + last if is_syllable(without) else match[0]


def _vowels(onset: str, vowels: str) -> str:
    """Compose the vowels; the signs of letter and tone may come in any order."""
    letters = []
    for letter, signs in _VOWEL.findall(vowels):
        allowed = _MODIFIED.get(letter.lower(), "")
        marks = "".join(_MODIFIERS[sign] for sign in signs if sign in allowed)
        tones = "".join(_TONES.get(sign, sign) for sign in signs if sign not in allowed)
        letters.append(letter + marks + tones)
    return onset + unicodedata.normalize("NFC", "".join(letters))


def _is_well_placed(onset: str, syllable: str) -> bool:
    """Whether the tone of an open syllable may be on its last vowel."""
    plain = unicodedata.normalize("NFD", syllable[len(onset) :].lower())
    vowels = unicodedata.normalize("NFC", "".join(char for char in plain if char not in _TONES.values()))
    onset = onset.lower()
    if (onset == "q" and vowels[0] == "u") or (onset == "g" and vowels[0] == "i"):
        vowels = vowels[1:]
    return len(vowels) < 2 or vowels in _OPEN_PAIRS
