"""``chude label`` as a person uses it."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

FAKED = Path(__file__).parents[1] / "support" / "fake_cli.py"
OLD_MODELS = Path(__file__).parents[1] / "models-of-old"
PLAIN_TEXT = {f"chude.decoding.{name}" for name in ("magic", "names", "needed_packages")}
"""What of the room of decoding a file of plain UTF-8 needs."""
NOT_FOR_ONE_FILE = {
    *(f"chude.cli.{name}" for name in ("_screen", "explain", "train")),
    *(f"chude.labelling.{name}" for name in ("journal", "manifest", "placing", "run")),
    *(f"chude.sinks.{name}" for name in ("arrow", "parquet_sink", "xlsx_sink")),
    *(f"chude.sources.{name}" for name in ("archives", "csv_table", "json_table", "jsonl_table", "lines")),
    *(f"chude.sources.{name}" for name in ("parquet_table", "rawstream", "rows", "standard_input", "workbook_table")),
    *("bz2", "concurrent.futures", "gzip", "html", "importlib.resources", "logging", "lzma", "pkgutil", "random"),
    *("shutil", "tempfile", "tomllib", "zipfile"),
}
"""What other inputs and outputs need; in a start of 0.2 s each takes up to 5 ms."""
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command with the fake model, in a folder of its own."""

    def call(*args: str, stdin: bytes = b"", **options: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, str(FAKED), *args],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=tmp_path,
            timeout=120,
            **options,
        )

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "bài"
    (root / "cũ").mkdir(parents=True)
    (root / "a.txt").write_text("Giá vàng tăng mạnh", encoding="utf-8")
    (root / "b.txt").write_text("Đội tuyển thắng trận", encoding="utf-8")
    (root / "cũ" / "c.txt").write_bytes("Học sinh đăng ký".encode("utf-16"))
    return root


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_a_folder_into_a_file(run: Run, folder: Path) -> None:
    done = run("label", "bài", "-o", "labels.csv")
    assert (done.returncode, done.stdout) == (0, b"")
    found = rows((folder.parent / "labels.csv").read_bytes())
    assert [row["path"] for row in found] == [str(Path("bài", name)) for name in ("a.txt", "b.txt", "cũ/c.txt")]
    said = done.stderr.decode()
    assert said.startswith("3 texts in ")
    assert "encodings: utf-8 2, utf-16-le 1\n" in said
    assert "\r" not in said
    assert run("label", "bài", "-o", "labels.csv", "--quiet", "--overwrite").stderr == b""


def test_a_pipe_gets_csv_in_utf8(run: Run, folder: Path) -> None:
    env = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run("label", "bài", env=env)
    assert done.returncode == 0
    assert {row["topic_name"] for row in rows(done.stdout)} <= {"Kinh doanh", "Thể thao", "Giáo dục"}
    assert len(rows(done.stdout)) == 3


def test_standard_input(run: Run) -> None:
    text = "Giá vàng\ntăng mạnh".encode()
    (one,) = rows(run("label", "-", stdin=text).stdout)
    assert (one["path"], one["row"], one["encoding"]) == ("-", "", "utf-8")
    two = rows(run("label", "-", "--lines", stdin=text).stdout)
    assert [row["row"] for row in two] == ["1", "2"]
    tables = (b'{"text": "m\xe1\xbb\x99t", "id": 7}\n', b"id;text\n7;m\xe1\xbb\x99t\n")
    for table in tables:
        (row,) = rows(run("label", "-", "--text-column", "text", "--keep", "id", stdin=table).stdout)
        assert (row["id"], row["row"], row["error"]) == ("7", "1", "")
    done = run("label", "-", stdin=b"")
    assert done.returncode == 1
    assert rows(done.stdout)[0]["error"] == "empty file"


def test_formats_by_name_and_by_option(run: Run, folder: Path) -> None:
    for name in ("o.jsonl", "o.json", "o.parquet", "o.csv"):
        assert run("label", "bài", "-o", name).returncode == 0
    lines = (folder.parent / "o.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["path"] for line in lines] == [
        row["path"] for row in rows((folder.parent / "o.csv").read_bytes())
    ]
    assert len(json.loads((folder.parent / "o.json").read_bytes())) == 3
    assert run("label", "bài", "--format", "jsonl").stdout.decode().splitlines() == lines
    done = run("label", "bài", "--format", "parquet")
    assert (done.returncode, done.stderr) == (
        2,
        b"chude: error: parquet cannot be written piece by piece: name a file with -o\n",
    )


def test_thresholds_and_top(run: Run, folder: Path) -> None:
    done = run("label", "bài", "--min-probability", "0.99", "--top", "3", "--format", "jsonl")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(row["topic"], row["topic_name"], row["reason"]) for row in found} == {("unknown", "không rõ", "uncertain")}
    for row in found:
        pairs = [pair.rsplit(":", 1) for pair in row["top"].split(";")]
        assert len(pairs) == 3
        assert float(pairs[0][1]) == row["probability"]
        assert pairs[1] == [row["second_topic"], str(row["second_probability"])]
    assert b"(uncertain 3)" in done.stderr
    said = (
        "3 of 3 texts are unknown because their best topic is less probable than 0.99; --min-probability sets another"
    )
    assert said in done.stderr.decode()


def test_a_decimal_comma_is_a_point(run: Run, folder: Path) -> None:
    point, comma = (run("label", "bài", "--min-probability", share).stdout for share in ("0.5", "0,5"))
    assert point == comma
    wrong = run("label", "bài", "--min-probability", "nửa")
    assert wrong.returncode == 2
    assert "'nửa' is not a number; write one from 0 to 1, such as 0.5" in wrong.stderr.decode()


def test_a_limit_that_makes_few_texts_unknown_is_not_spoken_of(run: Run, folder: Path) -> None:
    """Of three texts and a file that is none, one unknown text is a third, which is not more than a third."""
    probabilities = sorted(float(row["probability"]) for row in rows(run("label", "bài").stdout))
    (folder / "d.txt").write_bytes(b"")
    for k, is_said in ((1, False), (2, True)):
        done = run("label", "bài", "-o", "o.csv", "--overwrite", "--min-probability", str(probabilities[k]))
        assert f"uncertain {k}" in done.stderr.decode()
        assert ("--min-probability sets another limit" in done.stderr.decode()) is is_said


def test_the_limit_of_coverage_is_spoken_of(run: Run, folder: Path) -> None:
    for k in range(9):
        (folder / f"c{k}.txt").write_text("Giá vàng 9999 8888", encoding="utf-8")
        (folder / f"d{k}.txt").write_text("9999 8888", encoding="utf-8")
    done = run("label", "bài", "-o", "o.csv", "--min-coverage", "0.6", "--summary", "s.json")
    assert "18 of 21 texts are unknown because the model knows a smaller share of their tokens than 0.6" in (
        done.stderr.decode()
    )
    assert json.loads((folder.parent / "s.json").read_bytes())["min_coverage"] == 0.6
    done = run("label", "bài", "-o", "o.csv", "--overwrite")
    assert "9 of 21 texts are unknown because the model knows none of their tokens\n" in done.stderr.decode()


def test_failures_are_listed_and_counted(run: Run, folder: Path) -> None:
    (folder / "p.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    for k in range(30):
        (folder / f"z{k:02}.txt").touch()
    done = run("label", "bài", "-o", "o.csv", "--quiet", "--summary", "s.json")
    assert done.returncode == 1
    said = done.stderr.decode().splitlines()
    assert said[0] == "chude: 31 of 34 texts could not be labelled: 30 x empty file; 1 x PNG image, not text"
    assert said[1].endswith("p.txt: PNG image, not text")
    assert said[-1] == "  and 11 more: see the error column"
    summary = json.loads((folder.parent / "s.json").read_bytes())
    assert (summary["texts"], summary["failed"], summary["failures"]) == (
        34,
        31,
        {"empty file": 30, "PNG image, not text": 1},
    )
    assert summary["encodings"] == {"utf-8": 2, "utf-16-le": 1}
    assert sum(summary["topics"].values()) == 3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["label", "missing"], "no such file or folder: missing"),
        (["label"], "Missing argument 'INPUT...'"),
        (["label", "bài", "--include", "*.doc"], "no texts in bài: searched for *.doc; --include names others"),
        (
            ["label", "t.csv"],
            "t.csv is a table: name its column of text with --text-column; its columns are: id, content",
        ),
        (["label", "t.csv", "--text-column", "body"], "t.csv has no column 'body'; its columns are: id, content"),
        (["label", "t.csv", "--text-column", "id", "--where", "id"], "'id' is not a condition; write COLUMN=VALUE"),
        (["label", "t.csv", "--text-column", "content", "--keep", "row"], "cannot keep row"),
        (["label", "bài", "--keep", "id"], "need a table's --text-column"),
        (["label", "bài", "--text-column", "x"], "no texts in bài: searched for tables"),
        (["label", "bài/a.txt", "--text-column", "x"], "is not a table chude reads"),
        (["label", "bài", "--max-size", "big"], "'big' is not a size; write 500000, 64M or 1G"),
        (["label", "bài", "--resume"], "only a run that writes a file (-o OUT) can be resumed"),
        (["label", "-", "-o", "o.csv", "--resume"], "this run cannot be resumed: standard input cannot be read again"),
        (["label", "bài", "--move"], "--move goes with --sort-into DIR"),
        (["label", "bài", "--sort-into", "d", "-o", "o.csv"], "--sort-into writes labels.csv beside the folders"),
        (["label", "bài", "-o", "o.csv.gz"], "chude writes no .gz files"),
        (["label", "bài", "-o", "no/o.csv"], "there is no folder"),
        (["labell"], "No such command 'labell'"),
    ],
)
def test_wrong_use_is_one_sentence(run: Run, folder: Path, args: list[str], said: str) -> None:
    (folder.parent / "t.csv").write_text("id,content\n1,x\n", encoding="utf-8")
    before = sorted(folder.parent.iterdir())
    done = run(*args)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert lines[0].startswith("chude: error: ")
    assert said in lines[0]
    assert len(lines) <= 2
    assert done.stdout == b""
    assert sorted(folder.parent.iterdir()) == before


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_table_of_80_columns(run: Run, folder: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    (folder / ("rất-" * 30 + "dài.txt")).write_text("Giá vàng", encoding="utf-8")
    (folder / "e.txt").touch()
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, str(FAKED), "label", "bài"],
        cwd=folder.parent,
        stdin=follower,
        stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 4096):
            shown += piece
    except OSError:  # how Linux says that the other side has gone
        pass
    os.close(leader)
    assert process.wait(60) == 1
    lines = shown.decode().replace("\r\n", "\n").splitlines()
    assert lines[0].split() == ["prob", "topic", "remark", "text"]
    assert len(lines) == 6
    assert all(len(line) <= 80 for line in lines)
    assert "\x1b" not in shown.decode()
    assert any("empty file" in line and line.endswith("e.txt") for line in lines)


@pytest.mark.skipif(os.name == "nt", reason="no such devices there")
def test_devices_are_written_not_replaced(run: Run, folder: Path) -> None:
    assert run("label", "bài", "-o", "/dev/null", "-q").returncode == 0
    assert Path("/dev/null").is_char_device()
    for args in (["-o", "/dev/full"], []):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, str(FAKED), "label", "bài", "-q", *args],
                cwd=folder.parent,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert done.returncode == 3
        assert done.stderr.decode() == "chude: error: the output cannot be written: no space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="pipes differ there")
def test_a_reader_that_has_seen_enough(folder: Path) -> None:
    text = "Bản tin ngắn trong ngày\n" * 200_000
    (folder / "long.txt").write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(FAKED), "label", "bài/long.txt", "--lines"],
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"path,row,")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 3


def test_sorting_into_folders(run: Run, folder: Path) -> None:
    done = run("label", "bài", "--sort-into", "xếp", "--move")
    assert done.returncode == 0
    assert b"files placed: 3\n" in done.stderr
    assert len(rows((folder.parent / "xếp" / "labels.csv").read_bytes())) == 3
    assert not list(folder.rglob("*.txt"))
    done = run("label", "bài", "--sort-into", "xếp", "--move", "--resume")
    assert (done.returncode, done.stderr.decode()) == (0, "chude: nothing to resume: xếp is complete\n")


def test_a_dash_is_standard_output(run: Run, folder: Path) -> None:
    printed, named = run("label", "bài", "-q"), run("label", "bài", "-q", "-o", "-")
    assert (named.returncode, named.stdout) == (printed.returncode, printed.stdout)
    assert not (folder.parent / "-").exists()


def test_help_and_version(run: Run) -> None:
    assert "chude " in run("--version").stdout.decode()
    listed = run("--help").stdout.decode()
    assert "label" in listed
    assert "Exit codes: 0 all labelled" in run("label", "--help").stdout.decode()
    script = "import sys; from chude.cli import main\ntry: main(['label', '--help'])\nexcept SystemExit: pass\n"
    done = subprocess.run(
        [sys.executable, "-c", script + "sys.exit('numpy' in sys.modules)"], capture_output=True, check=False
    )
    assert done.returncode == 0, "help waits for NumPy"


def test_labelling_imports_little(run: Run, folder: Path) -> None:
    """What a cold start may not pay for."""
    script = f"""
import sys
sys.path.insert(0, {str(FAKED.parent)!r})
sys.argv = ["chude", "label", "bài", "-o", "o.csv", "-q"]
import numpy as np
import chude
from chude.cli import main
from chude.tokenizer import Tokenizer
class Prediction:
    def __init__(self, n):
        self.probabilities, self.coverage, self.n_tokens = np.ones((n, 1)), np.ones(n), np.ones(n, int)
class Model:
    name, min_probability, min_coverage, topics = "m", 0.0, 0.0, [type("T", (), dict(slug="a", vi="A"))]
    def score_texts(self, texts, threads=None):
        return Prediction(len(texts))
    def to_bytes(self):
        return b""
def load(*_):
    Tokenizer().batch(["Giá vàng tăng"])  # as a model's vocabulary is, when it is loaded
    return Model()
chude.load = load
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
heavy = {{"sklearn", "pandas", "underthesea", "pyarrow", "scipy.linalg", "scipy.sparse"}}
heavy |= {{"ftfy", "trafilatura", "joblib"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, cwd=folder.parent)
    assert done.stderr == b""
    assert done.stdout.strip() == b"[]"


def test_one_plain_file_waits_for_nothing_that_others_need(folder: Path) -> None:
    """Neither for what reads, mends, writes or resumes anything else, nor for threads that multiply matrices."""
    script = f"""
import sys
import click
before = set(sys.modules)
sys.argv = ["chude", "label", "bài/a.txt", "--model", {str(OLD_MODELS / "v4.safetensors")!r}]
from chude.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
numpy = {{name for name in sys.modules if name.partition(".")[0] == "numpy"}}
assert numpy, "the model was not loaded"
print(*sorted(set(sys.modules) - before - numpy), file=sys.stderr)
"""
    environment = {name: value for name, value in os.environ.items() if name != "CHUDE_KERNELS"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=folder.parent, env=environment
    )
    loaded = set(done.stderr.decode().split())
    assert {"chude.sources.files", "chude.sinks.csv_sink", "chude.model.model_file"} <= loaded  # the names are right
    assert {name for name in loaded if name.startswith("chude.decoding.")} == PLAIN_TEXT
    assert loaded.isdisjoint(NOT_FOR_ONE_FILE), loaded & NOT_FOR_ONE_FILE


def test_one_plain_file_starts_no_threads(folder: Path) -> None:
    """OpenBLAS would start one for each processor, which is a fifth of the time that a start takes."""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("threads are counted in /proc, which is not here")
    script = """
import os, sys
from chude.cli import main
try:
    main()
finally:
    print(len(os.listdir("/proc/self/task")), "OPENBLAS_NUM_THREADS" in os.environ, file=sys.stderr)
"""
    model = str(OLD_MODELS / "v4.safetensors")
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", script, "label", "bài/a.txt", "--model", model]
    done = subprocess.run(command, capture_output=True, check=True, cwd=folder.parent, env=environment)
    assert done.stderr.decode().split() == ["1", "False"]
    done = subprocess.run(
        command, capture_output=True, check=True, cwd=folder.parent, env=environment | {"OPENBLAS_NUM_THREADS": "1"}
    )
    assert done.stderr.decode().split() == ["1", "True"]


def test_what_a_folder_holds_beside_texts_is_said(run: Run, folder: Path) -> None:
    (folder / "a.docx").write_bytes(b"x")
    (folder / "b.docx").write_bytes(b"x")
    (folder / "cũ" / "README").write_bytes(b"x")
    done = run("label", "bài", "-o", "labels.csv", "--summary", "s.json")
    assert done.returncode == 0
    assert ("left alone 3 files: .docx 2, no ending 1 (to read every file: --include '*')\n") in done.stderr.decode()
    assert json.loads((folder.parent / "s.json").read_bytes())["left_alone"] == {".docx": 2, "": 1}
    for options in (["--exclude", "*.docx", "--exclude", "README"], ["--include", "*.txt"]):
        assert b"left alone" not in run("label", "bài", "-o", "l.csv", "--restart", *options).stderr


@pytest.mark.parametrize("inputs", [("a.csv", "b.csv"), ("b.csv", "a.csv"), ("a.zip", "b.csv")])
def test_every_table_is_checked_before_the_run(run: Run, tmp_path: Path, inputs: tuple[str, str]) -> None:
    (tmp_path / "a.csv").write_text("body\nGiá vàng\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("text\nGiá vàng\n", encoding="utf-8")
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "a.csv")
    done = run("label", *inputs, "--text-column", "body", "-o", "labels.csv")
    assert done.returncode == 2
    assert b"b.csv has no column 'body'" in done.stderr
    assert not list(tmp_path.glob("labels.csv*"))


@pytest.mark.parametrize("inputs", [("a.zip", "b.zip"), ("b.zip", "a.zip")])
def test_what_an_archive_holds_beside_texts_is_said_of_each(run: Run, tmp_path: Path, inputs: tuple[str, str]) -> None:
    for name, member in (("a.zip", "a.doc"), ("b.zip", "b.txt")):
        with ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, "Giá vàng")
    assert b"left alone 1 file: .doc 1" in run("label", *inputs, "-o", "labels.csv").stderr


def test_standard_input_is_known_by_what_is_in_it(run: Run) -> None:
    pytest.importorskip("trafilatura")
    files = Path(__file__).parents[1] / "decoding" / "files"
    for name in ("page.chn", "page.mhtml", "mail.eml", "bai.docx", "viqr_suc-khoe.txt"):
        done = run("label", "-", stdin=(files / name).read_bytes())
        assert (done.returncode, rows(done.stdout)[0]["error"]) == (0, ""), name
    done = run("label", "-", stdin=(files / "dump.sql").read_bytes())
    assert (done.returncode, rows(done.stdout)[0]["topic"]) == (1, "")
    assert rows(done.stdout)[0]["error"].startswith("SQL dump, not a text: ")


def test_columns_to_keep_add_up(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('id;text;"a, b";c\n1;Giá vàng;x;y\n', encoding="utf-8")
    keeps = ("--keep", "id,c", "--keep", '"a, b"')
    (row,) = rows(run("label", "t.csv", "--text-column", "text", *keeps).stdout)
    assert [row[name] for name in ("id", "c", "a, b")] == ["1", "y", "x"]
    done = run("label", "t.csv", "--text-column", "text", "--keep", 'a"b"')
    assert done.returncode in {1, 2}
    assert b"Traceback" not in done.stderr


def test_the_delimiter_can_be_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id:text\n1:Giá vàng, bạc; đồng\n", encoding="utf-8")
    done = run("label", "t.csv", "--text-column", "text")
    assert (done.returncode, b"its columns are: id:text" in done.stderr) == (2, True)
    (row,) = rows(run("label", "t.csv", "--text-column", "text", "--keep", "id", "--delimiter", ":").stdout)
    assert (row["id"], row["error"]) == ("1", "")
    (tmp_path / "t.csv").write_text("id,x\ttext\n1,2\tGiá vàng\n", encoding="utf-8")
    (row,) = rows(run("label", "t.csv", "--text-column", "text", "--keep", '"id,x"', "--delimiter", r"\t").stdout)
    assert row["id,x"] == "1,2"
    done = run("label", "t.csv", "--text-column", "text", "--delimiter", "::")
    assert (done.returncode, b"is one character" in done.stderr) == (2, True)


def test_an_unclosed_quote_is_exit_1(run: Run, tmp_path: Path) -> None:
    lines = "".join(f"{k},Giá vàng tăng mạnh\n" for k in range(2, 1001))
    (tmp_path / "t.csv").write_text('id,text\n1,"Đội tuyển thắng\n' + lines, encoding="utf-8")
    done = run("label", "t.csv", "--text-column", "text", "-o", "o.csv")
    found = rows((tmp_path / "o.csv").read_bytes())
    assert (done.returncode, len(found), len([row for row in found if row["error"]])) == (1, 1000, 1)


def test_a_file_that_is_there_is_not_overwritten(run: Run, folder: Path) -> None:
    out = folder.parent / "labels.csv"
    assert run("label", "bài", "-o", "labels.csv").returncode == 0
    corrected = out.read_bytes() + b"mine\n"
    out.write_bytes(corrected)
    done = run("label", "bài", "-o", "labels.csv")
    assert done.returncode == 2
    assert all(option in done.stderr.decode() for option in ("labels.csv", "--overwrite", "--resume", "--restart"))
    done = run("label", "bài", "-o", "labels.csv", "--resume")
    assert (done.returncode, done.stderr) == (0, b"chude: nothing to resume: labels.csv is complete\n")
    assert out.read_bytes() == corrected
    assert not (folder.parent / "labels.csv.chude-run").exists()
    for option in ("--overwrite", "--restart"):
        out.write_bytes(corrected)
        assert run("label", "bài", "-o", "labels.csv", option).returncode == 0
        assert len(rows(out.read_bytes())) == 3
    assert run("label", "bài", "--overwrite").returncode == 2
