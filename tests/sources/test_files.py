"""Files read many at a time are what each is when read alone."""

import os
from pathlib import Path

import pytest

from chude.sources import files
from chude.sources.options import SourceOptions
from chude.sources.rawfile import Unreadable, read_file


def alone(path: str, limit: int) -> bytes | str:
    try:
        return read_file(path, limit)
    except Unreadable as error:
        return str(error)


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
@pytest.mark.parametrize("limit", [2, 1 << 20])
def test_odd_files_among_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    import gzip

    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.txt")
    Path("folder.txt").mkdir()
    for name, target in {"zero": "/dev/zero", "null": "/dev/null", "dead": "gone", "good": "0.txt"}.items():
        Path(f"{name}.txt").symlink_to(target)
    names = ["pipe", "0", "folder", "1", "zero", "null", "dead", "2", "good", "đất", "missing", "3"]
    for name in ("0", "1", "2", "3", "đất"):
        Path(f"{name}.txt").write_text(name * 3, encoding="utf-8")
    Path("a.txt.gz").write_bytes(gzip.compress("nén".encode()))
    Path("b.txt.gz").write_bytes(b"no archive")
    paths = [*(f"{name}.txt" for name in names), "a.txt.gz", "b.txt.gz"]
    contents = files._contents(paths, limit)
    assert [str(data) if isinstance(data, Unreadable) else data for data in contents] == [
        alone(path, limit) for path in paths
    ]


def test_a_batch_has_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(tmp_path / f"{k:02}.txt") for k in range(40)]
    for path in paths:
        Path(path).write_bytes(b"x" * 100)
    monkeypatch.setattr(files, "BATCH_BYTES", 1000)
    batches = list(files.FileTask(paths, SourceOptions()).batches())
    assert [path for batch in batches for path in batch.paths] == paths
    assert max(batch.size for batch in batches) <= 1100
