"""Folders of Parquet: each file becomes what a local run makes of it, whatever happens to the workers."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import chude
import chude.dask
from chude.engines import plan
from chude.labelling.progress import Unwatched

from .conftest import DaskProcesses, files_in, kill, labelled_here, wait_until

pytest.importorskip("distributed", reason="needs Dask: pip install 'chude[dask]'")

Tables = Callable[..., Path]


@pytest.fixture(params=[plan.PART_BYTES, 1], ids=["files", "row groups"])
def tasks_are(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make each file a task, or each row group."""
    monkeypatch.setattr(plan, "PART_BYTES", request.param)
    return "files" if request.param > 1 else "row groups"


def chude_label(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chude", "label", *map(str, arguments), "--engine", "dask"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)


@pytest.mark.parametrize("scheduled", [True, False], ids=["cluster", "embedded"])
def test_files_are_those_of_local_runs(
    tables: Tables, tmp_path: Path, samples_model_file: Path, request: pytest.FixtureRequest, scheduled: bool
) -> None:
    folder, out = tables(5), tmp_path / "out"
    (folder / "damaged.parquet").write_bytes(b"no table")
    (folder / "_temporary").mkdir()
    (folder / "_temporary" / "half.parquet").write_bytes(b"not written to the end")
    where = ["--scheduler", request.getfixturevalue("cluster").address] if scheduled else ["--threads", "2"]
    done = chude_label(
        folder, "-o", out, "--text-column", "content", "--keep", "key", "--model", samples_model_file, *where,
        "--top", 2, "--also", 0.1, "--iptc",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "damaged.parquet: not a Parquet file" in done.stderr
    shutil.rmtree(folder / "_temporary")
    rules = {"top": 2, "also": 0.1, "iptc": True}
    assert files_in(out) == labelled_here(folder, tmp_path / "local", samples_model_file, **rules)
    assert sorted(path.name for path in out.iterdir()) == [
        "000.parquet",
        "003.parquet",
        "_SUCCESS",
        "damaged.parquet",
        "năm=2020",
    ]


@pytest.mark.usefixtures("tasks_are")
def test_a_killed_worker_loses_and_doubles_nothing(
    cluster: DaskProcesses, tables: Tables, tmp_path: Path, samples_model_file: Path
) -> None:
    folder = tables(24, 20)
    expected = labelled_here(folder, tmp_path / "local", samples_model_file)
    for attempt in range(5):  # on a busy machine the run may be over before the worker is killed
        out = tmp_path / f"out{attempt}"
        state, before = killed_midway(cluster, folder, out, samples_model_file)
        assert files_in(out) == expected
        assert state.tally.texts == sum(pq.read_metadata(path).num_rows for path in folder.rglob("*.parquet"))
        assert not (out / ".chude-run").exists()
        if before < len(expected):
            return
    pytest.fail("a worker was never killed in time to tell")


def killed_midway(cluster: DaskProcesses, folder: Path, out: Path, model: Path) -> tuple[Any, int]:
    """Label a folder and kill a worker meanwhile; return the state of the run, and how many files there were then."""
    states: list[Any] = []

    def label() -> None:
        options: dict[str, Any] = {"keep": ["key"], "model": model, "scheduler": cluster.address}
        states.append(chude.dask.label_parquet(folder, out, "content", **options))

    running = threading.Thread(target=label)
    running.start()
    wait_until(lambda: len(files_in(out)) >= 3)
    before = len(files_in(out))
    victim = cluster.workers.pop(0)
    kill(victim.pid)
    victim.wait()
    running.join(timeout=300)
    cluster.workers.append(cluster.start_worker())
    return states[0], before


def test_a_worker_without_the_model_says_so(cluster: DaskProcesses, tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(chude.ChudeError, match=r"the worker on .* has no model .*absent.* ship=True"):
        chude.dask.label_parquet(
            tables(2), tmp_path / "out", "content", model="absent", ship=False, scheduler=cluster.address
        )


class StopAfter(Unwatched):
    """Stops a run, as Ctrl-C does."""

    def __init__(self, files: int) -> None:
        self.left = files

    def step(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.usefixtures("tasks_are")
def test_a_stopped_run_goes_on(tables: Tables, tmp_path: Path, samples_model_file: Path) -> None:
    folder, out = tables(6), tmp_path / "out"

    def label(**options: Any) -> Any:
        asked = {"keep": ["key"], "model": samples_model_file, "workers": 2} | options
        return chude.dask.label_parquet(folder, out, "content", **asked)

    with pytest.raises(KeyboardInterrupt):
        label(watch=StopAfter(2))
    done = {path: path.stat().st_ino for path in out.rglob("*.parquet")}
    assert not (out / "_SUCCESS").exists()
    cut = next(iter(done))
    cut.write_bytes(cut.read_bytes()[:-9])  # what a file system may leave when the power fails
    del done[cut]
    with pytest.raises(chude.ChudeError, match="unfinished run"):
        label()
    with pytest.raises(chude.ChudeError, match=r"something else \(keep\)"):
        label(resume=True, keep=[])
    state = label(resume=True)
    assert files_in(out) == labelled_here(folder, tmp_path / "local", samples_model_file)
    assert {path: path.stat().st_ino for path in done} == done
    assert state.tally.texts == sum(pq.read_metadata(path).num_rows for path in folder.rglob("*.parquet"))
    assert (out / "_SUCCESS").exists()
    with pytest.raises(chude.ChudeError, match="holds 6 other Parquet files"):
        label()
    assert label(restart=True, keep=[]).tally.texts == state.tally.texts
    assert files_in(out) == labelled_here(folder, tmp_path / "again", samples_model_file, keep=())


def test_inputs_that_changed_are_not_gone_on_with(tables: Tables, tmp_path: Path, samples_model_file: Path) -> None:
    folder, out = tables(3), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        chude.dask.label_parquet(folder, out, "content", model=samples_model_file, watch=StopAfter(1))
    shutil.copy(folder / "000.parquet", folder / "more.parquet")
    with pytest.raises(chude.ChudeError, match="the inputs have changed"):
        chude.dask.label_parquet(folder, out, "content", model=samples_model_file, resume=True)


@pytest.mark.usefixtures("tasks_are")
def test_files_elsewhere_to_elsewhere(tables: Tables, tmp_path: Path, samples_model_file: Path) -> None:
    """A file system that is not the machine's own; in this process, since it is in memory."""
    import fsspec

    folder = tables(4)
    memory = fsspec.filesystem("memory")
    memory.put(f"{folder}/", "/in/", recursive=True)
    chude.dask.label_parquet("memory://in/**/*.parquet", "memory://out", "content", model=samples_model_file, workers=2)
    made = {
        name.removeprefix("/out/"): memory.cat_file(name) for name in memory.find("/out") if name.endswith("parquet")
    }
    expected = labelled_here(folder, tmp_path / "local", samples_model_file, keep=())
    assert made.keys() == expected.keys()
    for name, data in made.items():
        table, local = (pq.read_table(pa.BufferReader(one)) for one in (data, expected[name]))
        assert table.drop_columns("path") == local.drop_columns("path")
        assert set(table["path"].to_pylist()) == {f"memory://in/{name}"}
    assert memory.exists("/out/_SUCCESS")
    memory.rm("/", recursive=True)


def test_what_cannot_be_reached_is_an_error_and_no_damage(
    tables: Tables, tmp_path: Path, samples_model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that breaks must not make error rows out of sound files."""
    import fsspec
    from fsspec.implementations.memory import MemoryFile

    fsspec.filesystem("memory").put(str(tables(1) / "000.parquet"), "/far/000.parquet")
    read = MemoryFile.read

    def broken(self: Any, *size: int) -> bytes:
        if self.tell() < 100:
            raise OSError("connection reset")
        return read(self, *size)

    monkeypatch.setattr(MemoryFile, "read", broken)
    with pytest.raises(chude.ChudeError, match=r"far/000.parquet cannot be read: connection reset"):
        chude.dask.label_parquet("memory://far/000.parquet", tmp_path / "out", "content", model=samples_model_file)
    fsspec.filesystem("memory").rm("/", recursive=True)


def test_a_worker_that_does_not_see_a_file_says_so(
    cluster: DaskProcesses, tables: Tables, tmp_path: Path, samples_model_file: Path
) -> None:
    """In memory of this process, it is in no worker's."""
    import fsspec

    fsspec.filesystem("memory").put(str(tables(1) / "000.parquet"), "/here/000.parquet")
    with pytest.raises(chude.ChudeError, match=r"the worker on .* cannot open memory://here/000.parquet"):
        chude.dask.label_parquet(
            "memory://here", tmp_path / "out", "content", model=samples_model_file, scheduler=cluster.address
        )
    fsspec.filesystem("memory").rm("/", recursive=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["in", "-o", "out"], "--text-column"),
        (["in", "--text-column", "content"], "-o OUT"),
        (["in", "--text-column", "content", "-o", "out", "--bom", "--lines"], "leave out --lines, --bom"),
        (["-", "--text-column", "content", "-o", "out"], "files, folders and globs of Parquet"),
        (["in", "--text-column", "content", "-o", "in"], "both input and output"),
        (["in", "copy", "--text-column", "content", "-o", "out"], "would both become"),
        (["in/nothing*", "--text-column", "content", "-o", "out"], "no Parquet files"),
        (["absent", "--text-column", "content", "-o", "out"], "no such file or folder: absent"),
        (["in/a.txt", "--text-column", "content", "-o", "out"], "no Parquet file"),
        (["nosuch://in", "--text-column", "content", "-o", "out"], "nosuch"),
        (["in", "--text-column", "body", "-o", "out"], "no column 'body'"),
    ],
)
def test_wrong_use_is_said_before_any_work(
    tmp_path: Path, samples_model_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], said: str,
) -> None:  # fmt: skip
    from chude.cli import main

    monkeypatch.chdir(tmp_path)
    for folder in ("in", "copy"):
        Path(folder).mkdir()
        pq.write_table(pa.table({"content": ["Giá vàng"]}), f"{folder}/a.parquet")
    Path("in/a.txt").touch()
    with pytest.raises(SystemExit) as ended:
        main(["label", *arguments, "--engine", "dask", "--model", str(samples_model_file)])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert not Path("out").exists()


def test_no_scheduler_is_an_error_that_says_so(tables: Tables, tmp_path: Path, samples_model_file: Path) -> None:
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(chude.ChudeError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1"),
    ):
        chude.dask.label_parquet(
            tables(1), tmp_path / "out", "content", model=samples_model_file, scheduler="tcp://127.0.0.1:1"
        )


def test_without_the_extras_it_says_what_to_install() -> None:
    program = """
import sys
sys.modules.update(dict.fromkeys(["dask", "distributed", "fsspec", "pyspark"]))
import chude, chude.dask, chude.spark
for call in (chude.dask.label, chude.spark.label, lambda table: chude.dask.label_parquet(table, "out")):
    try:
        call("table")
    except chude.ChudeError as error:
        print(error)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    dask = "labelling with Dask needs distributed: pip install 'chude[dask]'"
    spark = "labelling with Spark needs pyspark: pip install 'chude[spark]'"
    assert run.stdout.splitlines() == [dask, spark, dask]


def test_a_part_without_the_column_ends_no_run(tmp_path: Path, samples_model_file: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(pa.table({"content": ["Giá vàng"]}), folder / "a.parquet")
    pq.write_table(pa.table({"body": ["Giá vàng"]}), folder / "b.parquet")
    bad = pa.array([b"\xff\xfe", "Giá vàng".encode()]).view(pa.string())
    pq.write_table(pa.table({"content": bad}), folder / "c.parquet")
    pq.write_table(pa.table({"content": pa.nulls(1)}), folder / "d.parquet")
    chude.dask.label_parquet(folder, tmp_path / "out", "content", model=samples_model_file, workers=1)
    errors = [
        error
        for path in sorted((tmp_path / "out").glob("*.parquet"))
        for error in pq.read_table(path)["error"].to_pylist()
    ]
    said = "the text is damaged: its bytes are not UTF-8"
    assert errors == [None, "has no column 'content'; its columns are: body", said, None, None]
