"""Zip archives: each member is a text or a table."""

import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from chude.locale import N_
from chude.sources.folders import Patterns
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream, read_limited
from chude.sources.source import BATCH_BYTES, Batch, aligned, error_batch
from chude.sources.tables import is_table, part_batches
from chude.sources.textfiles import to_text

_IS_UTF8, _IS_ENCRYPTED = 0x800, 0x1
"""Flags of a member whose name is UTF-8, and of one with a password."""
_NO_ARCHIVE = (zipfile.BadZipFile, OSError, NotImplementedError, ValueError)
"""Errors of what is no archive; a ValueError where the flag says that a name is UTF-8, and it is not."""


def zip_batches(path: str, options: SourceOptions, patterns: Patterns) -> Iterator[Batch]:
    """Read the members of an archive that `patterns` select, in the bytewise order of their names."""
    try:
        archive = zipfile.ZipFile(path)
    except _NO_ARCHIVE as error:
        yield error_batch(path, f"not a zip archive ({error!s:.200})", options.keep)
        return
    with archive:
        members = wanted_members(archive, patterns)
        if not members:
            yield error_batch(path, "zip archive without a text to label", options.keep)
        batch = Batch()
        for member in members:
            if options.lines or (is_table(member.filename) and options.text is not None):
                if len(batch):
                    yield aligned(batch, options.keep)
                    batch = Batch()
                yield from _table_member(archive, member, path, options)
                continue
            _add_member(batch, archive, member, path, options)
            if batch.size > BATCH_BYTES:
                yield aligned(batch, options.keep)
                batch = Batch()
        if len(batch):
            yield aligned(batch, options.keep)


def wanted_members(
    archive: zipfile.ZipFile, patterns: Patterns, left_alone: Counter[str] | None = None
) -> list[zipfile.ZipInfo]:
    """List the members to read: no folders, no hidden files, and not the copies that macOS adds in ``__MACOSX``.

    Parameters
    ----------
    left_alone : Counter, optional
        Counts, by ending, the other members that `patterns` neither select nor exclude.
    """
    wanted = []
    for member in archive.infolist():
        member.filename = member_name(member)
        parts = member.filename.split("/")
        hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)
        is_folder = parts[-1] == ""  # ZipInfo.is_dir fails for an empty name
        if is_folder or hidden:
            continue
        if patterns.wants(member.filename, parts[-1]):
            wanted.append(member)
        elif left_alone is not None and not patterns.leaves_out(member.filename, parts[-1]):
            left_alone[os.path.splitext(parts[-1])[1].lower()] += 1
    return sorted(wanted, key=lambda member: os.fsencode(member.filename))


def count_left_alone(path: str, patterns: Patterns, left_alone: Counter[str]) -> None:
    """Count the members of an archive that are not read; of one that cannot be opened, none: its row says why."""
    with suppress(*_NO_ARCHIVE), zipfile.ZipFile(path) as archive:
        wanted_members(archive, patterns, left_alone)


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member without ``./`` before it, decoded as UTF-8 if it can be.

    A program may write the name in UTF-8 without setting the flag for it; `zipfile` then decodes it from code page 437.
    """
    name = member.filename
    if not member.flag_bits & _IS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return "/".join(part for part in name.split("/") if part != ".")


def _add_member(
    batch: Batch, archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, options: SourceOptions
) -> None:
    shown = f"{path}/{member.filename}"
    try:
        with _open_member(archive, member) as stream:
            text, encoding = to_text(read_limited(stream, options.max_size), member.filename, options)
    except Unreadable as error:
        batch.add(shown, None, "", None, str(error))
    else:
        batch.add(shown, None, text, encoding)
    batch.size += member.compress_size


def _table_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, options: SourceOptions
) -> Iterator[Batch]:
    shown = f"{path}/{member.filename}"
    try:
        stream = _open_member(archive, member)
    except Unreadable as error:
        yield error_batch(shown, str(error), options.keep)
        return
    with stream:
        yield from part_batches(stream, member.filename, shown, options)


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> RawStream:
    if member.flag_bits & _IS_ENCRYPTED:
        raise Unreadable(N_("encrypted: unpack the archive with its password first"))
    try:
        return RawStream(archive.open(member), member.filename)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile, OSError, zlib.error) as error:
        raise Unreadable(f"damaged or encrypted archive ({error!s:.200})") from None
