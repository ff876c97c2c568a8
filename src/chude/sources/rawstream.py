"""Files that are read in pieces: decompressed, and where a reader has to go back, seekable."""

import gzip
import io
import os
import tempfile
import zipfile
import zlib
from typing import IO, Any

from chude.errors import reason
from chude.sources.rawfile import Unreadable, open_regular, too_large


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
    """A file that is read in pieces. It is decompressed if its name says so, and knows how much of the file is read.

    Parameters
    ----------
    raw : binary file
        Closed with the stream.
    name : str
        Name of the file; one that ends in ``.gz`` or ``.zst`` is decompressed.
    """

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self._raw = raw
        self._stream: Any = raw
        self._copy: IO[bytes] | None = None
        self._has_ended = False
        if name.lower().endswith(".gz"):
            self._stream = gzip.GzipFile(fileobj=raw)
        elif name.lower().endswith(".zst"):
            import pyarrow as pa

            self._stream = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")

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
            If the file is damaged.
        """
        if self._has_ended:
            return b""
        try:
            data: bytes = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise Unreadable(f"damaged or encrypted archive ({error!s:.200})") from None
        except OSError as error:
            message = reason(error)
            raise Unreadable(
                f"damaged archive ({message})" if "ZSTD" in message.upper() else f"cannot be read: {message}"
            ) from None
        # A buffered file gives less than was asked for at its end only. A terminal must not be read again then: that
        # would wait for another Ctrl-D.
        self._has_ended = isinstance(self._stream, io.BufferedReader) and len(data) < size
        return data

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
        if is_plain and self._raw.seekable():
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
