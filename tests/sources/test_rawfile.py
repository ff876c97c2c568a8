"""Files that change while they are read, and files whose size is not what the system says."""

import os
import sys
from pathlib import Path

import pytest

from chude.sources import rawfile
from chude.sources.opening import Unreadable
from chude.sources.rawfile import read_file


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 5000)
    stat = os.fstat

    def then_shrink(descriptor: int) -> os.stat_result:
        status = stat(descriptor)
        os.truncate(path, 1200)
        return status

    monkeypatch.setattr(rawfile.os, "fstat", then_shrink)
    with pytest.raises(Unreadable, match=r"got shorter while it was read \(1200 of 5000 bytes left\)"):
        read_file(str(path), 1 << 20)


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 5000)
    stat = os.fstat

    def then_grow(descriptor: int) -> os.stat_result:
        status = stat(descriptor)
        with path.open("ab") as file:
            file.write(b"y" * 100)
        return status

    monkeypatch.setattr(rawfile.os, "fstat", then_grow)
    assert read_file(str(path), 1 << 20) == b"x" * 5000 + b"y" * 100


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_file_that_says_it_is_empty_and_is_not() -> None:
    assert read_file("/proc/self/status", 1 << 20).startswith(b"Name:")
