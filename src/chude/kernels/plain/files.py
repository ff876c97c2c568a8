"""Many small files to bytes, and to str where they are plain UTF-8.

Compiled, both work without the GIL: each system call of a file gives it away and has to get it back, so that two
threads that read small files in Python take longer than one.
"""

from pathlib import Path

_SIGNS = "ÃÄÅÆº»"
"""What UTF-8 that was read as windows-1252 has, with others that UTF-8 writes with the byte C2."""


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


def decode_utf8(contents: list[bytes], allow_signs: bool) -> list[str | None]:
    """Decode what is plain UTF-8.

    Parameters
    ----------
    contents : list of bytes
    allow_signs : bool
        Whether a text may have both the byte C2 and one of ``Ã Ä Å Æ º »``: it may be UTF-8 that was read wrongly.

    Returns
    -------
    list of str or None
        None where the bytes are not UTF-8, have a NUL, begin with a byte order mark or with ``<``, or where all
        characters are below U+0100 or some are above U+FFFF.
    """
    return [_decoded(data, allow_signs) for data in contents]


def _decoded(data: bytes, allow_signs: bool) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if "\0" in text or text.startswith(("\ufeff", "<")) or not "\xff" < max(text, default="") <= "\uffff":
        return None
    has_signs = b"\xc2" in data and any(sign in text for sign in _SIGNS)
    return None if has_signs and not allow_signs else text
