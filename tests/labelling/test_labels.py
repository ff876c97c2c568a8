"""What is streamed is what is written; a format of one's own; what cannot be combined."""

import io
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chude.errors import InputError, OutputError
from chude.labelling.api import label_files
from chude.sinks.formats import FORMATS, Format
from chude.sinks.schema import Labelled

STREAMED = [name for name in FORMATS if name not in {"parquet", "xlsx"}]


@pytest.mark.parametrize("name", STREAMED)
@pytest.mark.parametrize("count", [0, 1, 1100])
def test_a_stream_gets_what_a_file_gets(
    tree: Callable[[int], Path], tmp_path: Path, model: Any, name: str, count: int
) -> None:
    root = tree(count + 1)
    if not count:  # a file without a line
        next(root.rglob("*.txt")).write_bytes(b"")
    labels = label_files(root, lines=not count, model=model)
    labels.write(tmp_path / "out", format=name)
    stream = io.BytesIO()
    state = labels.stream(stream, name)
    assert stream.getvalue() == (tmp_path / "out").read_bytes()
    assert state.tally.texts == count + bool(count)


def test_parquet_is_not_streamed(tree: Callable[[int], Path], model: Any) -> None:
    with pytest.raises(InputError, match="parquet cannot be written piece by piece"):
        label_files(tree(1), model=model).stream(io.BytesIO(), "parquet")


class Slugs:
    """A format with one slug a line."""

    header, separator, footer = b"begin\n", b"\n", b"\nend\n"

    def encode(self, labelled: Labelled) -> bytes:
        return "\n".join(labelled.columns["topic"]).encode()


def test_a_format_of_ones_own(tree: Callable[[int], Path], model: Any) -> None:
    labels = label_files(tree(1030), model=model)
    stream = io.BytesIO()
    labels.stream(stream, Slugs())
    topics = [row["topic"] for batch in labels for row in batch.rows()]
    assert stream.getvalue().decode().splitlines() == ["begin", *topics, "end"]


def test_a_format_is_a_class_and_a_line(
    tree: Callable[[int], Path], tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, "slugs", Format((".slugs",), lambda options: Slugs()))
    label_files(tree(3), model=model).write(tmp_path / "o.slugs")
    assert len((tmp_path / "o.slugs").read_text(encoding="utf-8").splitlines()) == 5


def test_a_stream_that_cannot_be_written(tree: Callable[[int], Path], model: Any) -> None:
    class Full(io.RawIOBase):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="the output cannot be written: no space left on device"):
        label_files(tree(1), model=model).stream(Full())


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_a_named_pipe_is_written_to_and_not_replaced(tree: Callable[[int], Path], tmp_path: Path, model: Any) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    labels = label_files(tree(20), model=model)
    labels.write(pipe)
    reader.join(timeout=60)
    labels.write(tmp_path / "out.jsonl")
    assert read == [(tmp_path / "out.jsonl").read_bytes()]
    assert pipe.is_fifo()
    with pytest.raises(InputError, match="only a run that writes a file can be resumed"):
        labels.write(pipe, resume=True)


def test_resume_and_restart_contradict_each_other(tree: Callable[[int], Path], tmp_path: Path, model: Any) -> None:
    labels = label_files(tree(1), model=model)
    for write in (labels.write, labels.sort_into):
        with pytest.raises(InputError, match="give one of them"):
            write(tmp_path / "o", resume=True, restart=True)
    assert not (tmp_path / "o").exists()
