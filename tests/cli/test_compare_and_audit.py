"""``chude compare`` and ``chude audit`` as their users run them."""

import csv
import json

import pytest

from chude import TopicClassifier


@pytest.fixture
def other_model_file(samples, tmp_path):
    """A model of a third of the samples."""
    texts, topics = samples
    path = tmp_path / "other.safetensors"
    TopicClassifier(min_df=1, calibration_folds=0, unaccented=False).fit(texts[::3], topics[::3]).save(path)
    return path


def test_compare(run_chude, samples, samples_folder, samples_model_file, other_model_file, tmp_path):
    models = (samples_model_file, other_model_file)
    done = run_chude("compare", samples_folder, *models, "--exclude", "difficult", "-o", "d.csv")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "McNemar" in done.stdout
    listed = run_chude("compare", samples_folder, *models, "--exclude", "difficult", "--json", "-o", "d.jsonl")
    found = json.loads(listed.stdout)
    assert found["texts"] == len(samples[0])
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found["answered_differently"]
    lines = (tmp_path / "d.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["place"] for line in lines] == [row["place"] for row in rows]


def test_audit(run_chude, samples, tmp_path):
    texts, topics = samples
    rows = [{"text": text, "topic": topic, "split": "train"} for text, topic in zip(texts, topics, strict=True)]
    rows.append({"text": texts[0].upper(), "topic": "xe", "split": "test"})
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = run_chude("audit", "t.jsonl", "--text-column", "text", "--split-column", "split", "-o", "a.csv")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["place"] for row in found[:2]] == ["t.jsonl:1", f"t.jsonl:{len(rows)}"]
    assert {row["kind"] for row in found[:2]} == {"repeated with another topic"}
    assert f"wrote {len(found):,} rows" in done.stdout


def test_audit_of_train_and_test_folders(run_chude, samples_folder, tmp_path):
    done = run_chude("audit", samples_folder, "--exclude", "difficult", "--test", samples_folder)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["test", "44", "44", "44"] in lines
    assert ["train", "44", "44", "44"] in lines


WRONG = {
    "ending": (["audit", "{samples}", "-o", "a.xlsx"], "must end in .csv or .jsonl"),
    "two ways to say test": (["audit", "{samples}", "--test", "x", "--split-column", "s"], "give one of them"),
    "split of a folder": (["audit", "{samples}", "--split-column", "s"], "--text-column too"),
    "no such model": (["compare", "{samples}", "nothing", "nothing"], "no"),
    "curve without a report": (["evaluate", "{samples}", "--learning-curve"], "--report FOLDER"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_is_one_sentence(run_chude, samples_folder, name):
    arguments, said = WRONG[name]
    done = run_chude(*(str(samples_folder) if each == "{samples}" else each for each in arguments))
    assert done.returncode == 2
    assert done.stderr.startswith("chude: error: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
