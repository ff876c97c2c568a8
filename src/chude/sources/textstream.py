"""Decodes a stream in blocks of whole lines, so that memory does not depend on the size of the file."""

import codecs
import io
from collections.abc import Iterator

from chude.decoding import beginning_file_type, decode, no_table
from chude.decoding.line_decoder import LineDecoder
from chude.errors import DecodingError
from chude.kernels.files import decode_utf8
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream
from chude.sources.rows import repaired

_BLOCK = 1 << 20
_PIECE = 1 << 14
"""Bytes that the kernel decodes in one piece; one with a tag or a brace in it is left to Python."""
_HEAD = 1 << 16
_REPLACEMENT = "\ufffd"


class TextStream:
    """A stream of bytes, decoded in blocks of whole lines.

    The encoding is detected in the first 64 KB, and again where lines do not fit it (`LineDecoder`). Bytes that
    cannot be decoded become U+FFFD, and their rows say so (`finish_row`).

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Attributes
    ----------
    encoding : str
        Encoding of the lines that were yielded last; ``""`` if the stream is empty.

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
        self._decoder = LineDecoder(
            "utf-8" if self._wide else self.encoding, is_given=options.encoding is not None, from_utf8=decode_block
        )

    def position(self) -> int:
        """Return the bytes of the file read so far."""
        return self._stream.position()

    @property
    def is_longer_than_head(self) -> bool:
        """Whether there may be more than `head` gives."""
        return len(self._head) == _HEAD

    def head(self) -> str:
        """Decode the first 64 KB; the last character may be incomplete."""
        if self._wide:
            return self._head.decode(self.encoding, "replace").removeprefix("\ufeff")
        head = self._head.removeprefix(codecs.BOM_UTF8)
        if self.is_longer_than_head:
            head = head[: head.rfind(b"\n") + 1] or head  # the end may be cut within a character
        return "".join(text for text, _ in self._decoder.anew().decode(head))

    def finish_row(self, text: str) -> tuple[str, str, str | None]:
        """Return the text of a row, repaired if it was decoded wrongly before, its encoding, and its error."""
        is_damaged = (self._wide or self._decoder.is_damaged) and _REPLACEMENT in text
        encoding = f"{self.encoding}, damaged" if is_damaged else self.encoding
        return repaired(text, encoding, self._options)

    def blocks(self) -> Iterator[str | None]:
        """Yield blocks of whole lines, in order, and None for a line that is longer than a text may be."""
        rest, skipping = b"", False
        for piece in self._pieces():
            if skipping:
                _, newline, piece = piece.partition(b"\n")  # noqa: PLW2901
                skipping = not newline
            cut = piece.rfind(b"\n") + 1
            if cut:
                yield from self._decode(rest + piece[:cut])
                rest = piece[cut:]
            elif not skipping:
                rest += piece
                if len(rest) > self._options.max_size:
                    yield None
                    rest, skipping = b"", True
        if rest:
            yield from self._decode(rest)

    def _pieces(self) -> Iterator[bytes]:
        """Yield bytes with newlines as line ends: UTF-16 and UTF-32 become UTF-8, without a byte order mark."""
        if not self._wide:
            yield self._head.removeprefix(codecs.BOM_UTF8)
            while piece := self._stream.read(_BLOCK):
                yield piece
            return
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        text = decoder.decode(self._head).removeprefix("\ufeff")
        while text:
            yield text.encode()
            piece = self._stream.read(_BLOCK)
            text = decoder.decode(piece, final=not piece)

    def _decode(self, block: bytes) -> Iterator[str]:
        for text, name in self._decoder.decode(block):
            if not self._wide:
                self.encoding = name
            yield text


def decode_block(block: bytes) -> str:
    """Do as ``block.decode()``, mostly by the kernel, beside which other threads run."""
    pieces, start = [], 0
    while start < len(block):
        stop = block.find(b"\n", start + _PIECE) + 1 or len(block)
        pieces.append(block[start:stop])
        start = stop
    texts = decode_utf8(pieces, mend=False)
    return "".join(piece.decode() if text is None else text for piece, text in zip(pieces, texts, strict=True))


def _read_head(stream: RawStream) -> bytes:
    head = b""
    try:
        while len(head) < _HEAD and (piece := stream.read(_HEAD - len(head))):
            head += piece
    except Unreadable:  # said again when the rest is read
        if not head:
            raise
    return head


def _detected_encoding(head: bytes, options: SourceOptions) -> str:
    try:
        _, whole = codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        whole = len(head)
    try:
        decoded = decode(head[:whole], encoding=options.encoding, mend=False)
    except DecodingError as error:
        raise Unreadable(no_table(head) or str(error)) from None
    found = beginning_file_type(decoded.text)
    if found is not None:
        raise Unreadable(str(found))
    return decoded.encoding.partition(",")[0]


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
    return Unreadable(f"line longer than a text may be ({limit:,} bytes; chude label --max-size allows more)")
