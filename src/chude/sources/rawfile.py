"""Reads the bytes of a whole file, never more than a text may have; decompressed."""

import os

from chude.errors import reason
from chude.sources.opening import COMPRESSED, Unreadable, open_regular, too_large


def read_file(path: str, limit: int) -> bytes:
    """Read a whole file; what is compressed (`COMPRESSED`) is decompressed.

    Raises
    ------
    Unreadable
        If it cannot be read, has more than `limit` bytes, or got shorter while it was read.
    """
    if path[-4:].lower().endswith(COMPRESSED):
        from chude.sources.rawstream import open_stream, read_limited  # imports much that plain files do without

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
