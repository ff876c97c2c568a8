"""No command replaces a file that is there, unless it is told to; that is said before the work begins."""

import shutil
from pathlib import Path

import click
import pytest

from chude.cli import main

MINE = b"corrected by hand\n"

COMMANDS = {
    "adapt": (["adapt", "texts", "--from", "m.safetensors", "-o", "out.safetensors", "-q"], "out.safetensors"),
    "apply": (["apply", "labels.csv", "reviewed.csv", "-o", "out.csv"], "out.csv"),
    "audit": (["audit", "texts", "--folds", "2", "-o", "out.csv", "-q"], "out.csv"),
    "compare": (["compare", "texts", "m.safetensors", "m.safetensors", "-o", "out.csv"], "out.csv"),
    "evaluate": (["evaluate", "texts", "--model", "m.safetensors", "--report", "out"], "out/report.html"),
    "evaluate, a figure": (
        ["evaluate", "texts", "--model", "m.safetensors", "--report", "out"],
        "out/figures/confusion-matrix.svg",
    ),
    "explain": (["explain", "one.txt", "--model", "m.safetensors", "--html", "out.html"], "out.html"),
    "export": (["export", "m.safetensors", "-o", "out.joblib"], "out.joblib"),
    "label": (["label", "texts", "--model", "m.safetensors", "-o", "out.csv"], "out.csv"),
    "label, its summary": (["label", "texts", "--model", "m.safetensors", "--summary", "s.json", "-q"], "s.json"),
    "pick": (["pick", "texts", "--model", "m.safetensors", "-n", "2", "-o", "out.csv"], "out.csv"),
    "review": (["review", "texts", "--model", "m.safetensors", "-n", "2", "-o", "out.html"], "out.html"),
    "train": (["train", "texts", "--min-df", "1", "--folds", "2", "-o", "out.safetensors", "-q"], "out.safetensors"),
}


@pytest.fixture
def folder(tmp_path: Path, samples_folder: Path, samples_model_file: Path) -> Path:
    for topic in ("xe", "the-thao"):
        shutil.copytree(samples_folder / topic, tmp_path / "texts" / topic)
    shutil.copy(samples_model_file, tmp_path / "m.safetensors")
    shutil.copy(next((samples_folder / "xe").iterdir()), tmp_path / "one.txt")
    (tmp_path / "labels.csv").write_text("path,row,topic\na.txt,,xe\n", encoding="utf-8")
    (tmp_path / "reviewed.csv").write_text("path,row,topic\na.txt,,the-thao\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_there_is_replaced_only_when_asked(run_chude, folder: Path, name: str) -> None:
    if name.startswith("evaluate"):
        pytest.importorskip("matplotlib")
    words, file = COMMANDS[name]
    out = folder / file
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(MINE)
    before = sorted(folder.rglob("*"))
    done = run_chude(*words)
    assert done.returncode == 2, done.stderr
    assert f"{Path(file)} is there already: choose another name, or replace it with --overwrite" in done.stderr
    assert out.read_bytes() == MINE
    assert sorted(folder.rglob("*")) == before
    assert run_chude(*words, "--overwrite").returncode == 0
    assert out.read_bytes() != MINE


@pytest.mark.parametrize("name", ["adapt", "audit", "evaluate", "train", "explain"])
def test_the_refusal_comes_before_the_work(run_chude, folder: Path, name: str) -> None:
    """Of texts that are not there, nothing is said: they are not looked at."""
    words, file = COMMANDS[name]
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_bytes(MINE)
    gone = ["nowhere" if word in {"texts", "one.txt"} else word for word in words]
    assert "is there already" in run_chude(*gone).stderr


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"label", "evaluate", "evaluate, a figure"}))
def test_a_folder_that_is_not_there_is_told_before_the_work(run_chude, folder: Path, name: str) -> None:
    words, file = COMMANDS[name]
    gone = ["nowhere" if word in {"texts", "one.txt"} else word for word in words]
    done = run_chude(*(f"none/{file}" if word == file else word for word in gone))
    assert done.returncode == 2, done.stderr
    assert f"there is no folder none to write {file} in" in done.stderr


def test_what_is_no_file_is_never_replaced(run_chude, folder: Path) -> None:
    (folder / "out.csv").mkdir()
    words = ["audit", "texts", "--folds", "2", "-q", "-o"]
    assert "out.csv is a folder: name a file to write" in run_chude(*words, "out.csv", "--overwrite").stderr
    device = folder / "device.csv"
    device.symlink_to("/dev/null")
    done = run_chude(*words, "device.csv", "--overwrite")
    assert done.returncode == 2
    assert "device.csv is a device or a pipe" in done.stderr
    assert device.is_symlink()


def test_there_is_nothing_to_overwrite_without_an_output(run_chude, folder: Path) -> None:
    done = run_chude("audit", "texts", "--overwrite")
    assert done.returncode == 2
    assert "--overwrite replaces an output file, and none is named" in done.stderr


def test_every_command_that_writes_a_file_has_the_option() -> None:
    """A command that is added with an output file is looked at here too."""
    group = click.Context(main)
    for name in main.list_commands(group):
        command = main.get_command(group, name)
        assert command is not None
        options = {word for param in command.params for word in param.opts}
        assert ("--overwrite" in options) == bool(options & {"--output", "--html", "--report", "--summary"}), name
