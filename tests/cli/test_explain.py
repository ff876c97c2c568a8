"""``chude explain`` as its users run it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chude import TopicModel

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
GOLD = SAMPLES / "kinh-doanh" / "kinh-doanh-4-chung-khoan.txt"


@pytest.fixture
def explain(samples_model_file: Path, tmp_path: Path):
    def run(*args: object, data: bytes = b"", model: object = samples_model_file, **env: str):
        return subprocess.run(
            [
                sys.executable,
                "-c",
                "from chude.cli import main; main()",
                "explain",
                "--model",
                str(model),
                *map(str, args),
            ],
            input=data,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **env},
            check=False,
        )

    return run


def sentence(run: subprocess.CompletedProcess[bytes]) -> str:
    """Return what it says on stderr, which must be one line and no traceback."""
    lines = run.stderr.decode().strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("chude: error: ")
    assert run.stdout == b""
    return lines[0].removeprefix("chude: error: ")


def test_terminal_view_in_a_pipe_is_plain_and_utf8_whatever_the_locale(explain) -> None:
    run = explain(GOLD, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii", FORCE_COLOR="1")
    assert (run.returncode, run.stderr) == (0, b"")
    view = run.stdout.decode("utf-8")
    assert "\x1b" not in view
    assert "Kinh doanh" in view.split("\n")[0]
    assert max(map(len, view.split("\n"))) <= 80


def test_json_points_at_the_text(explain) -> None:
    run = explain(GOLD, "--json", "-k", 4)
    assert (run.returncode, run.stderr) == (0, b"")
    told = json.loads(run.stdout)
    text = GOLD.read_text(encoding="utf-8")
    assert (told["path"], told["encoding"], told["topic"]) == (str(GOLD), "utf-8", "kinh-doanh")
    best = told["evidence"][0]
    assert 0 < len(best["towards"]) <= 4
    for term in best["towards"]:
        for start, stop in term["spans"]:
            assert text[start:stop].lower().split()[0] == term["term"].split()[0]


def test_standard_input_in_another_encoding(explain) -> None:
    data = (SAMPLES / "difficult" / "tcvn3-khoa-hoc.txt").read_bytes()
    run = explain("-", "--json", data=data)
    told = json.loads(run.stdout)
    assert (told["path"], told["encoding"]) == ("-", "tcvn3")
    assert told["coverage"] > 0.5
    assert json.loads(explain("-", "--json", "--encoding", "tcvn3", data=data).stdout) == told


def test_page_to_a_file_and_to_standard_output(explain, tmp_path: Path) -> None:
    run = explain(GOLD, "--html", "page.html")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"wrote page.html" + os.linesep.encode())
    page = (tmp_path / "page.html").read_bytes()
    assert page.startswith(b"<!doctype html>")
    assert explain(GOLD, "--html", "-").stdout.replace(b"\r\n", b"\n").rstrip() == page.rstrip()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_page_and_json_at_once(explain, tmp_path: Path) -> None:
    run = explain(GOLD, "--html", "page.html", "--json")
    assert json.loads(run.stdout)["topic"] == "kinh-doanh"
    assert (tmp_path / "page.html").is_file()
    run = explain(GOLD, "--html", "-", "--json")
    assert run.returncode == 2
    assert "would both print" in sentence(run)


def test_wrong_use_is_one_sentence_and_2(explain, tmp_path: Path) -> None:
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "empty.txt").write_bytes(b"")
    for args, expected in [
        (("nowhere.txt",), "no such file or folder: nowhere.txt"),
        ((tmp_path,), "cannot read"),
        (("picture.txt",), "picture.txt: PNG image"),
        (("empty.txt",), "empty.txt: empty file"),
        ((GOLD, "--encoding", "klingon"), "klingon"),
    ]:
        run = explain(*args)
        assert run.returncode == 2
        assert expected in sentence(run)
    run = explain(GOLD, model="nothing-of-the-kind")
    assert run.returncode == 2
    assert "model" in sentence(run)
    assert explain(GOLD, "-k", "-1").returncode == 2


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder here takes no files, not even root's")
def test_page_that_cannot_be_written_is_one_sentence_and_3(explain) -> None:
    run = explain(GOLD, "--html", "/proc/page.html")
    assert run.returncode == 3
    assert "cannot write /proc/page.html" in sentence(run)


def test_place_that_takes_no_page_is_one_sentence_and_2(explain, tmp_path: Path) -> None:
    run = explain(GOLD, "--html", tmp_path / "nowhere" / "page.html")
    assert run.returncode == 2
    assert f"there is no folder {tmp_path / 'nowhere'} to write page.html in" in sentence(run)
    (tmp_path / "taken").mkdir()
    run = explain(GOLD, "--html", tmp_path / "taken")
    assert run.returncode == 2
    assert "taken is a folder: name a file to write" in sentence(run)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("env", "coloured"), [({"TERM": "xterm-256color"}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_on_a_terminal_unless_told_otherwise(samples_model_file: Path, env: dict[str, str], coloured) -> None:
    import pty

    controller, terminal = pty.openpty()
    args = [
        sys.executable,
        "-c",
        "from chude.cli import main; main()",
        "explain",
        "--model",
        str(samples_model_file),
        str(GOLD),
    ]
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    run = subprocess.Popen(args, stdout=terminal, stdin=terminal, env={**kept, "TERM": "xterm", **env})
    os.close(terminal)
    view = b""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            part = os.read(controller, 1 << 16)
        except OSError:  # Linux's way of saying that the other end is closed
            break
        if not part:
            break
        view += part
    os.close(controller)
    assert run.wait(60) == 0
    assert (b"\x1b[" in view) == coloured
    assert b"Kinh doanh" in view


def test_the_page_is_the_explanation_of_the_model_in_the_file(samples_model_file: Path, explain) -> None:
    text = GOLD.read_text(encoding="utf-8")
    page = TopicModel.load(samples_model_file).explain(text).to_html(GOLD.name)
    assert explain(GOLD, "--html", "-").stdout.decode().replace("\r\n", "\n").rstrip() == page.rstrip()
