"""One run at a time on one output: a lock the system takes back when the process is gone, however it went."""

import os
from types import TracebackType
from typing import BinaryIO

from chude.errors import OutputError, reason


class Lock:
    """Holds a lock file as a context manager.

    Parameters
    ----------
    path : str
        Made where it is missing, with its folder.
    busy : str
        What to say when another process holds it.
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
                continue  # the run that held it has just removed the folder
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
        """Tell whether the file is still the one of that name, and not one the run before has just removed."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), os.stat(self._path))
        except FileNotFoundError:
            return False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Give it back; again does nothing."""
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
