"""Many small files read in one compiled call, without the GIL, into one piece of memory.

Each of a file's system calls gives the GIL away and has to get it back: two threads that read small files in Python
take longer than one.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt
from numba import config, types

from chude.compiled import borrowing
from chude.sources.batch import BATCH_BYTES

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FEW = 8
"""So few files are read before the compiled loop is loaded."""

# Functions of POSIX. `pread` refuses pipes, sockets and terminals, and so never takes anything out of one.
_open: Callable[..., int] = types.ExternalFunction("open", types.intc(types.intp, types.intc))
_pread: Callable[..., int] = types.ExternalFunction(
    "pread", types.intp(types.intc, types.intp, types.intp, types.int64)
)
_close: Callable[..., int] = types.ExternalFunction("close", types.intc(types.intc))

Bytes = npt.NDArray[np.uint8]


class Contents(Sequence[bytes]):
    """The bytes of several files, side by side in one array.

    Attributes
    ----------
    data : ndarray of uint8
    stops : ndarray of shape (n_files,), int64
        File `k` is ``data[stops[k - 1]:stops[k]]``; the first one starts at 0.
    """

    def __init__(self, data: Bytes, stops: npt.NDArray[np.int64]) -> None:
        self.data = data
        self.stops = stops

    @classmethod
    def of(cls, files: Sequence[bytes]) -> "Contents":
        """Put the bytes of files side by side."""
        return cls(np.frombuffer(b"".join(files), np.uint8), np.cumsum([0, *map(len, files)])[1:])

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Size of each file."""
        return np.diff(self.stops, prepend=0)

    def __len__(self) -> int:
        return len(self.stops)

    def __iter__(self) -> Iterator[bytes]:
        data, start = self.data.data, 0
        for stop in self.stops.tolist():
            yield bytes(data[start:stop])
            start = stop

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        k = range(len(self))[index]
        return self.data[self.stops[k - 1] if k else 0 : self.stops[k]].tobytes()


def read_small(paths: Sequence[str]) -> Contents:
    """Read files from the first one on, as many as `BATCH_BYTES` have room for.

    What is no regular file, cannot be read or is too large to be read with others comes out empty: the caller looks
    at it again, and finds out why. Where there is no POSIX or no compiler, all are empty, and so are a few files.

    Parameters
    ----------
    paths : sequence of str
        Not empty.

    Returns
    -------
    Contents
        Of at least one file.
    """
    if os.name != "posix" or config.DISABLE_JIT or len(paths) <= _FEW:  # type: ignore[attr-defined]
        return Contents(np.empty(0, np.uint8), np.zeros(len(paths), np.int64))
    names = np.frombuffer(os.fsencode("\0".join(paths)) + b"\0", np.uint8)
    data = np.empty(BATCH_BYTES, np.uint8)
    stops = np.empty(len(paths), np.int64)
    n_read = _read(names, np.flatnonzero(names == 0), _FLAGS, data, stops)
    return Contents(data, stops[:n_read])


@borrowing
def _read(names: Bytes, ends: npt.NDArray[np.int64], flags: int, data: Bytes, stops: npt.NDArray[np.int64]) -> int:
    """Read files, named by C strings that end where `ends` says, until `data` is full; return how many were read."""
    room = len(data)
    start = stop = 0
    for k in range(len(ends)):
        descriptor = _open(names.ctypes.data + start, flags)
        start = ends[k] + 1
        if descriptor >= 0:
            end, got = stop, 1
            while got > 0 and end < room:
                got = _pread(descriptor, data.ctypes.data + end, room - end, end - stop)
                end += max(got, 0)
            _close(descriptor)
            if end == room and k > 0:
                return k
            if got == 0:
                stop = end
        stops[k] = stop
    return len(ends)
