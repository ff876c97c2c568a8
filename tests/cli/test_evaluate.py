"""``chude evaluate`` as its users run it."""

import json

import numpy as np
import pytest


def test_readable_at_80_columns(run_chude, samples_folder, samples_model_file):
    done = run_chude("evaluate", samples_folder, "--model", samples_model_file, "--exclude", "*-1-*")
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first.startswith("samples on ")
    assert max(map(len, lines)) <= 80
    assert "topics the model does not have" in done.stdout
    assert "difficult" in done.stdout
    assert any(line.startswith("Thể thao ") for line in lines)  # names, not the slugs of files
    assert "the-thao" not in done.stdout
    assert done.stderr.startswith("left alone 2 files: .md 1, .csv 1 (")  # beside the samples
    assert done.stderr.count("\n") == 1


def test_json_agrees_with_the_library(run_chude, samples, samples_folder, samples_model, samples_model_file):
    done = run_chude("evaluate", samples_folder, "--model", samples_model_file, "--exclude", "difficult", "--json")
    found = json.loads(done.stdout)
    texts, topics = samples
    assert found["texts"] == len(texts)
    assert found["accuracy"] == pytest.approx(np.mean(samples_model.predict(texts) == np.array(topics)))


def test_unreadable_texts_are_said_and_change_the_exit_code(run_chude, samples_model_file, tmp_path):
    (tmp_path / "d" / "xe").mkdir(parents=True)
    (tmp_path / "d" / "xe" / "a.txt").write_text("Chiếc xe điện mới ra mắt", encoding="utf-8")
    (tmp_path / "d" / "xe" / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    done = run_chude("evaluate", "d", "--model", samples_model_file)
    assert done.returncode == 1
    assert "b.txt: " in done.stderr
    assert "PNG" in done.stderr
    assert "1 texts, 1 topics" in done.stdout


def test_wrong_use_is_one_sentence(run_chude, samples_model_file, tmp_path):
    (tmp_path / "t.csv").write_text("body,topic\na,xe\n", encoding="utf-8")
    done = run_chude("evaluate", "t.csv", "--text-column", "text", "--model", samples_model_file)
    assert done.returncode == 2
    assert done.stderr == "chude: error: t.csv has no column 'text'; its columns are: body, topic\n"
    assert done.stdout == ""


def test_a_topic_with_escapes_does_not_reach_the_terminal(run_chude, samples_model_file, tmp_path):
    rows = [{"text": "xe điện", "topic": "\x1b[2Jxấu"}, {"text": "xe điện", "topic": "xe"}]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = run_chude("evaluate", "t.jsonl", "--text-column", "text", "--model", samples_model_file)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
