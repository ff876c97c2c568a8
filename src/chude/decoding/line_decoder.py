"""Decoding a stream in blocks of whole lines, each line as what it is: an encoding may show late, or change midway."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from chude.decoding.detect import is_damaged_utf8, legacy_encoding
from chude.decoding.syllables import evidence
from chude.decoding.tables import table

_SAMPLE = 1 << 16
_UTF8 = "utf-8"
_REPLACEMENT = "\ufffd"
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


class LineDecoder:
    """Decodes whole lines of a stream that is no UTF-16 or UTF-32.

    Lines that are UTF-8 are decoded as such. The others of a block are judged together: whether they are damaged UTF-8
    or in one of the Vietnamese encodings; where they say too little, what the lines before were in counts.

    Parameters
    ----------
    encoding : str
        What the start of the stream was decoded as; "utf-8" for one that begins with ASCII.
    is_given : bool
        The encoding was named by the user, and holds for everything.
    from_utf8 : callable
        Does what ``bytes.decode`` does, perhaps faster.

    Attributes
    ----------
    encoding : str
        What the lines given last were decoded as.
    is_damaged : bool
        Whether any bytes had no meaning so far.
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
        """Return a decoder that has seen nothing yet."""
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
            Consecutive lines, and what they were decoded as. Bytes without a meaning become U+FFFD.
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
        """Whether a line is UTF-8; in a stream of another encoding it has to make more sense as UTF-8."""
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return False
        if self._first.startswith(_UTF8):
            return True
        return not text.isascii() and evidence(text).net > evidence(table(self._first).decode(line)).net

    def _told(self, lines: bytes) -> str:
        """Tell what lines are in that are not UTF-8; remember it for those that say too little."""
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
        text = data.decode(errors="replace") if name.startswith(_UTF8) else table(name).decode(data)
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
    """Where the first bytes are that are no UTF-8; the first that are not ASCII if there are none."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start, error.end
    start = next(i for i, byte in enumerate(data) if byte > 127)
    return start, start + 1
