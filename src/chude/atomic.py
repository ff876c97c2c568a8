"""Files that are whole or not there."""

import os
import tempfile
from pathlib import Path

from chude.errors import OutputError


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file to a temporary name beside it, then rename it, so that a reader never sees half of one.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
