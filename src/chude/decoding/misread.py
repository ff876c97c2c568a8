"""Text that was decoded from a wrong encoding and saved as Unicode: its original bytes, decoded correctly.

Two cases are common in Vietnamese archives. UTF-8 decoded as windows-1252 or windows-1258 gives two or three signs for
each letter ("Viá»‡t", "Viá»‡t vĂ "); TCVN3, VNI, VISCII or VPS decoded as windows-1252 gives words of Western letters
("ViÖt", "Vieät").
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import product

from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.decoding.syllables import TONED, Evidence, evidence, is_syllable

_REPLACEMENT = "\ufffd"
_BYTES = bytes(range(256))
_LETTERS = {*TONED, *"ăâđêôơưĂÂĐÊÔƠƯ"}
# UTF-8 of two to four bytes, each byte a character; a byte without a character is U+FFFD or missing.
_CONTINUED = "[\x80-\xbf]"
_SEQUENCE = re.compile(
    f"[\xc2-\xdf]{_CONTINUED}|[\xe1-\xef]{_CONTINUED}{{2}}|\xe0[\xa0-\xbf]{_CONTINUED}|\xf0[\x90-\xbf]{_CONTINUED}{{2}}"
    f"|(?:[\xc3-\xc6]|\xe1[\xba\xbb])(?:\ufffd|(?!{_CONTINUED}))"
)
_RUN = re.compile(r"(?:[^\W\d_]|[\x80-\xff\ufffd])+")
_MOST_LOST = 3
_LONGEST_RUN = 1000  # a word has fewer characters, even with three for each letter
_SAMPLE = 4096
_CERTAIN = 0.8
_FEW = 3
# Signs that no language has inside a word; TCVN3 and VISCII decoded as windows-1252 are full of them.
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡-©«¬®-±´-¸»-¿×÷€-™]+[^\W\d_]|(?<!\w)[®§][^\W\d_]")


@dataclass(frozen=True, slots=True)
class _Reader:
    """An encoding that bytes were decoded from: from characters to bytes, each written as the Latin-1 character."""

    name: str
    bytes_of: dict[int, str]
    lost: tuple[int, ...]

    def bytes_like(self, text: str) -> str:
        """Write each character as its byte; characters that the encoding does not have are kept."""
        return text.translate(self.bytes_of)


@cache
def _reader(name: str) -> _Reader:
    chars = _BYTES.decode(name) if name == "cp850" else code_page(name).chars
    bytes_of = {ord(char): chr(byte) for byte, char in enumerate(chars) if byte > 127 and char != "\ufffe"}
    lost = tuple(byte for byte in range(128, 256) if chars[byte] == "\ufffe")
    for byte in range(
        128, 256
    ):  # Latin-1 and browsers decode the undefined bytes of windows-1252 as control characters
        bytes_of.setdefault(byte, chr(byte) if name == "windows-1252" or byte < 160 else chr(0xF700 + byte))
    return _Reader(name, bytes_of, lost)


def from_utf8(text: str, reader: str) -> str:
    """Repair UTF-8 decoded from a single-byte encoding; a letter with a lost byte is restored if only one fits.

    Parameters
    ----------
    text : str
    reader : str
        "windows-1252", which stands for Latin-1 too, "windows-1258", or "cp850" (DOS in Western Europe).

    Returns
    -------
    str
        The text with sequences of UTF-8 decoded; U+FFFD where several letters are possible because a byte is lost.
    """
    known = _reader(reader)
    like_bytes = known.bytes_like(text)
    pieces, end = [], 0
    for run in _RUN.finditer(like_bytes):
        if run.end() - run.start() <= _LONGEST_RUN and _SEQUENCE.search(run[0]) is not None:
            pieces += [text[end : run.start()], _decoded_run(run[0], text[run.start() : run.end()], known.lost)]
            end = run.end()
    return "".join([*pieces, text[end:]])


def _decoded_run(run: str, original: str, lost: tuple[int, ...]) -> str:
    """Decode a sequence of letters and signs without spaces; `original` has the characters that are not UTF-8."""
    parts: list[str | tuple[str, ...]] = []
    end = 0
    for found in _SEQUENCE.finditer(run):
        parts.append(original[end : found.start()])
        parts.append(_decoded(found[0], lost))
        end = found.end()
    parts.append(original[end:])
    open_places = [part for part in parts if isinstance(part, tuple)]
    if not open_places:
        return "".join(map(str, parts))
    return _filled(parts) or "".join(part if isinstance(part, str) else _REPLACEMENT for part in parts)


def _decoded(sequence: str, lost: tuple[int, ...]) -> str | tuple[str, ...]:
    """Decode a sequence; if one of its bytes is lost, return the Vietnamese letters that it may have been."""
    whole = sequence.removesuffix(_REPLACEMENT)
    length = 2 if whole[0] < "\xe0" else 3 if whole[0] < "\xf0" else 4
    data = whole.encode("latin-1")
    if len(whole) == length:
        return data.decode("utf-8", "replace")
    endings = (*lost, 0xA0, 0xAD) if whole == sequence else lost  # a no-break space or a soft hyphen is often lost
    letters = (data + bytes([byte]) for byte in endings if 0x80 <= byte < 0xC0)
    return tuple(letter for letter in (d.decode("utf-8", "replace") for d in letters) if letter in _LETTERS)


def _filled(parts: list[str | tuple[str, ...]]) -> str | None:
    """Return the lost letters that make every word with a gap a Vietnamese syllable, if there is exactly one way."""
    choices = [part if isinstance(part, tuple) else (part,) for part in parts]
    if sum(len(choice) > 1 for choice in choices) > _MOST_LOST:
        return None
    fitting = {word for word in map("".join, product(*choices)) if is_syllable(word) and _is_cased(word)}
    return fitting.pop() if len(fitting) == 1 else None


def _is_cased(word: str) -> bool:
    return word.islower() or word.istitle() or word.isupper()


def from_legacy(text: str) -> str | None:
    """Repair a text in a Vietnamese font encoding that was decoded as windows-1252, Latin-1 or windows-1258.

    Parameters
    ----------
    text : str

    Returns
    -------
    str or None
        The text in the encoding that makes by far the most of its words Vietnamese syllables; None if there is none.
    """
    sample = _telling_sample(text)
    before = evidence(unicodedata.normalize("NFC", sample))
    best, kept = None, before
    for reader in ("windows-1252", "windows-1258"):
        for name in LEGACY_ENCODINGS:
            if name != reader:
                found = evidence(_reread(sample, reader, name))
                if found.net > kept.net or (found.net == kept.net and found.cased > kept.cased):
                    best, kept = (reader, name), found
    if best is None or not _is_enough(before, kept, sample):
        return None
    return _reread(text, *best)


def _telling_sample(text: str) -> str:
    """Return the text from shortly before its first letter that is not ASCII."""
    start = next((i for i, char in enumerate(text) if not char.isascii()), 0)
    return text[max(0, start - 64) : start + _SAMPLE]


def _reread(text: str, reader: str, name: str) -> str:
    like_bytes = _reader(reader).bytes_like(text)
    pieces = re.split("([^\x00-\xff]+)", like_bytes)
    decode = code_page(name).decode
    decoded, at = [], 0
    for k, piece in enumerate(pieces):
        # A character of no single-byte encoding was decoded correctly, or added later.
        decoded.append(text[at : at + len(piece)] if k % 2 else decode(piece.encode("latin-1")))
        at += len(piece)
    return "".join(decoded)


def _is_enough(before: Evidence, after: Evidence, sample: str) -> bool:
    if after.share < _CERTAIN or before.share > after.share - 0.3:
        return False
    if after.valid >= _FEW:
        return True
    return after.valid == after.total > 1 and _SIGN_IN_WORD.search(sample) is not None
