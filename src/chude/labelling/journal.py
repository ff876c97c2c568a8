"""What an unfinished run keeps beside its output, so that it can be resumed after any interruption.

The folder ``OUT.chude-run`` holds the lock, the manifest (what was asked for), the body (the output so far) and the
state (how much of the body is complete, and its counts). The state is written in one step after the body has reached
the disk. If the body is longer than the state says when a run is resumed, the rest is cut off.
"""

import contextlib
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from chude.atomic import put_in_place
from chude.errors import InputError, OutputError, reason
from chude.labelling.lock import Lock
from chude.labelling.manifest import Manifest
from chude.labelling.progress import LABELLED, LABELLING, PUBLISHED, State, Tally
from chude.locale import N_
from chude.sinks.sink import RewritingSink, Sink
from chude.sources.folders import JOURNAL_SUFFIX

LOCK, MANIFEST = "lock", "manifest.json"
_SHORTEST_INTERVAL = 0.25
_CHECKPOINT_SHARE = 0.05


class Journal:
    """The folder of an unfinished run, locked by this process.

    A context manager: at its end the lock is released, and a folder in which no run was begun is removed.

    Parameters
    ----------
    out : str
        Real path of the output.
    sink : Sink

    Raises
    ------
    OutputError
        If another run has locked it, or the folder cannot be made.
    """

    def __init__(self, out: str, sink: Sink) -> None:
        self.out = out
        self.folder = out + JOURNAL_SUFFIX
        self.state = State()
        self._sink = sink
        self._lock = Lock(self._path(LOCK), f"another run is writing {out} now; wait for it, or choose another output")
        self._body: BinaryIO | None = None
        self._is_whole = True
        self._began = self._last = time.monotonic()
        self._cost = 0.0

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def __enter__(self) -> "Journal":
        if not os.path.isdir(os.path.dirname(self.out)):
            raise InputError(f"there is no folder {os.path.dirname(self.out)} to write {os.path.basename(self.out)} in")
        if os.path.isdir(self.out):
            raise InputError(f"{self.out} is a folder; name a file in it")
        with self._writing():
            self._lock.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._body is not None:
            with contextlib.suppress(OSError):  # a full disk, reported before
                self._body.close()
        if not os.path.exists(self._path(MANIFEST)):
            self.discard()
        self._lock.release()

    def manifest(self) -> Manifest | None:
        """Return what an unfinished run was asked for; None if there is no unfinished run."""
        try:
            with open(self._path(MANIFEST), "rb") as file:
                return Manifest.from_json(file.read())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise OutputError(f"{self.folder} is damaged ({error}); start over with --restart") from None

    def begin(self, manifest: Manifest) -> None:
        """Begin a new run."""
        with self._writing():
            left = set(os.listdir(self.folder)) - {LOCK, MANIFEST}
            for name in (MANIFEST, *left):  # without a manifest, the others count as nothing
                with contextlib.suppress(FileNotFoundError):
                    os.remove(self._path(name))
            self._body = open(self._path("body"), "w+b")  # noqa: SIM115 - open as long as the run
            self.state = State()
            self._append(self._sink.header)
            self._write(MANIFEST, manifest.to_json())

    def resume(self) -> None:
        """Continue from the last state that was written.

        Raises
        ------
        OutputError
            If the body is not what the state says.
        """
        try:
            with open(self._path("state.json"), encoding="utf-8") as file:
                saved = json.load(file)
        except FileNotFoundError:
            saved = None
        except (OSError, ValueError) as error:
            raise OutputError(f"{self.folder} is damaged ({error}); start over with --restart") from None
        with self._writing():
            if saved is None:
                self._body = open(self._path("body"), "w+b")  # noqa: SIM115
                self._append(self._sink.header)
                return
            self.state = State.from_dict(saved)
            if self.state.stage == PUBLISHED or self._was_just_published():
                self.state.stage = PUBLISHED
                return
            self._open_body()

    def _was_just_published(self) -> bool:
        is_moved = self.state.stage == LABELLED and not os.path.exists(self._path("body"))
        return is_moved and os.path.exists(self.out) and os.path.getsize(self.out) == self.state.size

    def _open_body(self) -> None:
        try:
            self._body = open(self._path("body"), "r+b")  # noqa: SIM115
        except FileNotFoundError:
            raise OutputError(f"{self.folder} has lost its body; start over with --restart") from None
        crc, left = 0, self.state.size
        while left and (piece := self._body.read(min(left, 1 << 20))):
            crc = zlib.crc32(piece, crc)
            left -= len(piece)
        if left or crc != self.state.crc:
            raise OutputError(f"{self._path('body')} was changed since the run stopped; start over with --restart")
        self._body.seek(self.state.size)
        self._body.truncate()

    def append(self, data: bytes, tally: Tally, read: int) -> None:
        """Append the output of a task, and write the state if the last one is old enough."""
        with self._writing():
            self._is_whole = False
            self._append(self._sink.separator + data if self.state.tally.texts else data)
            self.state.tally.add(tally)
            self.state.read += read
            self._is_whole = True
            now = time.monotonic()
            if now - self._last >= max(_SHORTEST_INTERVAL, self._cost / _CHECKPOINT_SHARE):
                self.checkpoint()
                self._cost = time.monotonic() - now

    def _append(self, data: bytes) -> None:
        assert self._body is not None
        self._body.write(data)
        self.state.size += len(data)
        self.state.crc = zlib.crc32(data, self.state.crc)

    def checkpoint(self) -> None:
        """Write everything that is complete to the disk, then the state."""
        if not self._is_whole:  # stopped within `append`: the last state stands
            return
        with self._writing():
            if self._body is not None:
                self._body.flush()
                os.fsync(self._body.fileno())
            now = time.monotonic()
            self.state.seconds += now - self._began
            self._began = self._last = now
            self._write("state.json", json.dumps(self.state.as_dict()).encode())

    def publish(self) -> None:
        """Complete the body, and put the output in its place in one step."""
        with self._writing():
            if self.state.stage == LABELLING:
                self._append(self._sink.footer)
                self.state.stage = LABELLED
                self.checkpoint()
            assert self._body is not None
            if isinstance(self._sink, RewritingSink):
                with open(self._path("output"), "wb") as file:
                    self._sink.rewrite(self._body, file)
                    put_in_place(file, self.out)
                self._body.close()
            else:
                put_in_place(self._body, self.out)
            self._body = None
            self.state.stage = PUBLISHED
            self.checkpoint()

    def discard(self) -> None:
        """Remove the folder, the manifest first: what cannot be removed is no run without it.

        The next run removes it.
        """
        with contextlib.suppress(OSError):
            os.remove(self._path(MANIFEST))
        if os.name == "nt":  # an open file cannot be removed there
            self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, data: bytes) -> None:
        path = self._path(name)
        with open(path + ".new", "wb") as file:
            file.write(data)
            put_in_place(file, path)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not os.path.isdir(os.path.dirname(self.out)):
                why = N_("its folder is gone")
            elif os.path.exists(self._path(MANIFEST)):
                why = N_(f"{reason(error)}; what is labelled so far is kept: solve that, then continue with --resume")
            else:
                why = reason(error)
            raise OutputError(f"{self.out} cannot be written: {why}") from error
