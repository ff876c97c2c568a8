"""An interrupted run loses nothing and doubles nothing, whenever and however it ends."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.fake_model import FakeModel

from chude.errors import InputError, OutputError
from chude.labelling.api import label_files, label_table
from chude.labelling.journal import Journal
from chude.sinks.csv_sink import CsvSink
from chude.sinks.sink import SinkOptions

SUPPORT = Path(__file__).parents[1] / "support"
SOAK = bool(os.environ.get("CHUDE_SOAK"))
posix = pytest.mark.skipif(os.name == "nt", reason="needs fork and signals")


def cli(*args: str | Path, cwd: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SUPPORT / "fake_cli.py"), *map(str, args)],
        cwd=cwd,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=120)
    return process.returncode, said


@posix
@pytest.mark.parametrize("kind", ["csv", "jsonl", "label-studio", "parquet", "xlsx", "copy", "move"])
def test_a_crash_at_any_moment(tmp_path: Path, kind: str) -> None:
    """Ends at each touch of the disk and within each write; then resumed, also when that ends early in turn."""
    for folder, count in (("a", 17 if SOAK else 6), ("b", 17 if SOAK else 5)):
        (tmp_path / "in" / folder).mkdir(parents=True)
        for k in range(count):
            (tmp_path / "in" / folder / f"{k}.txt").write_text(f"Bản tin {folder} {k}", encoding="utf-8")
    (tmp_path / "in" / "a" / "empty.txt").touch()
    step = "1" if SOAK or kind == "csv" else "4"
    done = subprocess.run(
        [sys.executable, SUPPORT / "crashing.py", kind, tmp_path / "in", tmp_path / "work", step],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20 // int(step)


@posix
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_killed_at_random_moments(tree: Callable[[int], Path], tmp_path: Path, kind: str) -> None:
    kills, count = (100, 20_000) if SOAK else (6, 1500)
    root = tree(count)
    label_files(root, model=FakeModel(), threads=2).write(tmp_path / "expected", format=kind)
    chance = random.Random(kind)
    args = ("label", root, "-o", "out", "--format", kind, "--resume", "--threads", "2")
    env = {"FAKE_BATCH": "20", "FAKE_DELAY": "0.01"}
    survived = 0
    for _ in range(kills):
        process = cli(*args, cwd=tmp_path, **env)
        time.sleep(chance.uniform(0.2, 1.2))
        process.send_signal(signal.SIGKILL)
        code, said = finished(process)
        assert code in {0, -signal.SIGKILL}, said
        if code == 0:
            survived += 1
            assert (tmp_path / "out").read_bytes() == (tmp_path / "expected").read_bytes()
            (tmp_path / "out").unlink()
    code, said = finished(cli(*args, cwd=tmp_path, **env))
    assert code == 0, said
    assert (tmp_path / "out").read_bytes() == (tmp_path / "expected").read_bytes()
    assert not (tmp_path / "out.chude-run").exists()
    assert survived < kills


@posix
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tree: Callable[[int], Path], tmp_path: Path) -> None:
    root = tree(1500)
    label_files(root, model=FakeModel()).write(tmp_path / "expected.csv")
    process = cli("label", root.name, "-o", "out.csv", cwd=tmp_path, FAKE_BATCH="20", FAKE_DELAY="0.2")
    wait_for(tmp_path / "out.csv.chude-run" / "state.json")
    process.send_signal(signal.SIGINT)
    code, said = finished(process)
    assert code == 130
    again = f"chude label '{root.name}' -o out.csv --resume"
    assert said == f"chude: stopped; what is done is kept. Continue with: {again}\n"
    assert not (tmp_path / "out.csv").exists()
    code, said = finished(cli("label", root.name, "-o", "out.csv", cwd=tmp_path))
    assert code == 2
    assert "holds an unfinished run for this output: resume it with --resume, or throw it away with --restart" in said
    code, said = finished(cli("label", root, "-o", "out.csv", "--resume", cwd=tmp_path))
    assert (code, "asked for something else (inputs)" in said) == (2, True)
    process = cli("label", root.name, "-o", "out.csv", "--resume", "--summary", "sum.json", cwd=tmp_path)
    assert finished(process)[0] == 0
    assert (tmp_path / "out.csv").read_bytes().replace(root.name.encode(), str(root).encode()) == (
        tmp_path / "expected.csv"
    ).read_bytes()
    assert '"texts": 1500' in (tmp_path / "sum.json").read_text(encoding="utf-8")


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.005)


@posix
def test_two_runs_at_once(tree: Callable[[int], Path], tmp_path: Path) -> None:
    root = tree(600)
    (tmp_path / "other.csv").symlink_to(tmp_path / "out.csv")
    first = cli("label", root, "-o", "out.csv", cwd=tmp_path, FAKE_BATCH="20", FAKE_DELAY="2")
    wait_for(tmp_path / "out.csv.chude-run" / "manifest.json")
    for name, option in (("out.csv", "--resume"), ("other.csv", "--restart"), ("out.csv", "--quiet")):
        code, said = finished(cli("label", root, "-o", name, option, cwd=tmp_path))
        assert code == 3
        assert "another run is writing" in said
    first.kill()
    finished(first)
    assert finished(cli("label", root, "-o", "out.csv", "--resume", cwd=tmp_path))[0] == 0
    assert len((tmp_path / "out.csv").read_bytes().splitlines()) == 601


class StoppedError(Exception):
    """Ends a run in the middle."""


class Stopping:
    """A watch that ends the run after so many texts, having done something first."""

    def __init__(
        self, texts: int, act: Callable[[], object] = lambda: None, error: type[BaseException] = StoppedError
    ) -> None:
        self._texts, self._act, self._error = texts, act, error

    def begin(self, *_: object) -> None:
        pass

    def step(self, tally: Any, read: int) -> None:
        if tally.texts >= self._texts:
            self._act()
            raise self._error

    def end(self) -> None:
        pass


@pytest.fixture
def stopped(tree: Callable[[int], Path], tmp_path: Path, model: Any) -> tuple[Path, Path]:
    """An input and an output whose run was stopped half-way."""
    root, out = tree(1500), tmp_path / "out.csv"
    with pytest.raises(StoppedError):
        label_files(root, model=model, threads=1).write(out, watch=Stopping(1000))
    return root, out


@pytest.mark.parametrize("change", ["added", "removed", "touched", "grown"])
def test_inputs_that_changed_are_refused(stopped: tuple[Path, Path], model: Any, change: str) -> None:
    root, out = stopped
    out.write_text("what was there before", encoding="utf-8")
    victim = root / "năm 2015" / "00005.txt"
    if change == "added":
        (victim.parent / "zz.txt").write_text("mới", encoding="utf-8")
    elif change == "removed":
        victim.unlink()
    elif change == "touched":
        os.utime(victim, (1, 1))
    else:
        with victim.open("a", encoding="utf-8") as file:
            file.write("thêm")
    with pytest.raises(InputError, match="the inputs have changed since the run began"):
        label_files(root, model=model).write(out, resume=True)
    assert out.read_text(encoding="utf-8") == "what was there before"
    label_files(root, model=model).write(out, restart=True)
    assert len(out.read_bytes().splitlines()) == 1501 + {"added": 1, "removed": -1}.get(change, 0)


@pytest.mark.parametrize(
    ("options", "how", "said"),
    [
        ({"top": 3}, {}, r"something else \(top\)"),
        ({"min_probability": 0.3, "mend": False}, {}, r"something else \(mend, min_probability\)"),
        ({}, {"bom": True}, r"something else \(bom\)"),
        ({}, {"format": "jsonl"}, r"something else \(format\)"),
    ],
)
def test_other_options_are_refused(
    stopped: tuple[Path, Path], model: Any, options: dict[str, Any], how: dict[str, Any], said: str
) -> None:
    root, out = stopped
    with pytest.raises(InputError, match=said):
        label_files(root, model=model, **options).write(out, resume=True, **how)


def test_another_model_is_refused(stopped: tuple[Path, Path], model: Any) -> None:
    class Other(type(model)):  # type: ignore[misc]
        def to_bytes(self) -> bytes:
            return b"other"

    with pytest.raises(InputError, match=r"something else \(model\)"):
        label_files(stopped[0], model=Other()).write(stopped[1], resume=True)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "state", "manifest"])
def test_a_damaged_journal_is_refused(stopped: tuple[Path, Path], model: Any, damage: str) -> None:
    root, out = stopped
    folder = Path(f"{out}.chude-run")
    body = folder / "body"
    if damage == "flip":
        data = bytearray(body.read_bytes())
        data[100] ^= 1
        body.write_bytes(data)
    elif damage == "cut":
        os.truncate(body, 500)
    elif damage == "gone":
        body.unlink()
    else:
        (folder / f"{damage}.json").write_bytes(b"{half")
    with pytest.raises(OutputError, match="start over with --restart"):
        label_files(root, model=model).write(out, resume=True)
    label_files(root, model=model).write(out, restart=True)
    assert len(out.read_bytes().splitlines()) == 1501


def test_what_can_be_read_once_cannot_be_resumed(tmp_path: Path, model: Any) -> None:
    import pandas as pd

    with pytest.raises(InputError, match="cannot be resumed: standard input cannot be read again"):
        label_files("-", model=model).write(tmp_path / "o.csv", resume=True)
    labels = label_table(pd.DataFrame({"text": ["một"] * 1500}), model=model)
    with pytest.raises(InputError, match="cannot be resumed: a table in memory"):
        labels.write(tmp_path / "o.csv", resume=True)
    with pytest.raises(StoppedError):
        labels.write(tmp_path / "o.csv", watch=Stopping(600))
    labels.write(tmp_path / "o.csv")  # what was left is of no use to anyone
    assert len((tmp_path / "o.csv").read_bytes().splitlines()) == 1501


def test_output_folder_that_goes_away(tree: Callable[[int], Path], tmp_path: Path, model: Any) -> None:
    import shutil

    (tmp_path / "o").mkdir()
    out = tmp_path / "o" / "out.csv"
    watch = Stopping(600, act=lambda: shutil.rmtree(tmp_path / "o"), error=KeyboardInterrupt)
    with pytest.raises(OutputError, match="cannot be written: its folder is gone"):
        label_files(tree(1500), model=model, threads=1).write(out, watch=watch)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@posix
def test_disk_full(tree: Callable[[int], Path], tmp_path: Path, kind: str) -> None:
    """Files may not grow over 40 KB: the run stops with an error, and goes on when there is room."""
    root, out = tree(1500), tmp_path / f"o.{kind}"
    out.write_text("what was there before", encoding="utf-8")
    args = [str(SUPPORT / "fake_cli.py"), "label", str(root), "-o", str(out), "--threads", "1", "--overwrite"]
    done = subprocess.run(
        [sys.executable, *args],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "FAKE_BATCH": "50", "FAKE_DELAY": "0.02", "FAKE_LARGEST_FILE": "40000"},
    )
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith(
        f"chude: error: {out} cannot be written: file too large; what is labelled so far is kept"
    )
    assert len(done.stderr.splitlines()) == 1
    assert out.read_text(encoding="utf-8") == "what was there before"
    code, said = finished(cli("label", root, "-o", out, "--threads", "1", "--resume", cwd=tmp_path, FAKE_BATCH="50"))
    assert code == 0, said
    label_files(root, model=FakeModel()).write(tmp_path / f"expected.{kind}")
    assert out.read_bytes() == (tmp_path / f"expected.{kind}").read_bytes()


def test_outputs_that_cannot_be(tree: Callable[[int], Path], tmp_path: Path, model: Any) -> None:
    labels = label_files(tree(3), model=model)
    with pytest.raises(InputError, match="there is no folder"):
        labels.write(tmp_path / "nowhere" / "o.csv")
    with pytest.raises(InputError, match="is a folder; name a file in it"):
        labels.write(tmp_path)
    with pytest.raises(InputError, match="both input and output"):
        label_table(tmp_path / "t.csv" if (tmp_path / "t.csv").write_text("text\nx\n") else "", model=model).write(
            tmp_path / "t.csv"
        )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bài viết", "t.csv"]


def test_an_unused_lock_is_no_obstacle(tree: Callable[[int], Path], tmp_path: Path, model: Any) -> None:
    """What a process that was killed leaves behind."""
    folder = tmp_path / "o.csv.chude-run"
    folder.mkdir()
    (folder / "lock").touch()
    (folder / "body").write_bytes(b"half")
    label_files(tree(3), model=model).write(tmp_path / "o.csv")
    assert not folder.exists()
    with Journal(str(tmp_path / "o.csv"), CsvSink(SinkOptions(columns=["a"]))) as journal:
        assert journal.manifest() is None
