"""Files that are read in pieces: decompressed, and where a reader has to go back, seekable."""

import io
import os
import tempfile
import zipfile
from typing import IO, Any

from chude.errors import reason
from chude.sources.compression import DAMAGE, decompressed, packing_of
from chude.sources.opening import Unreadable, open_regular, too_large

_SMALL = 1 << 16
"""Bytes that are asked for at a time of a stream that gives nothing of a piece with damage in it."""


def open_stream(path: str) -> "RawStream":
    """Open a file to read it in pieces, decompressed.

    Raises
    ------
    Unreadable
        If it cannot be opened, or is not a regular file.
    """
    descriptor, _ = open_regular(path)
    return RawStream(os.fdopen(descriptor, "rb"), path)


class RawStream:
    """A file that is read in pieces. It is decompressed, and knows how much of the file is read.

    Parameters
    ----------
    raw : binary file
        Closed with the stream.
    name : str
        Name of the file, which tells how it is compressed if its first bytes do not.
    """

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self._raw = raw
        self._copy: IO[bytes] | None = None
        self._has_ended = False
        self._damage: Unreadable | None = None
        self._ahead = b""
        packing = packing_of(raw, name)
        self._stream: Any = raw if packing is None else decompressed(raw, packing)

    def __enter__(self) -> "RawStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._raw.close()
        if self._copy is not None:
            self._copy.close()

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes; returns none at the end.

        Raises
        ------
        Unreadable
            If the file is damaged, once everything before the damage has been read.
        """
        if self._ahead:
            ahead, self._ahead = self._ahead[:size], self._ahead[size:]
            return ahead
        if self._damage is not None:
            raise self._damage
        if self._has_ended:
            return b""
        if isinstance(self._stream, io.BufferedReader):
            data = self._some(size)
            # A buffered file gives less than was asked for at its end only. A terminal must not be read again then:
            # that would wait for another Ctrl-D.
            self._has_ended = len(data) < size
            return data
        pieces, length = list[bytes](), 0
        while length < size:
            try:
                piece = self._some(size - length)
            except Unreadable as error:
                self._damage = error
                if not length:
                    raise
                break
            if not piece:
                break
            pieces.append(piece)
            length += len(piece)
        return b"".join(pieces)

    def _some(self, size: int) -> bytes:
        try:
            if isinstance(self._stream, io.BufferedReader):
                return self._stream.read(size)
            if hasattr(self._stream, "read1"):
                return bytes(self._stream.read1(size))
            return bytes(self._stream.read(min(size, _SMALL)))
        except (*DAMAGE, zipfile.BadZipFile) as error:
            raise Unreadable(f"damaged or encrypted archive ({error!s:.200})") from None
        except OSError as error:
            message = reason(error)
            is_damage = "ZSTD" in message.upper() or "compressed stream" in message  # pyarrow raises this for both
            raise Unreadable(f"damaged archive ({message})" if is_damage else f"cannot be read: {message}") from None

    def start(self) -> bytes:
        """Return the first bytes, without reading past them; call it before `read`.

        Raises
        ------
        Unreadable
            If the file is damaged there.
        """
        if isinstance(self._stream, io.BufferedReader):
            return self._stream.peek(1)
        self._ahead = self._ahead or self._some(_SMALL)
        return self._ahead

    def position(self) -> int:
        """Return the bytes of the file read so far; 0 if that is not known."""
        try:
            return self._raw.tell()
        except (OSError, ValueError):  # a pipe, or closed
            return 0

    def seekable(self) -> IO[bytes]:
        """Return a seekable file with the same bytes: the file itself, or a temporary copy.

        Raises
        ------
        Unreadable
            If the file is damaged.
        """
        # A member of an archive is seekable too, but reads everything again to go back.
        is_plain = self._stream is self._raw and not isinstance(self._raw, zipfile.ZipExtFile)
        if is_plain and self._raw.seekable() and not self._ahead:
            raw: IO[bytes] = self._raw
            return raw
        copy = self._copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the stream
        while piece := self.read(1 << 20):
            copy.write(piece)
        copy.seek(0)
        return copy


def read_limited(stream: RawStream, limit: int) -> bytes:
    """Read all of a stream.

    Raises
    ------
    Unreadable
        If it has more than `limit` bytes, or is damaged.
    """
    gathered = io.BytesIO()
    while piece := stream.read(1 << 20):
        gathered.write(piece)
        if gathered.tell() > limit:
            raise too_large(limit)
    return gathered.getvalue()
