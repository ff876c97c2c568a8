"""Small things that people count on: completion, lists for programs, refusals that leave nothing behind."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chude import TopicModel, load
from chude.cli.models import _purpose, _scores, first_sentence
from chude.locale.sentences import Sentences
from chude.topics import TOPICS

SCORES = {"accuracy": 0.5, "macro_f1": 0.5}


@pytest.fixture
def folder(tmp_path: Path, samples_folder: Path, samples_model_file: Path) -> Path:
    for topic in ("xe", "the-thao"):
        shutil.copytree(samples_folder / topic, tmp_path / "texts" / topic)
    shutil.copy(samples_model_file, tmp_path / "m.safetensors")
    (tmp_path / "table.csv").write_text("text,k\ntrận đấu bóng đá,1\n", encoding="utf-8")
    return tmp_path


def completions(run_chude, *words: str) -> list[str]:
    """What bash is offered for the last word."""
    run = run_chude(_CHUDE_COMPLETE="bash_complete", COMP_WORDS=" ".join(["chude", *words]), COMP_CWORD=str(len(words)))
    return [line.partition(",")[2] if line.startswith("plain") else line for line in run.stdout.split()]


def test_a_shell_is_offered_commands_options_models_and_files(run_chude, folder: Path) -> None:
    assert completions(run_chude, "l") == ["label"]
    assert completions(run_chude, "explain", "--mo") == ["--model"]
    assert completions(run_chude, "explain", "--model", "n") == ["news", "file,n"]
    assert completions(run_chude, "explain", "--model", "v") == ["vntc", "file,v"]
    assert completions(run_chude, "label", "te") == ["file,te"]
    assert completions(run_chude, "label", "texts", "-o", "la") == ["file,la"]
    assert completions(run_chude, "label", "texts", "--format", "j") == ["jsonl"]
    assert completions(run_chude, "label", "--text-column", "b") == []
    assert completions(run_chude, "--lang", "") == ["en", "vi"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_of_shells_are_well_formed(run_chude, tmp_path: Path, shell: str) -> None:
    run = run_chude(_CHUDE_COMPLETE=f"{shell}_source")
    assert run.returncode == 0
    assert "_CHUDE_COMPLETE" in run.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(run.stdout, encoding="utf-8")
    checked = subprocess.run([shell, "-n", str(script)], capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, b"")


def test_topics_are_listed_for_people_and_for_programs(run_chude, folder: Path) -> None:
    lines = run_chude("topics").stdout.splitlines()
    assert [line.split("  ")[0] for line in lines] == [topic.slug for topic in load().topics]
    assert all(topic.vi in line and topic.en in line for topic, line in zip(load().topics, lines, strict=True))
    listed = json.loads(run_chude("topics", "--json").stdout)
    assert {each["slug"]: each["includes"] for each in listed} == {topic.slug: topic.includes for topic in TOPICS}
    own = json.loads(run_chude("topics", "--json", "--model", "m.safetensors").stdout)
    assert [each["slug"] for each in own] == [topic.slug for topic in load(folder / "m.safetensors").topics]


def test_models_are_listed_for_programs(run_chude) -> None:
    for each in json.loads(run_chude("models", "--json").stdout):
        model = TopicModel.load(each["path"])
        assert (each["name"], each["terms"]) == (model.name, len(model.accented.idf))
        assert [topic["slug"] for topic in each["topics"]] == [topic.slug for topic in model.topics]
        assert each["bytes"] == Path(each["path"]).stat().st_size


def test_what_chude_wrote_of_its_models_is_translated_and_nothing_else(run_chude) -> None:
    for each in json.loads(run_chude("models", "--json").stdout):
        recipe = each["about"]["recipe"]
        fixed = [first_sentence(recipe["purpose"]), *(test["name"] for test in recipe.get("test", ()))]
        told = Sentences.of("vi")
        names_only = {"VietnamNet 2023 (dev_vietnamnet_2023)", "VnExpress 2026 (dev_vnexpress_2026)"}
        assert [text for text in fixed if told.translated(text) == text and text not in names_only] == []
    shown = " ".join(run_chude("models", "--lang", "vi").stdout.split())
    assert "mười ba chủ đề của báo chí Việt Nam ngày nay" in shown
    assert "Tuổi Trẻ và VnExpress 2025" in shown
    about = {"recipe": {"purpose": "What our archive is about. More."}, "scores": {"our test": SCORES}}
    assert _purpose(about) == "What our archive is about."
    assert _scores(about).startswith("our test: ")


@pytest.mark.parametrize("command", ["train", "adapt"])
def test_a_model_has_its_ending(run_chude, folder: Path, command: str) -> None:
    run = run_chude(command, "texts", "-o", "m.joblib")
    assert run.returncode == 2
    assert "m.joblib must end in .safetensors" in run.stderr
    assert "chude export" in run.stderr
    assert not (folder / "m.joblib").exists()


def test_conditions_that_no_row_meets_are_said(run_chude, folder: Path) -> None:
    run = run_chude("label", "table.csv", "--text-column", "text", "--where", "k=2", "-o", "out.csv", "-q")
    assert run.returncode == 0
    assert run.stderr == "chude: no row has k=2: there was nothing to label\n"
    run = run_chude("evaluate", "table.csv", "--text-column", "text", "--topic-column", "k", "--where", "k=2")
    assert run.returncode == 2
    assert "no row has k=2" in run.stderr


def test_a_refused_run_leaves_no_folder_behind(run_chude, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    run = run_chude("label", "table.csv", "--text-column", "text", "--sort-into", "new/below")
    assert run.returncode == 2
    assert sorted(folder.rglob("*")) == before
    (folder / "there").mkdir()
    assert run_chude("label", "table.csv", "--text-column", "text", "--sort-into", "there").returncode == 2
    assert (folder / "there").is_dir()


def test_a_finished_run_given_again_says_that_it_is_complete(run_chude, folder: Path) -> None:
    arguments = ("label", "texts", "-o", "out.csv", "--model", "m.safetensors")
    assert run_chude(*arguments).returncode == 0
    run = run_chude(*arguments, "--resume")
    assert (run.returncode, run.stderr) == (0, "chude: nothing to resume: out.csv is complete\n")


def test_scores_on_the_texts_a_model_was_learned_from_are_called_that(run_chude, folder: Path) -> None:
    assert run_chude("train", "texts", "-o", "own.safetensors", "--min-df", "1", "-q").returncode == 0
    shutil.copytree(folder / "texts", folder / "others")
    warned = "chude: own.safetensors was learned from ./texts: scores on texts it has seen are too high\n"
    assert warned in run_chude("evaluate", "./texts", "--model", "own.safetensors").stderr
    reported = ("--model", "own.safetensors", "--report", "report")
    assert run_chude("evaluate", "./texts", *reported).returncode == 0
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "The model was learned from <bdi>./texts</bdi>: scores on texts it has seen are too high." in page
    listed = json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))
    assert listed["learned_from"] == ["./texts"]
    for models in (("m.safetensors", "own.safetensors"), ("own.safetensors", "own.safetensors")):
        assert run_chude("compare", "./texts", *models).stderr.count(warned) == 1
    others = (
        ["others", "--model", "own.safetensors"],
        ["texts", "--model", "m.safetensors"],
        ["texts", "--model", "own.safetensors", "--include", "*-1-*"],  # they may be others of the same folder
    )
    for arguments in others:
        assert "learned from" not in run_chude("evaluate", *arguments).stderr
    assert "learned from" not in run_chude("compare", "others", "m.safetensors", "own.safetensors").stderr


def test_explain_reads_what_label_reads(run_chude, folder: Path) -> None:
    path = next((folder / "texts" / "xe").iterdir())
    (folder / "packed.txt.gz").write_bytes(gzip.compress(path.read_bytes()))
    plain, packed = (json.loads(run_chude("explain", "--json", name).stdout) for name in (path, "packed.txt.gz"))
    assert plain.pop("path") != packed.pop("path")
    assert plain == packed
    as_table = run_chude("explain", "table.csv"), run_chude("label", "table.csv")
    assert [run.returncode for run in as_table] == [2, 2]
    assert as_table[0].stderr == as_table[1].stderr
    folder_given = run_chude("explain", "texts")
    assert folder_given.returncode == 2
    assert "it is a folder" in folder_given.stderr


def test_a_command_ends_without_a_search_for_garbage() -> None:
    """What is registered first to run at the end runs last, when everything is left out of that search."""
    code = (
        "import atexit, gc; atexit.register(lambda: print('left out:', gc.get_freeze_count() > 0))\n"
        "from chude.cli import main; main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "left out: True" in done.stdout
