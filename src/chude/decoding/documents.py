"""Word documents, PDF and workbooks (the extra `documents`), read in a process of their own.

Such files may be damaged or malicious: parsing one may never end, fill the memory or crash. A process can be stopped
after a time and limited in its memory, and the run continues.
"""

import atexit
import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import IO, Any

from chude.decoding.document_messages import END, ERROR, HEADER
from chude.decoding.magic import PDF, WORD, WORKBOOK
from chude.errors import DecodingError, MissingExtraError

TIME_LIMIT = 30.0
"""Seconds for one document, or for some hundred rows of a workbook."""

_PARSERS = {WORD: ("docx", "python-docx"), PDF: ("pypdfium2", "pypdfium2"), WORKBOOK: ("openpyxl", "openpyxl")}


def document_text(data: bytes, file_type: str, *, time_limit: float = TIME_LIMIT) -> str:
    """Return the text of a Word document or a PDF.

    Parameters
    ----------
    data : bytes
        The whole file.
    file_type : str
        `WORD` or `PDF`.
    time_limit : float
        Seconds after which reading is stopped.

    Returns
    -------
    str
        Paragraphs and cells in their order, each on a line; the lines of a page are kept.

    Raises
    ------
    DecodingError
        If the document is encrypted, damaged or a scan without text, or takes too long or too much memory.
    MissingExtraError
        If the library that reads it is not installed.
    """
    require_library(file_type)
    with _Conversation(data, file_type, time_limit) as answers:
        return "".join(message.decode("utf-8") for _, message in answers)


def workbook_rows(data: bytes, *, time_limit: float = TIME_LIMIT) -> Generator[tuple[str, list[list[Any]]], None, None]:
    """Read the sheets of a workbook.

    Parameters
    ----------
    data : bytes
        A whole .xlsx file.
    time_limit : float
        Seconds for some hundred rows.

    Yields
    ------
    tuple of str and list of list
        Name of a sheet and its next rows. A cell is a str, int, float, bool or None; dates are written as in ISO 8601.

    Raises
    ------
    DecodingError, MissingExtraError
        As `document_text`.
    """
    require_library(WORKBOOK)
    with _Conversation(data, WORKBOOK, time_limit) as answers:
        for _, message in answers:
            sheet, rows = json.loads(message)
            yield sheet, rows


def require_library(file_type: str) -> None:
    """Check that the library that reads a type of document is installed.

    Raises
    ------
    MissingExtraError
        If it is not.
    """
    module, package = _PARSERS[file_type]
    if find_spec(module) is None:
        raise MissingExtraError(f'{file_type} needs {package}: pip install "chude[documents]"')


@dataclass(slots=True)
class _Reader:
    """A child process that reads one document after another."""

    process: "subprocess.Popen[bytes]"
    is_sound: bool = True

    @property
    def to(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def answers(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def end(self) -> None:
        """Stop the process and close its pipes."""
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with contextlib.suppress(OSError):  # the rest of the buffer cannot be written
            self.to.close()


@dataclass(slots=True)
class _Readers:
    """Processes that wait for a document; a forked process does not use those of its parent."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: dict[int, list[_Reader]] = field(default_factory=dict)

    def take(self) -> _Reader:
        with self.lock:
            mine = self.waiting.setdefault(os.getpid(), [])
            while mine:
                reader = mine.pop()
                if reader.process.poll() is None:
                    return reader
                reader.end()
        # The import paths of this process, without the current folder.
        paths = os.pathsep.join(path for path in sys.path if path)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "chude.decoding.extracting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )
        return _Reader(process)

    def give_back(self, reader: _Reader) -> None:
        if reader.is_sound and reader.process.poll() is None:
            with self.lock:
                self.waiting.setdefault(os.getpid(), []).append(reader)
        else:
            reader.end()

    def end_all(self) -> None:
        with self.lock:
            for reader in self.waiting.pop(os.getpid(), []):
                reader.end()


_READERS = _Readers()
atexit.register(_READERS.end_all)


class _Conversation:
    """One document sent to a process, and the messages that it returns; a process that takes too long is stopped."""

    def __init__(self, data: bytes, file_type: str, time_limit: float) -> None:
        self._data, self._file_type, self._limit = data, file_type, time_limit
        self._reader = _READERS.take()
        self._is_late = False

    def __enter__(self) -> Iterator[tuple[bytes, bytes]]:
        self._reader.is_sound = False  # until the last message
        return self._messages()

    def __exit__(self, *_: object) -> None:
        _READERS.give_back(self._reader)

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        name = self._file_type.encode()
        is_given = False
        while True:
            timer = threading.Timer(self._limit, self._stop)
            timer.start()
            try:
                if not is_given:
                    self._send(struct.pack(">I", len(name)) + name + struct.pack(">Q", len(self._data)))
                    self._send(self._data)
                    is_given = True
                what, length = HEADER.unpack(self._exactly(HEADER.size))
                message = self._exactly(length)
            finally:
                timer.cancel()
            if what in (END, ERROR):
                self._reader.is_sound = True
                if what == ERROR:
                    raise DecodingError(f"{self._file_type}: {message.decode()}")
                return
            yield what, message

    def _stop(self) -> None:
        self._is_late = True
        self._reader.process.kill()

    def _send(self, data: bytes) -> None:
        try:
            self._reader.to.write(data)
            self._reader.to.flush()
        except OSError:
            raise self._failure() from None

    def _exactly(self, size: int) -> bytes:
        data = self._reader.answers.read(size)
        if len(data) < size:
            raise self._failure()
        return data

    def _failure(self) -> DecodingError:
        if self._is_late:
            return DecodingError(f"{self._file_type} that takes longer than {self._limit:g} seconds to read")
        return DecodingError(
            f"{self._file_type} that cannot be read: damaged, or larger in memory than a document may be"
        )
