"""Reads the bytes of files of any kind: never waits for a pipe, and never reads more than a text may have."""

import gzip
import io
import os
import stat
import tempfile
import zipfile
import zlib
from typing import IO, Any

from chude.errors import reason
from chude.locale import N_

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_KINDS = (
    (stat.S_ISDIR, N_("a folder, not a file")),
    (stat.S_ISFIFO, N_("a named pipe, not a file")),
    (stat.S_ISSOCK, N_("a socket, not a file")),
    (stat.S_ISCHR, N_("a device, not a file")),
    (stat.S_ISBLK, N_("a device, not a file")),
)
COMPRESSED = (".gz", ".zst")


class Unreadable(Exception):  # noqa: N818 - a state of a file
    """A text cannot be read; the message is written to the ``error`` column."""


def open_regular(path: str) -> tuple[int, int]:
    """Open a regular file. It does not wait, even if the file is a pipe.

    Returns
    -------
    tuple of int
        Its descriptor, which the caller has to close, and its size in bytes.

    Raises
    ------
    Unreadable
        If it cannot be opened, or is not a regular file.
    """
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise Unreadable(_why_not_opened(path, error)) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise Unreadable(next((message for test, message in _KINDS if test(status.st_mode)), N_("not a regular file")))
    return descriptor, status.st_size


def _why_not_opened(path: str, error: OSError) -> str:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return N_("broken symbolic link") if os.path.islink(path) else N_(f"cannot be opened: {reason(error)}")
    except OSError:
        return N_(f"cannot be opened: {reason(error)}")
    return next((message for test, message in _KINDS if test(mode)), f"cannot be opened: {reason(error)}")


def read_file(path: str, limit: int) -> bytes:
    """Read a whole file; ``.gz`` and ``.zst`` are decompressed.

    Raises
    ------
    Unreadable
        If it cannot be read, has more than `limit` bytes, or got shorter while it was read.
    """
    if path[-4:].lower().endswith(COMPRESSED):
        with open_stream(path) as stream:
            return read_limited(stream, limit)
    descriptor, size = open_regular(path)
    try:
        if size > limit:
            raise too_large(limit)
        data = os.read(descriptor, size + 1)
        if len(data) == size:
            return data
        return _read_on(descriptor, data, size, limit)
    except OSError as error:
        raise Unreadable(f"cannot be read: {reason(error)}") from None
    finally:
        os.close(descriptor)


def _read_on(descriptor: int, data: bytes, size: int, limit: int) -> bytes:
    """Read the rest, after one call did not give all: the file grows, or the system reads in smaller pieces."""
    pieces = [data]
    length = len(data)
    while pieces[-1]:
        if length > limit:
            raise too_large(limit)
        pieces.append(os.read(descriptor, 1 << 20))
        length += len(pieces[-1])
    if length < size:
        raise Unreadable(f"got shorter while it was read ({length} of {size} bytes left)")
    return b"".join(pieces)


def too_large(limit: int) -> Unreadable:
    """Return the error of a text that has more bytes than a text may have."""
    return Unreadable(f"larger than a text may be ({limit:,} bytes; --max-size allows more)")


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
