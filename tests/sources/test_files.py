"""Files read many at a time are what each is when read alone."""

import os
from pathlib import Path

import pytest

from chude.sources import files
from chude.sources.folders import Trouble
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawfile import read_file
from chude.sources.textfiles import to_text


def alone(path: str, options: SourceOptions) -> tuple[str, str | None, str | None]:
    try:
        return *to_text(read_file(path, options.max_size), path, options), None
    except Unreadable as error:
        return "", None, str(error)


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
@pytest.mark.parametrize("limit", [2, 1 << 20])
@pytest.mark.parametrize("encoding", [None, "utf-8", "tcvn3"])
def test_odd_files_among_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, encoding: str | None
) -> None:
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
    prose = "Hà Nội hôm nay mưa, ngày mai trời tạnh. "
    beginnings = ["", "Việt Nam: ", "\n \r\nMột hai ", "copy ", "{", "<p>", "AT&T và ", "&aacute; ", "\tô\t", "\ufeff"]
    for k, beginning in enumerate(beginnings):
        for end in ("txt", "html", "md"):
            Path(f"{k}-begins.{end}").write_text(beginning + prose, encoding="utf-8")
    begun = sorted(path.name for path in Path().glob("*-begins.*"))
    paths = [*(f"{name}.txt" for name in names), "a.txt.gz", "b.txt.gz", *begun]
    options = SourceOptions(max_size=limit, encoding=encoding)
    batch = files.read_batch([*paths, Trouble("lost.txt", "gone")], options)
    expected = [*(alone(path, options) for path in paths), ("", None, "gone")]
    assert list(zip(batch.texts, batch.encodings, batch.errors, strict=True)) == expected
    assert batch.paths == [*paths, "lost.txt"]


def test_a_batch_has_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(tmp_path / f"{k:02}.txt") for k in range(40)]
    for path in paths:
        Path(path).write_bytes(b"x" * 100)
    monkeypatch.setattr(files, "BATCH_BYTES", 1000)
    batches = list(files.FileTask(paths, SourceOptions()).batches())
    assert [path for batch in batches for path in batch.paths] == paths
    assert max(batch.size for batch in batches) <= 1100


def test_compressed_files_count_for_the_size_of_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    paths = [str(tmp_path / f"{k:02}.txt{'' if k % 3 else '.gz'}") for k in range(40)]
    text = "Hà Nội mưa. ".encode()
    for path in paths:
        Path(path).write_bytes(gzip.compress(text * 20) if path.endswith(".gz") else text)
    monkeypatch.setattr(files, "BATCH_BYTES", 1000)
    batches = list(files.FileTask(paths, SourceOptions()).batches())
    assert [path for batch in batches for path in batch.paths] == paths
    assert sum(batch.size for batch in batches) == 14 * 20 * len(text) + 26 * len(text)
    assert max(batch.size for batch in batches) <= 2 * 1000 + 20 * len(text)
