"""Decoding a stream in blocks of whole lines, line by line: the encoding may change within a stream."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from chude.decoding.code_pages import code_page
from chude.decoding.detect import is_damaged_utf8, legacy_encoding
from chude.decoding.syllables import evidence

_SAMPLE = 1 << 16
_UTF8 = "utf-8"
_REPLACEMENT = "\ufffd"
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


class LineDecoder:
    """Decodes whole lines of a stream that is not UTF-16 or UTF-32.

    Lines that are UTF-8 are decoded as such. The encoding of the other lines of a block is detected from all of them
    together: damaged UTF-8 or a Vietnamese encoding; if they are too short to tell, it is that of the lines before.

    Parameters
    ----------
    encoding : str
        Encoding of the start of the stream; "utf-8" for one that begins with ASCII.
    is_given : bool
        The encoding was given by the user, and is used for all lines.
    from_utf8 : callable
        Decodes UTF-8 as ``bytes.decode`` does, perhaps faster.

    Attributes
    ----------
    encoding : str
        Encoding of the lines that were yielded last.
    is_damaged : bool
        Whether some bytes could not be decoded so far.
    """

    def __init__(
        self, encoding: str, *, is_given: bool = False, from_utf8: Callable[[bytes], str] = bytes.decode
    ) -> None:
        self.encoding = encoding
        self._from_utf8 = from_utf8
        self._is_given = is_given
        self._other = None if encoding.startswith(_UTF8) else encoding
        self._first = encoding
        self.is_damaged = False
        self._has_utf8 = encoding != _UTF8 and encoding.startswith(_UTF8)

    def anew(self) -> "LineDecoder":
        """Return a new decoder with the same options."""
        return LineDecoder(self._first, is_given=self._is_given, from_utf8=self._from_utf8)

    def decode(self, block: bytes) -> Iterator[tuple[str, str]]:
        """Decode a block.

        Parameters
        ----------
        block : bytes
            Whole lines, or the end of the stream.

        Yields
        ------
        tuple of str
            Consecutive lines, and their encoding. Bytes that cannot be decoded become U+FFFD.
        """
        for name, text in self._pieces(block):
            self.encoding = name
            yield text, name

    def _pieces(self, block: bytes) -> Iterator[tuple[str, str]]:
        if self._is_given:
            yield self._first, self._decoded(block, self._first)
            return
        if self._other is None or block.isascii():
            try:
                text = self._from_utf8(block)
            except UnicodeDecodeError:
                pass
            else:
                self._has_utf8 = self._has_utf8 or not text.isascii()
                yield self._first, text
                return
        lines = _LINE.findall(block)
        are_utf8 = [self._is_utf8(line) for line in lines]
        self._has_utf8 = self._has_utf8 or not all(
            line.isascii() for line, is_utf8 in zip(lines, are_utf8, strict=True) if is_utf8
        )
        other = self._told(b"".join(line for line, is_utf8 in zip(lines, are_utf8, strict=True) if not is_utf8))
        for is_utf8, group in groupby(zip(are_utf8, lines, strict=True), lambda pair: pair[0]):
            name = other if not is_utf8 else self._first if self._first.startswith(_UTF8) else _UTF8
            yield name, self._decoded(b"".join(line for _, line in group), name)

    def _is_utf8(self, line: bytes) -> bool:
        """Whether a line is UTF-8; in a stream of another encoding, it has to have more syllables as UTF-8."""
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return False
        if self._first.startswith(_UTF8):
            return True
        return not text.isascii() and evidence(text).net > evidence(code_page(self._first).decode(line)).net

    def _told(self, lines: bytes) -> str:
        """Detect the encoding of lines that are not UTF-8, and remember it for lines that are too short to tell."""
        sample = lines[:_SAMPLE]
        if not sample or sample.isascii():
            return self._other or self._first
        start, end = _first_error(sample)
        if self._first.startswith(_UTF8) and is_damaged_utf8(sample, start, end):
            return self._first
        found = legacy_encoding(sample, start)
        if found is None or (found == "windows-1252" and (self._other or self._has_utf8)):
            return self._other or self._first
        self._other = found
        return found

    def _decoded(self, data: bytes, name: str) -> str:
        text = data.decode(errors="replace") if name.startswith(_UTF8) else code_page(name).decode(data)
        if _REPLACEMENT in text and not (name.startswith(_UTF8) and _is_utf8(data)):
            self.is_damaged = True
        return text


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _first_error(data: bytes) -> tuple[int, int]:
    """Place of the first bytes that are not UTF-8; if there are none, of the first that are not ASCII."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start, error.end
    start = next(i for i, byte in enumerate(data) if byte > 127)
    return start, start + 1
