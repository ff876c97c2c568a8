"""Word documents, PDF and workbooks (the extra `documents`), read in a process of their own.

Such files come from anywhere, and their parsers meet everything: a page that never ends, a bomb of zeros, a crash in
compiled code. A process can be stopped after a time and held to an amount of memory; the run goes on.
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

from chude.decoding.content import TIME_LIMIT
from chude.decoding.magic import PDF, WORD, WORKBOOK
from chude.errors import DecodingError, MissingExtraError

_PARSERS = {WORD: ("docx", "python-docx"), PDF: ("pypdfium2", "pypdfium2"), WORKBOOK: ("openpyxl", "openpyxl")}
_HEADER = struct.Struct(">cQ")  # what a message is, and its length
_TEXT, _ROWS, _END, _ERROR = b"t", b"r", b"e", b"x"


def document_text(data: bytes, kind: str, *, time_limit: float = TIME_LIMIT) -> str:
    """Return the text of a Word document or a PDF.

    Parameters
    ----------
    data : bytes
        The whole file.
    kind : str
        `WORD` or `PDF`.
    time_limit : float
        Seconds after which the document is given up.

    Returns
    -------
    str
        Paragraphs and cells in their order, a line each; lines of a page as they are.

    Raises
    ------
    DecodingError
        The document is encrypted, damaged, a scan without text, takes too long or too much memory.
    MissingExtraError
        The library that reads it is not installed.
    """
    require_library(kind)
    with _Conversation(data, kind, time_limit) as answers:
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
        Name of a sheet and its next rows: str, int, float, bool or None a cell; dates as ISO 8601 has them.

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


def require_library(kind: str) -> None:
    """Check that the library that reads a kind of document is installed.

    Raises
    ------
    MissingExtraError
        It is not.
    """
    module, package = _PARSERS[kind]
    if find_spec(module) is None:
        raise MissingExtraError(f'{kind} needs {package}: pip install "chude[documents]"')


@dataclass(slots=True)
class _Reader:
    """A child process that reads one document after the other."""

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
        """Stop the process and forget its pipes."""
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with contextlib.suppress(OSError):  # what was left in the buffer has nowhere to go
            self.to.close()


@dataclass(slots=True)
class _Readers:
    """Processes that wait for a document; a fork has none of its parent's."""

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
        # The paths this process imports from, but not the folder it happens to run in.
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
    """One document given to a process, and the messages that come back; the process is stopped when one takes long."""

    def __init__(self, data: bytes, kind: str, time_limit: float) -> None:
        self._data, self._kind, self._limit = data, kind, time_limit
        self._reader = _READERS.take()
        self._is_late = False

    def __enter__(self) -> Iterator[tuple[bytes, bytes]]:
        self._reader.is_sound = False  # until everything was said
        return self._messages()

    def __exit__(self, *_: object) -> None:
        _READERS.give_back(self._reader)

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        name = self._kind.encode()
        is_given = False
        while True:
            timer = threading.Timer(self._limit, self._stop)
            timer.start()
            try:
                if not is_given:
                    self._send(struct.pack(">I", len(name)) + name + struct.pack(">Q", len(self._data)))
                    self._send(self._data)
                    is_given = True
                what, length = _HEADER.unpack(self._exactly(_HEADER.size))
                message = self._exactly(length)
            finally:
                timer.cancel()
            if what in (_END, _ERROR):
                self._reader.is_sound = True
                if what == _ERROR:
                    raise DecodingError(f"{self._kind}: {message.decode()}")
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
            return DecodingError(f"{self._kind} that takes longer than {self._limit:g} seconds to read")
        return DecodingError(f"{self._kind} that cannot be read: damaged, or larger in memory than a document may be")
