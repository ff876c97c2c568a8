"""Code pages: single-byte encodings of Vietnamese, from the tables in `maps/`, each of which names its source."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from encodings import cp1252, cp1258
from functools import cache
from importlib.resources import files

from chude.decoding.syllables import TONE_MARKS, TONED
from chude.errors import InputError

LEGACY_ENCODINGS = ("windows-1258", "tcvn3", "vni", "viscii", "vps")
"""Encodings of Vietnamese that are not Unicode; if a text fits several equally, the first is used."""

_UNDEFINED = "\ufffe"  # codecs.charmap_decode treats it as "not assigned"
_REPLACEMENT = "\ufffd"
_MARKS = 0xE000  # bytes that only mark the letter before them are mapped here, apart from real characters


@dataclass(frozen=True, slots=True)
class CodePage:
    """One encoding: the character of each byte, and the pairs that make one character.

    Attributes
    ----------
    name : str
        One of `LEGACY_ENCODINGS`, or "windows-1252".
    chars : str
        256 characters; U+FFFE for a byte that is not assigned.
    pairs : dict of str to str
        From base character and mark to the composed character.
    pattern : re.Pattern or None
        Finds marks with the base before them; None without pairs.
    bytes_of : dict of str to bytes
        From characters to bytes.
    """

    name: str
    chars: str
    pairs: dict[str, str]
    pattern: re.Pattern[str] | None
    bytes_of: dict[str, bytes]

    def decode(self, data: bytes) -> str:
        """Decode any bytes; unassigned bytes and marks without a letter become U+FFFD."""
        text = codecs.charmap_decode(data, "replace", self.chars)[0]
        return text if self.pattern is None else self.pattern.sub(self._compose, text)

    def _compose(self, match: re.Match[str]) -> str:
        found = match[0]
        composed = self.pairs.get(found)
        if composed is not None:
            return composed
        return found if found[-1] in TONE_MARKS else found[:-1] + _REPLACEMENT

    def encode(self, text: str) -> bytes:
        """Encode a text, composed (NFC) first.

        Raises
        ------
        InputError
            If a character does not exist in the encoding.
        """
        text = unicodedata.normalize("NFC", text)
        missing = sorted(set(text).difference(self.bytes_of))
        if missing:
            raise InputError(f"{self.name} cannot write {' '.join(map(repr, missing[:10]))}: encode as utf-8 instead")
        return b"".join(map(self.bytes_of.__getitem__, text))


def _build(name: str, singles: dict[int, str], pairs: dict[str, str], marks: dict[int, str]) -> CodePage:
    chars = "".join(marks.get(byte, singles.get(byte, _UNDEFINED)) for byte in range(256))
    bytes_of = {char: bytes([byte]) for byte, char in sorted(singles.items(), reverse=True)}
    mark_bytes = {mark: bytes([byte]) for byte, mark in marks.items()}
    for pair, char in pairs.items():
        bytes_of.setdefault(char, bytes_of[pair[0]] + mark_bytes[pair[1]])
    pattern = None
    if pairs:
        bases = "".join(sorted({pair[0] for pair in pairs}))
        pattern = re.compile(f"[{bases}]?[{''.join(marks.values())}]")
    return CodePage(name, chars, pairs, pattern, bytes_of)


def _rows(name: str) -> Iterator[tuple[bytes, str]]:
    for line in files(__package__).joinpath("maps", f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            source, _, code_point = line.split("\t")
            yield bytes.fromhex(source), chr(int(code_point.removeprefix("U+"), 16))


def _from_file(name: str) -> CodePage:
    singles = {byte: chr(byte) for byte in range(128)}
    double = []
    for source, char in _rows(name):
        if len(source) == 1:
            singles[source[0]] = char
        else:
            double.append((source, char))
    marks = {source[1]: chr(_MARKS + source[1]) for source, _ in double}
    pairs = {singles[source[0]] + marks[source[1]]: char for source, char in double}
    return _build(name, singles, pairs, marks)


def _from_codec(name: str, decoding_table: str) -> CodePage:
    singles = {byte: char for byte, char in enumerate(decoding_table) if char != _UNDEFINED}
    marks = {byte: char for byte, char in singles.items() if char in TONE_MARKS}
    pairs = {letter + tone: char for char, (letter, tone) in TONED.items()} if marks else {}
    return _build(name, singles, pairs, marks)


@cache
def code_page(name: str) -> CodePage:
    """Return the code page of one of `LEGACY_ENCODINGS` or of "windows-1252", read on first use."""
    if name == "windows-1258":
        return _from_codec(name, cp1258.decoding_table)
    if name == "windows-1252":
        return _from_codec(name, cp1252.decoding_table)
    return _from_file(name)
