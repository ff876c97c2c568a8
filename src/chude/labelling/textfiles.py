"""Whole files and members of zip archives, each one text."""

import os
import zipfile
import zlib
from collections.abc import Iterator

from chude.decoding import decode, decode_html
from chude.errors import DecodingError
from chude.labelling.batch import BATCH_BYTES, Batch, aligned
from chude.labelling.options import Reading
from chude.labelling.rawfile import RawStream, Unreadable, read_limited
from chude.labelling.tables import error_batch, is_table, table_batches
from chude.labelling.walk import Patterns

HTML = (".html", ".htm")


def to_text(data: bytes, name: str, reading: Reading) -> tuple[str, str]:
    """Decode a file, and extract the main text where it is a page.

    Raises
    ------
    Unreadable
        If it is no text.
    """
    page = is_page(name)
    try:
        decoded = (decode_html if page else decode)(data, encoding=reading.encoding, mend=reading.mend)
    except DecodingError as error:
        raise Unreadable(str(error)) from None
    except (ValueError, RecursionError, AssertionError) as error:
        # Parsers of pages meet everything; one they fail on must not end a run over a million.
        if not page:
            raise
        raise Unreadable(f"page that cannot be parsed ({type(error).__name__}: {error!s:.200})") from None
    return decoded.text, decoded.encoding


def is_page(name: str) -> bool:
    """Tell by its name whether a file is a page."""
    return name[-8:].lower().removesuffix(".gz").removesuffix(".zst").endswith(HTML)


def zip_batches(path: str, reading: Reading, patterns: Patterns) -> Iterator[Batch]:
    """Read the members of an archive that `patterns` want, in the bytewise order of their names."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:  # names that are no UTF-8, too
        yield error_batch(path, f"not a zip archive ({error!s:.200})", reading)
        return
    with archive:
        members = wanted_members(archive, patterns)
        if not members:
            yield error_batch(path, "zip archive without a text to label", reading)
        batch = Batch()
        for member in members:
            if reading.lines or (is_table(member.filename) and reading.text is not None):
                if len(batch):
                    yield aligned(batch, reading.keep)
                    batch = Batch()
                yield from _table_member(archive, member, path, reading)
                continue
            _add_member(batch, archive, member, path, reading)
            if batch.size > BATCH_BYTES:
                yield aligned(batch, reading.keep)
                batch = Batch()
        if len(batch):
            yield aligned(batch, reading.keep)


def wanted_members(archive: zipfile.ZipFile, patterns: Patterns) -> list[zipfile.ZipInfo]:
    """List the members to read: no folders, none hidden, nor what macOS puts beside each."""
    wanted = []
    for member in archive.infolist():
        parts = member.filename.split("/")
        hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
        is_folder = member.filename.endswith("/")  # ZipInfo.is_dir fails on a name without a letter
        if not is_folder and not hidden and patterns.wants(member.filename, parts[-1]):
            wanted.append(member)
    return sorted(wanted, key=lambda member: os.fsencode(member.filename))


def _add_member(batch: Batch, archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, reading: Reading) -> None:
    shown = f"{path}/{member.filename}"
    try:
        with _open_member(archive, member) as stream:
            text, encoding = to_text(read_limited(stream, reading.max_size), member.filename, reading)
    except Unreadable as error:
        batch.add(shown, None, "", None, str(error))
    else:
        batch.add(shown, None, text, encoding)
    batch.size += member.compress_size


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> RawStream:
    try:
        return RawStream(archive.open(member), member.filename)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile, OSError, zlib.error) as error:
        raise Unreadable(f"damaged or encrypted archive ({error!s:.200})") from None


def _table_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, reading: Reading) -> Iterator[Batch]:
    shown = f"{path}/{member.filename}"
    try:
        stream = _open_member(archive, member)
    except Unreadable as error:
        yield error_batch(shown, str(error), reading)
        return
    with stream:
        yield from table_batches(stream, member.filename, shown, reading)
