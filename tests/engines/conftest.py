"""Texts in tables, and a Dask cluster of processes on loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import chude


@pytest.fixture(scope="session")
def texts(samples: tuple[list[str], list[str]]) -> list[str | None]:
    """Articles, and what labelling says something else about: nothing, noise, no diacritics."""
    return [*samples[0], None, "", "zxcv qwrt", "gia vang tang manh trong phien sang nay", *reversed(samples[0])]


@pytest.fixture(scope="session")
def local(texts: list[str | None], samples_model_file: Path) -> list[dict[str, Any]]:
    """Rows of labels of a local run."""
    table = pa.table({"content": texts, "id": range(len(texts))})
    labels = chude.label_table(table, text="content", keep=["id"], model=samples_model_file, top=2, also=0.1, iptc=True)
    return [row | {"row": None} for batch in labels for row in batch.rows()]


@pytest.fixture
def tables(tmp_path: Path, texts: list[str | None]) -> Callable[[int, int], Path]:
    """Write a folder of so many Parquet files, some in a folder below, each with the texts so many times over."""

    def write(files: int, times: int = 1) -> Path:
        folder = tmp_path / "bài viết"
        for number in range(files):
            path = folder / (f"năm=2020/{number:03}.parquet" if number % 3 else f"{number:03}.parquet")
            path.parent.mkdir(parents=True, exist_ok=True)
            some = texts[number % 40 :] * times
            keys = pa.array([2**60 + k if k % 5 else None for k in range(len(some))], pa.int64())
            pq.write_table(pa.table({"content": some, "key": keys}), path, row_group_size=100)
        return folder

    return write


def files_in(folder: Path) -> dict[str, bytes]:
    """Parquet files below a folder."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".chude-run"]  # what is in it may go at any moment
        for path in (Path(place, name) for name in names if name.endswith(".parquet")):
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def labelled_here(
    folder: Path, out: Path, model: Path, keep: tuple[str, ...] = ("key",), **rules: Any
) -> dict[str, bytes]:
    """What local runs make of each file of a folder."""
    for name in files_in(folder):
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        chude.label_table(folder / name, text="content", keep=keep, model=model, **rules).write(target)
    return files_in(out)


class DaskProcesses:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._about = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self._about))
        wait_until(self._about.is_file)
        self.workers = [self.start_worker() for _ in range(2)]

    @property
    def address(self) -> str:
        import json

        address: str = json.loads(self._about.read_text())["address"]
        return address

    def start_worker(self) -> subprocess.Popen[bytes]:
        options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--scheduler-file", str(self._about))
        return self._start("worker", *options, "--local-directory", str(self._folder))

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self._folder / f"{command[0]}.log").open("ab"))
        words = [sys.executable, "-m", "dask", *command, "--no-dashboard"]
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=self._folder)
        self._stack.callback(end, process)
        return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def wait_until(is_so: Callable[[], bool], patience: float = 120) -> None:
    """Wait; only what hangs takes as long as `patience`."""
    until = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskProcesses]:
    pytest.importorskip("distributed", reason="needs Dask: pip install 'chude[dask]'")
    with ExitStack() as stack:
        yield DaskProcesses(tmp_path_factory.mktemp("dask"), stack)


@pytest.fixture
def client(cluster: DaskProcesses) -> Iterator[Any]:
    import distributed

    with distributed.Client(cluster.address) as client:
        client.wait_for_workers(2, timeout=120)
        yield client


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
