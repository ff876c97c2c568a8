"""The canonical spelling of a token, for people: vocabulary, evidence, `build_analyzer`.

The kernel identifies a token by its letters and tones alone. Here both are put together again: in lower case and NFC,
with the tone mark where the older convention has it (hòa, thúy), as `underthesea.text_normalize` does, and with i for y
where both spell one syllable (mĩ), as school books do.
"""

import unicodedata
from functools import lru_cache

from chude.tokenizer import letters

_VOWELS = frozenset("aăâeêioôơuưy")
_VOWELS_WITH_DIACRITICS = frozenset("ăâêôơư")
_UNACCENTED = str.maketrans(letters.VIETNAMESE_LETTERS, "aadeoou")


def _read(raw: str) -> tuple[list[str], int]:
    """Split the characters of one token into its canonical letters and the set of its tones."""
    table = letters.table()
    spelling: list[str] = []
    tones = 0
    for character in raw:
        point = ord(character)
        if point > 0xFFFF:
            point += 0x10000 - letters.MATH_START
        entry = int(table[point])
        tones |= entry & letters.TONE_BITS
        code = (entry >> letters.CODE_SHIFT) & letters.CODE_MASK
        if entry < 0:
            spelling.append(letters.letter_of(code))
        elif code:
            spelling[-1] = letters.composed(spelling[-1], code)
    return spelling, tones


def tone_place(spelling: list[str]) -> int:
    """Return the index of the letter that bears the tone in a syllable.

    The rules are those of the older convention, as taught in Vietnamese schools: on the vowel with a circumflex, breve
    or horn, the second of ươ; otherwise on the last of the vowels before a consonant, the middle one of three, the
    first of two. The u of qu and the i of gi belong to the consonant where another vowel follows.

    Parameters
    ----------
    spelling : list of str
        Canonical letters; not empty.
    """
    start = next((i for i, letter in enumerate(spelling) if letter in _VOWELS), None)
    if start is None:
        return len(spelling) - 1
    stop = start
    while stop < len(spelling) and spelling[stop] in _VOWELS:
        stop += 1
    if spelling[:2] in (["q", "u"], ["g", "i"]) and stop - start > 1:
        start += 1
    marked = [i for i in range(start, stop) if spelling[i] in _VOWELS_WITH_DIACRITICS]
    if marked:
        return marked[-1]
    if stop < len(spelling) or stop - start == 1:
        return stop - 1
    return start + 1 if stop - start == 3 else start


@lru_cache(maxsize=1 << 17)
def canonical(raw: str, diacritics: bool = True, i_for_y: bool = True) -> str:
    """Return the canonical spelling of one token.

    Parameters
    ----------
    raw : str
        The characters of a token, as in the text.
    diacritics : bool, default True
        False drops tone and diacritics ("thời" gives "thoi").
    i_for_y : bool, default True
        Write i for y where both spell one syllable, after `letters.EITHER_AFTER` ("Mỹ" gives "mĩ").

    Returns
    -------
    str

    Examples
    --------
    >>> canonical("HOÀ"), canonical("hòa"), canonical("Ðất")
    ('hòa', 'hòa', 'đất')
    >>> canonical("bác"), canonical("sỹ"), canonical("Thúy"), canonical("vy")
    ('bác', 'sĩ', 'thúy', 'vy')
    """
    spelling, tones = _read(raw)
    if i_for_y and spelling[-1:] == ["y"] and "".join(spelling[:-1]) in letters.EITHER_AFTER:
        spelling[-1] = "i"
    if not diacritics:
        return "".join(spelling).translate(_UNACCENTED)
    if not tones or not spelling:
        return "".join(spelling)
    marks = "".join(mark for bit, mark in enumerate(letters.TONE_MARKS) if tones >> bit & 1)
    place = tone_place(spelling)
    spelling[place] = unicodedata.normalize("NFC", spelling[place] + marks)
    return "".join(spelling)
