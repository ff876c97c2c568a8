"""``chude train``, ``chude export`` and ``chude models`` as their users run them."""

import csv
import json
import re

import joblib
import numpy as np
import pytest

from chude import TopicClassifier, TopicModel
from chude.bundled import model_names


@pytest.fixture(scope="session")
def few_texts():
    """Written for this test: two topics that a handful of texts tells apart."""
    sport = "trận đấu bóng đá bàn thắng cầu thủ huấn luyện viên sân cỏ"
    money = "giá vàng ngân hàng cổ phiếu lãi suất thị trường doanh nghiệp"
    rows = []
    for number in range(12):
        for topic, words in (("thể thao", sport), ("kinh doanh", money)):
            listed = words.split()
            text = " ".join(listed[number % 5 :] + listed[: number % 5] + [f"bản tin số {number}"])
            rows.append({"text": text, "label": topic, "split": "test" if number % 4 == 0 else "train"})
    return rows


@pytest.fixture
def table(few_texts, tmp_path):
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["text", "label", "split"])
        writer.writeheader()
        writer.writerows(few_texts)
    return tmp_path / "t.csv"


def test_a_model_from_folders_says_how_good_it_is_and_what_it_is_made_of(run_chude, samples, samples_folder, tmp_path):
    done = run_chude(
        "train", samples_folder, "--exclude", "difficult", "-o", "m.safetensors", "-C", "1", "--name", "mẫu"
    )
    assert done.returncode == 0, done.stderr
    texts, topics = samples
    expected = TopicClassifier(C=1.0).fit(texts, topics)
    accuracy, macro = expected.held_out_accuracy_, expected.held_out_macro_f1_
    assert f"held-out accuracy {100 * accuracy:.1f} %, macro-F1 {100 * macro:.1f} %" in done.stdout
    model = TopicModel.load(tmp_path / "m.safetensors")
    assert np.array_equal(model.predict_proba(texts), expected.model_.predict_proba(texts))
    assert model.name == "mẫu"
    assert model.about["n_texts"] == len(texts)
    assert model.about["n_texts_by_topic"]["the-thao"] == topics.count("the-thao")
    assert model.about["held_out"] == {"accuracy": accuracy, "macro_f1": macro}
    assert {"chude", "scikit-learn"} <= model.about["versions"].keys()
    assert "few texts" in done.stderr
    assert "Learning" not in done.stderr  # no bar where nobody watches


def test_scored_on_a_test_split_of_the_same_table(run_chude, table, tmp_path):
    columns = ("--text-column", "text", "--topic-column", "label")
    done = run_chude(
        "train", table, *columns, "--where", "split=train", "--test-where", "split=test", "-o", "m.safetensors"
    )
    assert done.returncode == 0, done.stderr
    assert "6 texts" in done.stdout
    about = TopicModel.load(tmp_path / "m.safetensors").about
    assert about["test"]["n_texts"] == 6
    assert about["n_texts"] == 18
    again = run_chude("evaluate", table, *columns, "--where", "split=test", "--model", "m.safetensors", "--json")
    assert json.loads(again.stdout)["accuracy"] == about["test"]["accuracy"]


def test_training_again_gives_the_same_file(run_chude, table, tmp_path):
    for name in ("a", "b"):
        done = run_chude(
            "train",
            table,
            "--text-column",
            "text",
            "--topic-column",
            "label",
            "-o",
            f"{name}.safetensors",
            "-q",
            "--name",
            "own",
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def written(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["text", "label"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_stray_label_is_named_and_stops_nothing(run_chude, few_texts, tmp_path):
    columns = ("--text-column", "text", "--topic-column", "label")
    strays = [{"text": "một bài thơ về mùa thu", "label": "thơ"}] * 2
    usual = run_chude("train", written(tmp_path / "a.csv", few_texts), *columns, "-o", "a.safetensors")
    done = run_chude("train", written(tmp_path / "b.csv", few_texts + strays), *columns, "-o", "b.safetensors")
    assert done.returncode == 0, done.stderr
    assert "held-out accuracy 100.0 %" in done.stdout
    assert "learned but not scored, with one text each: thơ" in done.stdout
    assert "few texts to learn from: thơ (2)" in done.stderr
    assert "not scored" not in usual.stdout
    first, second = (TopicModel.load(tmp_path / f"{name}.safetensors") for name in "ab")
    assert second.about["held_out"] == first.about["held_out"]
    assert 0 < second.min_coverage <= first.min_coverage
    assert (
        second.accented.whole.calibration.slope
        != TopicClassifier(calibration_folds=0, min_df=1)
        .fit([row["text"] for row in few_texts], [row["label"] for row in few_texts])
        .model_.accented.whole.calibration.slope
    )


def test_labels_of_one_topic_are_one_label(run_chude, few_texts, tmp_path):
    """As a newspaper's staff types them; the test data has slugs."""
    rows = [{**row, "label": row["label"].title() if i % 5 == 0 else row["label"]} for i, row in enumerate(few_texts)]
    slugs = {"thể thao": "the-thao", "kinh doanh": "kinh-doanh"}
    tests = [{**row, "label": slugs[row["label"]]} for row in few_texts[:6]]
    columns = ("--text-column", "text", "--topic-column", "label")
    done = run_chude(
        "train", written(tmp_path / "t.csv", rows), "--test", written(tmp_path / "e.csv", tests), *columns,
        "-o", "m.safetensors",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "the same label as 'thể thao': 'Thể Thao' (3)" in done.stderr
    model = TopicModel.load(tmp_path / "m.safetensors")
    assert model.classes_.tolist() == ["kinh doanh", "thể thao"]
    assert model.about["test"] == {"data": [str(tmp_path / "e.csv")], "n_texts": 6, "accuracy": 1.0, "macro_f1": 1.0}
    audited = run_chude("audit", tmp_path / "t.csv", *columns)
    assert audited.returncode == 0, audited.stderr
    assert "24 texts, 2 topics" in audited.stdout
    assert "the same label as" in audited.stderr


def test_what_was_chosen_and_how_long_it_took_is_told(run_chude, table, tmp_path):
    columns = ("--text-column", "text", "--topic-column", "label", "-o", "m.safetensors", "--overwrite")
    done = run_chude("train", table, *columns)
    assert re.search(r"C = 1, min_df = 1(, class_weight = 0.25)?\n", done.stdout)
    assert re.search(r"learned in \d+\.\d s, 24 of the 26 fits for cross-validation\n", done.stderr)
    done = run_chude("train", table, *columns, "-C", "0.3", "--min-df", "1", "--balanced")
    assert "C = 0.3, min_df = 1, class_weight = balanced\n" in done.stdout
    assert "3 of the 5 fits" in done.stderr
    assert not run_chude("train", table, *columns, "-q").stderr


WRONG = {
    "one topic": (["--where", "label=thể thao"], "at least two topics"),
    "strength 0": (["-C", "0"], "neither a number above 0 nor cv"),
    "no rows": (["--where", "label=khác"], "no labelled text"),
    "folder of the output missing": (["-o", "none/m.safetensors"], "none"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use(run_chude, table, tmp_path, name):
    options, said = WRONG[name]
    done = run_chude(
        "train", table, "--text-column", "text", "--topic-column", "label", "-o", "m.safetensors", *options
    )
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert not (tmp_path / "m.safetensors").exists()


@pytest.mark.parametrize("command", ["train", "adapt"])
def test_a_topic_of_one_s_own_is_not_called_as_texts_without_a_sure_topic_are(
    run_chude, few_texts, samples_model_file, tmp_path, command
):
    rows = [{**row, "label": row["label"].replace("thể thao", "unknown")} for row in few_texts]
    options = ("--from", samples_model_file) if command == "adapt" else ()
    path = written(tmp_path / "u.csv", rows)
    done = run_chude(command, path, "--text-column", "text", "--topic-column", "label", "-o", "m.safetensors", *options)
    assert done.returncode == 2
    assert "a topic cannot be called 'unknown'" in done.stderr
    assert not (tmp_path / "m.safetensors").exists()


def test_export_is_a_pipeline_to_joblib_and_no_model_to_chude(
    run_chude, samples, samples_folder, samples_model, samples_model_file, tmp_path
):
    done = run_chude("export", samples_model_file, "-o", "pipeline.joblib")
    assert done.returncode == 0, done.stderr
    pipeline = joblib.load(tmp_path / "pipeline.joblib")
    texts = samples[0]
    assert np.abs(pipeline.predict_proba(texts) - samples_model.predict_proba(texts)).max() < 1e-9
    refused = run_chude("evaluate", samples_folder, "--model", "pipeline.joblib")
    assert refused.returncode == 2
    assert "chude loads only its own" in refused.stderr


def test_models_lists_what_comes_with_chude(run_chude):
    done = run_chude("models")
    if done.returncode == 2:
        assert "make models" in done.stderr
        pytest.skip("the bundled models have not been made: `make models`")
    names = [line.split()[0] for line in done.stdout.splitlines() if line and line[0] != " "]
    assert names == ["news", *(name for name in model_names() if name != "news")]
    assert "vnexpress_" not in done.stdout  # names of corpora are for programs
    assert "kinh-doanh" in done.stdout
    assert done.stdout.count("  limits    probability 0.") == len(names)
    assert max(map(len, done.stdout.splitlines())) <= 80
