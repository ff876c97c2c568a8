"""Files that are compressed: their formats, and what reads them."""

import bz2
import gzip
import lzma
import zlib
from typing import IO, Any

from chude.decoding import binary_file_type
from chude.decoding.magic import control_share

DAMAGE = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, NotImplementedError, RuntimeError)
"""Errors of readers for files that are damaged or encrypted."""

_PACKINGS = {"gzip archive": ".gz", "bzip2 archive": ".bz2", "xz archive": ".xz", "Zstandard archive": ".zst"}
_START = 512


def packing_of(raw: IO[bytes], name: str) -> str | None:
    """Return how a file is compressed, by its first bytes, else by the ending of its name; None if it is plain.

    A file that was fetched may have been decompressed on the way, and kept its name; one that was renamed is read, too.

    Parameters
    ----------
    raw : binary file
        Not read yet.
    name : str
    """
    named = next((ending for ending in _PACKINGS.values() if name.lower().endswith(ending)), None)
    if not hasattr(raw, "peek"):
        return named
    start = raw.peek(_START)[:_START]
    file_type = binary_file_type(start)
    if file_type in _PACKINGS:
        return _PACKINGS[file_type]
    is_plain = file_type is not None or (bool(start) and not control_share(start))
    return None if is_plain else named


def decompressed(raw: IO[bytes], packing: str) -> Any:
    """Return a reader of what a file contains.

    Parameters
    ----------
    raw : binary file
    packing : {".gz", ".bz2", ".xz", ".zst"}
    """
    if packing == ".gz":
        return gzip.GzipFile(fileobj=raw)
    if packing == ".bz2":
        return bz2.BZ2File(raw)
    if packing == ".xz":
        return lzma.LZMAFile(raw)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
