"""Files that are complete or not there: written under another name, then renamed."""

import os
from pathlib import Path
from typing import IO, Any

from chude.errors import OutputError


def put_in_place(file: IO[Any], path: str | os.PathLike[str], *, durable: bool = True) -> None:
    """Close a file and rename it to `path`, in one step: a reader sees the old file or the new one, never half of one.

    Parameters
    ----------
    file : file
        Open for writing, with its path as ``name``; on the same file system as `path`.
    path : path
        A file that is there is replaced.
    durable : bool
        Wait until the file is on the disk, so that it also survives a power failure.

    Raises
    ------
    OSError
        If the file cannot be written or renamed.
    """
    file.flush()
    if durable:
        os.fsync(file.fileno())
    file.close()
    Path(file.name).replace(path)
    if durable and os.name == "posix":
        folder = os.open(Path(path).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file that is complete or not there.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    import tempfile  # imports much, and whoever only loads a model does without

    path = Path(path)
    try:
        with tempfile.NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent, delete=False) as file:
            try:
                file.write(data)
                Path(file.name).chmod(0o644)
                put_in_place(file, path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
