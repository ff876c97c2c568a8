"""Files read many at a time are what each is when read alone."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.sources import filetask, smallfiles
from chude.sources.options import SourceOptions
from chude.sources.rawfile import Unreadable, read_file
from chude.sources.smallfiles import Contents, read_small

FEW = smallfiles._FEW
OPEN_FILES = Path("/proc/self/fd")


def alone(path: str, limit: int) -> bytes | str:
    try:
        return read_file(path, limit)
    except Unreadable as error:
        return str(error)


def together(paths: list[str], limit: int) -> list[bytes | str]:
    found: list[bytes | str] = []
    while len(found) < len(paths):
        rest = paths[len(found) :]
        data, errors = filetask._contents(rest, rest, limit)
        assert len(data) == len(errors) > 0
        found += [content if error is None else error for content, error in zip(data, errors, strict=True)]
    return found


@given(
    st.lists(st.integers(0, 40) | st.sampled_from([63, 64, 65, 200]), min_size=FEW + 1, max_size=3 * FEW),
    st.sampled_from([30, 64, 1000]),
)
@settings(max_examples=60, deadline=None)
def test_any_sizes_in_little_room(tmp_path_factory: pytest.TempPathFactory, sizes: list[int], limit: int) -> None:
    root = tmp_path_factory.mktemp("files")
    paths = [str(root / f"{k}.txt") for k in range(len(sizes))]
    for k, (path, size) in enumerate(zip(paths, sizes, strict=True)):
        Path(path).write_bytes(bytes([65 + k]) * size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smallfiles, "BATCH_BYTES", 64)
        patch.setattr(filetask, "BATCH_BYTES", 64)
        assert together(paths, limit) == [alone(path, limit) for path in paths]


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_odd_files_among_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.txt")
    Path("folder.txt").mkdir()
    for name, target in {"zero": "/dev/zero", "null": "/dev/null", "dead": "gone", "good": "0.txt"}.items():
        Path(f"{name}.txt").symlink_to(target)
    names = ["pipe", "0", "folder", "1", "zero", "null", "dead", "2", "good", "đất", "missing", "3"]
    for name in ("0", "1", "2", "3", "đất"):
        Path(f"{name}.txt").write_text(name * 3, encoding="utf-8")
    paths = [f"{name}.txt" for name in names]
    assert len(paths) > FEW
    assert together(paths, 1 << 20) == [alone(path, 1 << 20) for path in paths]


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_nothing_is_taken_out_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    reader = os.open(tmp_path / "pipe.txt", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(tmp_path / "pipe.txt", os.O_WRONLY)
    os.write(writer, "chưa đọc".encode())
    try:
        assert len(read_small([str(tmp_path / "pipe.txt")] * (FEW + 1)).stops) == FEW + 1
        assert os.read(reader, 100).decode() == "chưa đọc"
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="open files are counted in /proc")
def test_every_file_is_closed(tmp_path: Path) -> None:
    paths = [str(tmp_path / f"{k}.txt") for k in range(2 * FEW)]
    for path in paths[::2]:
        Path(path).write_bytes(b"x" * 10)
    before = len(list(OPEN_FILES.iterdir()))
    for room in (1 << 20, 35, 5):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(smallfiles, "BATCH_BYTES", room)
            read_small(paths)
    assert len(list(OPEN_FILES.iterdir())) == before


def test_a_batch_has_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(tmp_path / f"{k:02}.txt") for k in range(40)]
    for path in paths:
        Path(path).write_bytes(b"x" * 100)
    monkeypatch.setattr(smallfiles, "BATCH_BYTES", 1000)
    monkeypatch.setattr(filetask, "BATCH_BYTES", 1000)
    for few in (FEW, 100):  # read by the compiled loop, and without
        monkeypatch.setattr(smallfiles, "_FEW", few)
        sizes = [batch.size for batch in filetask.FileTask(paths, SourceOptions()).batches()]
        assert sum(sizes) == 4000
        assert max(sizes) <= 1100


def test_contents_are_a_sequence() -> None:
    contents = Contents(np.frombuffer(b"abcdef", np.uint8), np.array([2, 2, 5]))
    expected = [b"ab", b"", b"cde"]
    assert list(contents) == expected
    assert [contents[k] for k in range(-3, 3)] == expected + expected
    assert contents[1:] == expected[1:]
    assert contents.sizes.tolist() == [2, 0, 3]
    with pytest.raises(IndexError):
        contents[3]
