"""``chude adapt`` as its users run it."""

import csv

import numpy as np
import pytest

from chude import TopicModel
from chude.adapt import adapt


@pytest.fixture
def sections(samples, tmp_path):
    """Sample articles under sections of a newspaper's own, as a table."""
    own = {
        "cong-nghe": "Số",
        "khoa-hoc": "Số",
        "the-thao": "Sân cỏ",
        "giai-tri": "Sân khấu",
        "du-lich": "Đi",
        "xe": "Đi",
    }
    rows = [(text, own[topic]) for text, topic in zip(*samples, strict=True) if topic in own]
    with (tmp_path / "ours.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["body", "section"])
        table.writerows(rows)
    return [text for text, _ in rows], [section for _, section in rows]


def test_sections_of_one_s_own(run_chude, sections, samples_model_file, tmp_path):
    columns = ("--text-column", "body", "--topic-column", "section")
    done = run_chude(
        "adapt", "ours.csv", *columns, "--from", samples_model_file, "-o", "o.safetensors", "--name", "báo"
    )
    assert done.returncode == 0, done.stderr
    texts, topics = sections
    expected = adapt(texts, topics, TopicModel.load(samples_model_file))
    assert "samples alone cannot be scored: it does not have all of your labels" in done.stdout
    assert f"{100 * expected.both.accuracy:.1f} %" in done.stdout
    assert f"{100 * expected.own.macro_f1:.1f} %" in done.stdout
    assert expected.verdict in " ".join(done.stdout.split())
    model = TopicModel.load(tmp_path / "o.safetensors")
    np.testing.assert_array_equal(model.predict_proba(texts), expected.model.predict_proba(texts))
    assert model.name == "báo"
    assert model.about["n_texts_by_topic"]["Sân cỏ"] == topics.count("Sân cỏ")
    assert model.about["start"] == "samples"
    lost = ", ".join(TopicModel.load(samples_model_file).classes_.tolist())
    assert f"not in the new model, because none of your texts has them: {lost}." in " ".join(done.stdout.split())
    labelled = run_chude("label", "ours.csv", "--text-column", "body", "--model", "o.safetensors", "-o", "l.csv")
    assert labelled.returncode == 0, labelled.stderr


def test_topics_of_the_model_are_scored_alone_too_and_kept(run_chude, samples_folder, samples_model_file, tmp_path):
    done = run_chude(
        "adapt", samples_folder, "--exclude", "difficult", "--exclude", "xe", "--from", samples_model_file,
        "-o", "o.safetensors", "-q",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "samples alone" in done.stdout
    assert "also kept, though no text is of them: xe" in done.stdout
    assert "not in the new model" not in done.stdout
    assert "xe" in TopicModel.load(tmp_path / "o.safetensors").classes_
    assert max(map(len, done.stdout.splitlines())) <= 80
    mine = run_chude(
        "adapt", samples_folder, "--exclude", "difficult", "--exclude", "xe", "--from", samples_model_file,
        "-o", "p.safetensors", "-q", "--only-mine",
    )  # fmt: skip
    assert "also kept" not in mine.stdout
    assert "xe" not in TopicModel.load(tmp_path / "p.safetensors").classes_


def test_sections_with_a_single_article_are_named(run_chude, samples, samples_model_file, tmp_path):
    texts, topics = samples
    rows = [(text, topic) for text, topic in zip(texts, topics, strict=True) if topic in {"xe", "the-thao"}]
    rows += [(texts[topics.index("du-lich")], "Đi đâu"), (texts[topics.index("khoa-hoc")], "Số")]
    with (tmp_path / "ours.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "topic"), *rows])
    done = run_chude("adapt", "ours.csv", "--from", samples_model_file, "-o", "o.safetensors", "-q")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "labels with a single text: Số, Đi đâu. When that text is scored, no other text of its label" in said
    assert max(map(len, done.stderr.splitlines())) <= 80
    with (tmp_path / "more.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "topic"), *rows, *((f"{text} Hết.", topic) for text, topic in rows[-2:])])
    done = run_chude("adapt", "more.csv", "--from", samples_model_file, "-o", "p.safetensors", "-q")
    assert (done.returncode, done.stderr) == (0, "")


def test_two_texts_say_that_they_are_too_few(run_chude, samples_model_file, tmp_path):
    for label, text in (("A", "đội tuyển thắng trận"), ("B", "giá vàng tăng")):
        (tmp_path / "d" / label).mkdir(parents=True)
        (tmp_path / "d" / label / "1.txt").write_text(text, encoding="utf-8")
    done = run_chude("adapt", "d", "--from", samples_model_file, "-o", "o.safetensors")
    assert done.returncode == 0, done.stderr
    assert "too few to score" in done.stdout
    assert (tmp_path / "o.safetensors").exists()


WRONG = {
    "no such model": (["--from", "nichts"], "no model 'nichts'"),
    "one label": (["--include", "the-thao*", "--exclude", "difficult"], "at least two topics"),
    "no such folder": (["--exclude", "difficult", "-o", "none/o.safetensors"], "none"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use(run_chude, samples_folder, samples_model_file, tmp_path, name):
    options, said = WRONG[name]
    done = run_chude("adapt", samples_folder, "-o", "o.safetensors", "--from", samples_model_file, *options)
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert not (tmp_path / "o.safetensors").exists()


def test_tables_without_the_titles_that_others_have_are_named(run_chude, samples, samples_model_file, tmp_path):
    for name, header in {"a": "text,topic,title", "b": "text,topic", "c": "topic,text"}.items():
        pairs = [(f"{name} {text}", topic) for text, topic in zip(*samples, strict=True)]
        rows = [[topic, text] if header.startswith("topic") else [text, topic, "Tin"] for text, topic in pairs]
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            columns = header.split(",")
            csv.writer(file).writerows([columns, *(row[: len(columns)] for row in rows)])
    done = run_chude("adapt", "a.csv", "b.csv", "c.csv", "--from", samples_model_file, "-o", "o.safetensors", "-q")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "read without titles, which other tables have: b.csv, c.csv\n"


def test_texts_that_were_saved_twice_are_learned_once_and_contrary_labels_are_told(
    run_chude, samples, samples_model_file, tmp_path
):
    rows = list(zip(*samples, strict=True))
    changed = [(text, "Khác" if i < 2 else topic) for i, (text, topic) in enumerate(rows)]
    for name, written in (("reviewed.csv", rows), ("reviewed (1).csv", changed)):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("text", "topic"), *written])
    options = ("--from", samples_model_file, "-o", "o.safetensors", "-q")
    done = run_chude("adapt", "reviewed.csv", "reviewed (1).csv", *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        f"left out {len(rows) - 2} texts that were read before, with the same label",
        "chude: 2 texts have several labels, and count for each:",
        f"  reviewed.csv:1 {rows[0][1]!r}, reviewed (1).csv:1 'Khác'",
        f"  reviewed.csv:2 {rows[1][1]!r}, reviewed (1).csv:2 'Khác'",
    ]
    assert done.stdout.startswith(f"{len(rows) + 2} texts, ")
