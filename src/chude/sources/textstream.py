"""Decodes a stream in blocks of whole lines, so that memory does not depend on the size of the file."""

import codecs
import io
from collections.abc import Iterator

from chude.decoding import decode
from chude.decoding.mend import looks_mangled, mended
from chude.decoding.tables import table
from chude.errors import DecodingError
from chude.sources.options import SourceOptions
from chude.sources.rawfile import RawStream, Unreadable

_BLOCK = 1 << 20
_HEAD = 1 << 16
_REPLACEMENT = "\ufffd"


class TextStream:
    """A stream of bytes, decoded in blocks of whole lines.

    The encoding is detected in the first 64 KB and used for the whole stream. Bytes that do not fit it become U+FFFD,
    and the rows with such bytes say so (`finish_row`).

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Attributes
    ----------
    encoding : str
        Encoding of the stream; ``""`` if the stream is empty.

    Raises
    ------
    Unreadable
        If the stream is not text.
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        self._stream = stream
        self._options = options
        self._head = _read_head(stream)
        self.encoding = _detected_encoding(self._head, options) if self._head else ""
        self._wide = self.encoding.startswith(("utf-16", "utf-32"))
        self._legacy = table(self.encoding) if self.encoding and not self.encoding.startswith("utf-") else None
        self._damaged = False
        self._mangled = False

    def position(self) -> int:
        """Return the bytes of the file read so far."""
        return self._stream.position()

    def head(self) -> str:
        """Decode the first 64 KB; the last character may be incomplete."""
        if self._wide:
            return self._head.decode(self.encoding, "replace").removeprefix("\ufeff")
        return self._decode(self._head.removeprefix(codecs.BOM_UTF8))

    def finish_row(self, text: str) -> tuple[str, str]:
        """Return the text of a row, repaired if it was decoded wrongly before, and what to report as its encoding."""
        encoding = self.encoding
        if self._damaged and _REPLACEMENT in text:
            encoding += ", damaged"
        if self._mangled and looks_mangled(text):
            better = mended(text)
            if better != text:
                return better, f"{encoding}, mended"
        return text, encoding

    def blocks(self) -> Iterator[str | None]:
        """Yield blocks of whole lines, in order; None stands for a line that is longer than a text may be."""
        rest, skipping = b"", False
        for piece in self._pieces():
            if skipping:
                _, newline, piece = piece.partition(b"\n")  # noqa: PLW2901
                skipping = not newline
            cut = piece.rfind(b"\n") + 1
            if cut:
                yield self._decode(rest + piece[:cut])
                rest = piece[cut:]
            elif not skipping:
                rest += piece
                if len(rest) > self._options.max_size:
                    yield None
                    rest, skipping = b"", True
        if rest:
            yield self._decode(rest)

    def _pieces(self) -> Iterator[bytes]:
        """Yield bytes in which a line ends with one newline: UTF-16 and UTF-32 as UTF-8, without a byte order mark."""
        if not self._wide:
            yield self._head.removeprefix(codecs.BOM_UTF8)
            while piece := self._stream.read(_BLOCK):
                yield piece
            return
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        text = decoder.decode(self._head).removeprefix("\ufeff")
        while text:
            self._damaged = self._damaged or _REPLACEMENT in text
            yield text.encode()
            piece = self._stream.read(_BLOCK)
            text = decoder.decode(piece, final=not piece)

    def _decode(self, block: bytes) -> str:
        if self._legacy is not None:
            text = self._legacy.decode(block)
            self._damaged = self._damaged or _REPLACEMENT in text
            return text
        # UTF-8 that was decoded as Latin-1 before has characters whose UTF-8 begins with this byte.
        self._mangled = self._mangled or (self._options.mend and b"\xc2" in block)
        try:
            return block.decode()
        except UnicodeDecodeError:
            self._damaged = True
            return block.decode(errors="replace")


def _read_head(stream: RawStream) -> bytes:
    head = b""
    while len(head) < _HEAD and (piece := stream.read(_HEAD - len(head))):
        head += piece
    return head


def _detected_encoding(head: bytes, options: SourceOptions) -> str:
    try:
        _, whole = codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        whole = len(head)
    try:
        encoding = decode(head[:whole], encoding=options.encoding, mend=False).encoding
    except DecodingError as error:
        raise Unreadable(str(error)) from None
    return encoding.partition(",")[0]


class Lines:
    """The lines of a stream, one at a time, with their line ends. A lone carriage return ends a line, too.

    Iteration can continue after an overlong line has raised `Unreadable`.
    """

    def __init__(self, stream: TextStream, limit: int) -> None:
        self._blocks = stream.blocks()
        self._lines: Iterator[str] = iter(())
        self._limit = limit

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        while (line := next(self._lines, None)) is None:
            block = next(self._blocks)
            if block is None:
                raise too_long(self._limit)
            self._lines = iter(io.StringIO(block, newline=""))
        return line


def too_long(limit: int) -> Unreadable:
    """Return the error of a line that has more bytes than a text may have."""
    return Unreadable(f"line longer than a text may be ({limit:,} bytes; --max-size allows more)")
