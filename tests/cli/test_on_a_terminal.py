"""Every command on a terminal: no traceback, progress where it takes a while, the exit code of its documentation."""

import csv
import shutil
import sys
from pathlib import Path

import click
import pytest
from support.terminal import on_a_terminal

from chude.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")

TEXT = "Giá vàng tăng mạnh trong phiên sáng nay"
MODEL, COLUMN = ["--model", "m.safetensors"], ["--text-column", "text"]
COMMANDS = {
    "": ([], 0, "Usage: chude"),
    "label": (["label", "articles/", *MODEL], 0, "articles/"),
    "label, to a file": (["label", "t.csv", *COLUMN, "-o", "out.csv", *MODEL], 0, "44 texts"),
    "label, nothing there": (["label", "absent.txt"], 2, "absent.txt"),
    "train": (["train", "articles/", "-o", "new.safetensors", "--min-df", "1"], 0, "Learning"),
    "adapt": (["adapt", "t.csv", "--from", "m.safetensors", "-o", "ours.safetensors"], 0, "Learning"),
    "audit": (["audit", "t.csv"], 0, "Auditing"),
    "evaluate": (["evaluate", "t.csv", *MODEL], 0, "accuracy"),
    "compare": (["compare", "t.csv", "m.safetensors", "m.safetensors"], 0, "44"),
    "explain": (["explain", "one.txt", *MODEL], 0, "Kinh doanh"),
    "models": (["models"], 0, "news"),
    "pick": (["pick", "t.csv", *COLUMN, "-n", "5", "-o", "picked.csv", *MODEL], 0, "5"),
    "review": (["review", "t.csv", *COLUMN, "-n", "5", "-o", "r.html", *MODEL], 0, "r.html"),
    "drift": (["drift", "labels.csv", "labels.csv"], 0, "44 texts"),
    "apply": (["apply", "labels.csv", "reviewed.csv", "-o", "final.csv"], 0, "final.csv"),
    "export": (["export", "m.safetensors", "-o", "m.joblib"], 0, "m.joblib"),
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(samples_folder: Path, samples_model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles, a table of them, labels and a model."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(samples_folder, folder / "articles", ignore=shutil.ignore_patterns("difficult", "*.csv", "*.md"))
    shutil.copy(samples_model_file, folder / "m.safetensors")
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    files = sorted((folder / "articles").glob("*/*.txt"))
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["text", "topic"])
        rows.writerows([path.read_text(encoding="utf-8"), path.parent.name] for path in files)
    done = on_a_terminal(
        "label", "t.csv", "--text-column", "text", "-o", "labels.csv", "--model", "m.safetensors", cwd=folder
    )
    assert done.code == 0, done.text
    with (folder / "reviewed.csv").open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["path", "row", "title", "text", "topic", "best_topic", "probability"])
        rows.writerow(["t.csv", 1, "", files[0].read_text(encoding="utf-8"), "the-thao", "the-thao", 0.5])
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(desk: Path, tmp_path: Path, name: str) -> None:
    arguments, code, said = COMMANDS[name]
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder)
    done = on_a_terminal(*arguments, cwd=folder)
    assert "Traceback" not in done.text
    assert done.code == code, done.text
    assert said in done.text


def test_every_command_is_tried() -> None:
    assert set(main.list_commands(click.Context(main))) <= {name.partition(",")[0] for name in COMMANDS}


@pytest.mark.parametrize("lines", [[], ["--lines"]], ids=["one text", "lines"])
def test_a_slow_terminal_is_waited_for(desk: Path, lines: list[str]) -> None:
    """After a second the progress bar appears, whose length nobody knows."""
    typed = f"{TEXT}\n".encode()
    done = on_a_terminal("label", "-", *lines, "--model", "m.safetensors", cwd=desk, typed=typed, wait=3.0)
    assert (done.code, "Traceback" in done.text) == (0, False), done.text
    assert "Kinh doanh" in done.text


@pytest.mark.parametrize("encoding", ["cp1252", "cp1258", "ascii", "latin-1"])
@pytest.mark.parametrize("name", ["label", "explain", "models", ""])
def test_a_legacy_code_page_is_no_traceback(desk: Path, name: str, encoding: str) -> None:
    arguments, code, _ = COMMANDS[name]
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = on_a_terminal(*arguments, cwd=desk, env=env)
    assert (done.code, "Traceback" in done.text) == (code, False), done.text
