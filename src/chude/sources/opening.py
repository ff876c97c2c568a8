"""Opens files: only regular ones, without waiting for a pipe; and the error of a file that cannot be read."""

import os
import stat

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
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
ARCHIVE = ".zip"


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


def too_large(limit: int) -> Unreadable:
    """Return the error of a text that has more bytes than a text may have."""
    return Unreadable(f"larger than a text may be ({limit:,} bytes; chude label --max-size allows more)")
