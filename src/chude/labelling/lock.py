"""A lock: only one run at a time writes an output. The system releases it when the process ends for any reason."""

import os
from types import TracebackType
from typing import BinaryIO

from chude.errors import OutputError, reason


class Lock:
    """Holds a lock file as a context manager.

    Parameters
    ----------
    path : str
        The file; it is made if it does not exist, with its folder.
    busy : str
        Message of the error if another process holds the lock.
    """

    def __init__(self, path: str, busy: str) -> None:
        self._path = path
        self._busy = busy
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Lock":
        while True:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            try:
                file = open(self._path, "ab")
            except FileNotFoundError:
                continue  # the run that held the lock has just removed the folder
            try:
                _lock(file)
            except (BlockingIOError, PermissionError):
                file.close()
                raise OutputError(self._busy) from None
            except OSError as error:
                file.close()
                raise OutputError(f"{self._path} cannot be locked: {reason(error)}") from None
            if self._is_same(file):
                self._file = file
                return self
            file.close()

    def _is_same(self, file: BinaryIO) -> bool:
        """Whether the open file still has this name: the previous run may have removed it."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), os.stat(self._path))
        except FileNotFoundError:
            return False

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Release the lock. Releasing it again does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: BinaryIO) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
