"""Many small files looked at, read, and decoded where they are plain UTF-8.

Compiled, all of it works without the GIL: each system call of a file gives it away and has to get it back, so that two
threads that read small files in Python take longer than one.
"""

import os
import re
from pathlib import Path

# A superset of what `chude.decoding.mend.may_need_mending` looks for, that is told by a byte and the two before it:
# what letters begin with as HTML writes them, signs of fonts, and UTF-8 that was read wrongly.
_ODD = re.compile(
    "&#|&[AEIOUYaeiouy][agtc]|&ET|[øûïö®¶\ufffd]|[ÃĂÄÅÆ][\x80-\xbf\u0140-\u01bf\u02c0-\u02ff\u2000-\u2fff]"
    "|á[\x80-\xbf\u0140-\u017f]|·[\x80-\xbf\u2000-\u2fff]|ß[\u2000-\u2fff]"
)
_VIETNAMESE_BLOCK = re.compile("[\u1ea0-\u1ef9]")
_MARKUP = re.compile("[<{=]")
# A subset of what `chude.decoding.prose.begins_unlike_prose` lets pass, that is told by the first word.
_FIRST_WORD = re.compile(
    rb"(?![\[{<#\\%\"/.-]|(?i:alter|begin|commit|copy|create|delete|diff|drop|from|import|index|insert|lock|msgid|package"
    rb"|pragma|select|set|start|traceback|update|use|using|version|http/|warc/)"
    rb"|\d{4}[-/]|[0-9a-fA-F.]{3,} |[A-Z][a-z]{2} [ \d]\d)[^\s:]{1,59} "
)
_FIRST_CELL = 121


def sizes_and_times(paths: list[str]) -> tuple[list[int], list[int | None]]:
    """Return the size of each file in bytes and when it was changed, in nanoseconds since 1970.

    They are 0 and None where that is not known.
    """
    sizes: list[int] = []
    times: list[int | None] = []
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - an empty name is a folder for pathlib
        except (OSError, ValueError):  # a path that cannot be encoded is a ValueError
            sizes.append(0)
            times.append(None)
        else:
            sizes.append(status.st_size)
            times.append(status.st_mtime_ns)
    return sizes, times


def read_files(paths: list[str], max_size: int, room: int) -> list[bytes | None]:
    """Read files from the first one on, until they have `room` bytes or more.

    Parameters
    ----------
    paths : list of str
    max_size, room : int
        Bytes.

    Returns
    -------
    list of bytes or None
        Of at least one file, where there is one. None where it is no regular file, cannot be read, or has more than
        `max_size` bytes.
    """
    contents: list[bytes | None] = []
    for path in map(Path, paths):
        try:
            is_wanted = path.is_file() and path.stat().st_size <= max_size
            contents.append(path.read_bytes() if is_wanted else None)
        except (OSError, ValueError):  # a path that cannot be encoded is a ValueError
            contents.append(None)
        room -= len(contents[-1] or b"")
        if room <= 0:
            break
    return contents


def read_texts(
    paths: list[str], max_size: int, room: int, mend: bool
) -> tuple[list[str | None], list[bytes | None], list[int]]:
    """Read files as `read_files` does, and decode those that are plain prose.

    Parameters
    ----------
    paths : list of str
    max_size, room : int
        Bytes.
    mend : bool
        As for `decode_utf8`.

    Returns
    -------
    texts : list of str or None
        As `decode_utf8` returns them; None also where a file does not begin as prose does, with a word and a space.
    contents : list of bytes or None
        As `read_files` returns them; None also where there is a text.
    sizes : list of int
        Bytes of each file; 0 where it was not read.
    """
    contents = read_files(paths, max_size, room)
    texts = [_decoded(data, mend) if data is not None and _begins_as_prose(data) else None for data in contents]
    rest = [data if text is None else None for data, text in zip(contents, texts, strict=True)]
    return texts, rest, [len(data or b"") for data in contents]


def _begins_as_prose(data: bytes) -> bool:
    start = len(data) - len(data.lstrip(b" \r\n"))
    return _FIRST_WORD.match(data, start) is not None and b"\t" not in data[start : start + _FIRST_CELL]


def decode_utf8(contents: list[bytes], mend: bool) -> list[str | None]:
    """Decode what is plain UTF-8, in which nothing but its beginning may show that it is no prose.

    Parameters
    ----------
    contents : list of bytes
    mend : bool
        Whether a text must also be one that nobody would take for a text that was decoded wrongly before: it has one of
        the letters U+1EA0 to U+1EF9, and nothing that is typical of such texts.

    Returns
    -------
    list of str or None
        None where the bytes are not UTF-8, have a NUL or one of ``< { =``, begin with a byte order mark, or where all
        characters are below U+0100 or some are above U+FFFF.
    """
    return [_decoded(data, mend) for data in contents]


def _decoded(data: bytes, mend: bool) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if "\0" in text or text.startswith("\ufeff") or not "\xff" < max(text, default="") <= "\uffff":
        return None
    if _MARKUP.search(text) or (mend and (_ODD.search(text) or not _VIETNAMESE_BLOCK.search(text))):
        return None
    return text
