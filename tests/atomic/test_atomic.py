"""A file is the old one or the new one, whatever fails on the way."""

import os
from pathlib import Path

import pytest

from chude import atomic
from chude.atomic import put_in_place, write_atomically
from chude.errors import OutputError


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for data in (b"one", b"two, longer"):
        write_atomically(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("step", ["write", "fsync", "chmod", "replace"])
def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    data: object = b"new"
    if step == "write":
        data = "not bytes"
    elif step == "fsync":
        monkeypatch.setattr(atomic.os, "fsync", fail)
    else:
        monkeypatch.setattr(atomic.Path, step, fail)
    with pytest.raises(TypeError if step == "write" else OutputError):
        write_atomically(path, data)  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*No such file or directory"):
        write_atomically(tmp_path / "absent" / "a.txt", b"x")


@pytest.mark.parametrize("durable", [True, False])
def test_data_are_on_the_disk_before_the_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    happened: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        happened.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        fsync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        happened.append("rename")
        return replace(self, target)

    monkeypatch.setattr(atomic.os, "fsync", noted_fsync)
    monkeypatch.setattr(atomic.Path, "replace", noted_replace)
    with (tmp_path / "new").open("wb") as file:
        file.write(b"x" * 100)
        put_in_place(file, tmp_path / "a", durable=durable)
    assert (tmp_path / "a").read_bytes() == b"x" * 100
    assert not (tmp_path / "new").exists()
    if Path("/proc/self/fd").is_dir():
        assert happened == (["file", "rename", "folder"] if durable else ["rename"])
