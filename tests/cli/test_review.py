"""``chude pick``, ``review`` and ``apply`` as their users run them."""

import csv
import json
import re
import zipfile

import pytest

from chude import TopicModel, pick
from chude.dataset import read

PICKED = ["path", "row", "title", "text", "topic", "best_topic", "probability", "stands_for"]


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def texts_on(page):
    content = json.loads(re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"))[1])
    return content["texts"]


@pytest.fixture
def archive(samples, tmp_path):
    """Sample articles as a table with titles, and one row that is no text."""
    rows = [
        {"id": i, "title": text.split("\n")[0], "body": text.split("\n", 1)[1], "year": 2025 + i % 2}
        for i, text in enumerate(samples[0])
    ]
    with (tmp_path / "archive.jsonl").open("w", encoding="utf-8") as file:
        for row in [*rows, {"id": 99, "title": "x", "body": 7, "year": 2025}]:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return rows


def test_picks_of_a_folder_are_those_of_the_library(run_chude, samples_folder, samples_model_file, tmp_path):
    done = run_chude(
        "pick", samples_folder, "--exclude", "difficult", "-n", 12, "--model", samples_model_file, "-o", "picked.csv"
    )
    assert done.returncode == 0, done.stderr
    assert "12 of 44 texts -> picked.csv" in done.stderr
    found = rows_of(tmp_path / "picked.csv")
    assert list(found[0]) == PICKED
    files = sorted(path for path in samples_folder.glob("*/*.txt") if path.parent.name != "difficult")
    texts = [path.read_text(encoding="utf-8") for path in files]
    model = TopicModel.load(samples_model_file)
    expected, counts = pick(texts, 12, model, return_counts=True)
    assert [row["path"] for row in found] == [str(files[i]) for i in expected]
    assert [row["stands_for"] for row in found] == [str(count) for count in counts]
    assert [row["text"] for row in found] == [texts[i] for i in expected]
    assert [row["best_topic"] for row in found] == model.predict([texts[i] for i in expected]).tolist()


def test_a_second_round_of_a_table_with_titles(run_chude, archive, samples_model_file, tmp_path):
    options = ("--text-column", "body", "--title-column", "title", "--model", samples_model_file)
    first = run_chude("pick", "archive.jsonl", *options, "-n", 10, "-o", "first.csv")
    assert first.returncode == 1
    assert "1 text cannot be read" in first.stderr
    assert "archive.jsonl:45" in first.stderr
    second = run_chude("pick", "archive.jsonl", *options, "-n", 50, "--not-in", "first.csv", "-o", "second.jsonl", "-q")
    assert second.returncode == 1
    found = [json.loads(line) for line in (tmp_path / "second.jsonl").read_text(encoding="utf-8").splitlines()]
    one, two = rows_of(tmp_path / "first.csv"), found
    assert {int(row["row"]) for row in one}.isdisjoint(row["row"] for row in two)
    for row in two:
        assert (row["title"], row["text"]) == (archive[row["row"] - 1]["title"], archive[row["row"] - 1]["body"])
    assert len(one) + len(two) <= len(archive)


@pytest.mark.parametrize("command", [("pick", "p.csv"), ("review", "p.html")])
def test_texts_that_could_not_be_chosen_are_counted_by_reason(
    run_chude, samples, samples_model_file, tmp_path, command
):
    """Every text that was read is chosen, counted, or one of those that were not asked for."""
    name, out = command
    (tmp_path / "a").mkdir()
    texts = [*samples[0][:4], samples[0][0].upper(), "xyzzy qwrtz plugh", "the quick brown fox jumps over it", "", ""]
    for i, text in enumerate(texts):
        (tmp_path / "a" / f"{i}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a" / "9.txt").write_bytes(b"a" * ((16 << 20) + 1))
    (tmp_path / "old.csv").write_text("path,row,title,text\na/1.txt,,,giá vàng\n", encoding="utf-8")
    done = run_chude(name, "a", "-o", out, "--model", samples_model_file, "--not-in", "old.csv")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == ("chude: 3 texts cannot be read: 2 x empty file; 1 x larger than a text may be")
    assert lines[4] == (
        "left out: 1 picked or reviewed before; 1 nearly the same as another text; "
        "2 not covered by the model, which knows too few of their words"
    )
    assert lines[5].startswith("3 of 7 texts -> ")
    assert "left out" not in run_chude(name, "a", "-o", f"q{out}", "--model", samples_model_file, "-q").stderr


@pytest.mark.parametrize("command", [("pick", "p.csv"), ("review", "p.html")])
def test_files_left_alone_are_said(run_chude, samples, samples_model_file, tmp_path, command):
    name, out = command
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.txt").write_text(samples[0][0], encoding="utf-8")
    (tmp_path / "a" / "2.docx").write_bytes(b"PK")
    done = run_chude(name, "a", "-o", out, "--model", samples_model_file)
    assert done.returncode == 0, done.stderr
    assert "left alone 1 file: .docx 1 (to read every file: --include '*')" in done.stderr
    assert run_chude(name, "a", "-o", f"q{out}", "--model", samples_model_file, "-q").stderr == ""


def test_where_chooses_rows(run_chude, archive, samples_model_file, tmp_path):
    done = run_chude(
        "pick", "archive.jsonl", "--text-column", "body", "--where", "year=2026", "--model", samples_model_file,
        "-o", "p.csv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {int(row["row"]) % 2 for row in rows_of(tmp_path / "p.csv")} == {0}
    assert "there are no more" in done.stderr


def test_from_an_archive_to_an_adapted_model(run_chude, archive, samples, samples_model_file, tmp_path):
    options = ("--text-column", "body", "--title-column", "title", "--where", "year=2026")
    done = run_chude("review", "archive.jsonl", *options, "--model", samples_model_file, "-n", 20, "-o", "review.html")
    assert done.returncode == 0, done.stderr
    assert "20 of 22 texts -> review.html" in done.stderr
    assert "<code>chude adapt reviewed.csv -o ours.safetensors</code>" in (tmp_path / "review.html").read_text("utf-8")
    shown = texts_on(tmp_path / "review.html")
    topics = dict(enumerate(samples[1], 1))
    rows = [
        {**dict.fromkeys(PICKED, ""), "path": each["path"], "row": each["row"], "title": each["title"],
         "text": "".join(piece for piece, _ in each["pieces"]), "topic": topics[each["row"]]}
        for each in shown
    ]  # fmt: skip
    rows[-1]["topic"] = ""  # nobody decided
    write_rows(tmp_path / "reviewed.csv", rows)
    data = read([tmp_path / "reviewed.csv"])
    assert data.texts == [samples[0][each["row"] - 1] for each in shown[:-1]]
    adapted = run_chude("adapt", "reviewed.csv", "--from", samples_model_file, "-o", "ours.safetensors", "-q")
    assert adapted.returncode == 0, adapted.stderr
    assert "19 texts" in adapted.stdout
    second = ("--not-in", "reviewed.csv", "--model", "ours.safetensors", "-o", "second.html")
    assert run_chude("review", "archive.jsonl", *options, *second).returncode == 0
    command = "chude adapt reviewed.csv second-reviewed.csv -o ours.safetensors --overwrite"
    assert f"<code>{command}</code>" in (tmp_path / "second.html").read_text("utf-8")
    for command in (
        ("evaluate", "reviewed.csv", "--model", "ours.safetensors"),
        ("audit", "reviewed.csv", "--folds", 2),
    ):
        done = run_chude(*command)
        assert done.returncode == 0, done.stderr
        assert "19 texts" in done.stdout


def test_labels_of_another_model_are_said(run_chude, samples, samples_folder, samples_model_file, tmp_path):
    rows = [{"text": text, "topic": "Bóng đá" if i % 2 else "xe"} for i, text in enumerate(samples[0])]
    write_rows(tmp_path / "reviewed.csv", rows)
    run_chude("adapt", "reviewed.csv", "--from", samples_model_file, "-o", "ours.safetensors", "-q")
    run_chude("label", samples_folder, "--model", "ours.safetensors", "-o", "labels.csv", "-q")
    review = ("review", "labels.csv", "--below", 1, "-o", "page.html", "--overwrite", "--model")
    warning = (
        "chude: labels.csv has topics that the model samples does not have, such as 'Bóng đá': name the model that "
        "wrote the labels with --model\n"
    )
    assert warning in run_chude(*review, samples_model_file).stderr
    assert warning not in run_chude(*review, "ours.safetensors").stderr


def test_what_a_run_was_unsure_of_is_reviewed_and_applied(run_chude, samples_folder, samples_model_file, tmp_path):
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as file:
        for path in sorted(samples_folder.glob("doi-song/*.txt")):
            file.write(path, f"cũ/{path.name}")
    model = ("--model", samples_model_file)
    done = run_chude("label", samples_folder, "old.zip", *model, "--min-probability", 0.3, "-o", "labels.csv", "-q")
    assert done.returncode == 0, done.stderr
    labels = rows_of(tmp_path / "labels.csv")
    done = run_chude("review", "labels.csv", "--below", 0.6, *model, "-o", "review.html")
    assert done.returncode == 0, done.stderr
    unsure = [row for row in labels if row["topic"] == "unknown" or float(row["probability"]) < 0.6]
    page = (tmp_path / "review.html").read_text(encoding="utf-8")
    assert "<code>chude apply labels.csv reviewed.csv -o final.csv</code>" in page
    assert "chude adapt" not in page
    shown = texts_on(tmp_path / "review.html")
    assert sorted(each["path"] for each in shown) == sorted(row["path"] for row in unsure)
    assert any("old.zip/cũ/" in each["path"] for each in shown)
    n_unknown = sum(row["topic"] == "unknown" for row in unsure)
    assert n_unknown
    assert {each["path"] for each in shown[:n_unknown]} == {row["path"] for row in unsure if row["topic"] == "unknown"}

    reviewed = [{**dict.fromkeys(PICKED, ""), "path": row["path"], "topic": "Góc nhìn"} for row in unsure[:3]]
    confirmed = next(row for row in labels if row["topic"] != "unknown" and row not in unsure[:3])
    reviewed += [{**dict.fromkeys(PICKED, ""), "path": confirmed["path"], "topic": confirmed["topic"]}]
    reviewed += [{**dict.fromkeys(PICKED, ""), "path": unsure[3]["path"]}]
    reviewed += [{**dict.fromkeys(PICKED, ""), "path": "elsewhere.txt", "topic": "xe"}]
    write_rows(tmp_path / "reviewed.csv", reviewed)
    done = run_chude("apply", "labels.csv", "reviewed.csv", "-o", "final.csv")
    assert done.returncode == 0, done.stderr
    assert f"{len(labels)} rows, 3 changed, 1 confirmed -> final.csv" in done.stderr
    assert "1 decisions are about texts" in done.stderr
    assert "elsewhere.txt" in done.stderr
    final = rows_of(tmp_path / "final.csv")
    assert [row["path"] for row in final] == [row["path"] for row in labels]
    changed = {row["path"] for row in unsure[:3]}
    for before, after in zip(labels, final, strict=True):
        if after["path"] in changed:
            assert (after["topic"], after["topic_name"], after["reviewed"]) == ("Góc nhìn", "Góc nhìn", "changed")
            assert after["reason"] == ""
            assert after["probability"] == before["probability"]
            continue
        assert after["reviewed"] == ("confirmed" if after["path"] == confirmed["path"] else "")
        assert {name: value for name, value in after.items() if name != "reviewed"} == before


def test_applying_keeps_the_mark_for_excel_and_the_order_of_its_files(
    run_chude, samples_folder, samples_model_file, tmp_path
):
    model = ("--model", samples_model_file)
    for bom in ([], ["--bom"]):
        done = run_chude("label", samples_folder / "xe", *model, "-o", "labels.csv", "--overwrite", "-q", *bom)
        assert done.returncode == 0, done.stderr
        done = run_chude("pick", samples_folder / "xe", *model, "-n", 2, "-o", "reviewed.csv", "--overwrite")
        assert done.returncode == 0, done.stderr
        done = run_chude("apply", "labels.csv", "reviewed.csv", "-o", "final.csv", "--overwrite")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "final.csv").read_bytes().startswith(b"\xef\xbb\xbf") == bool(bom)
    swapped = run_chude("apply", "reviewed.csv", "labels.csv", "-o", "final.csv", "--overwrite")
    assert swapped.returncode == 2
    assert "give the labels of chude label first" in swapped.stderr


def as_excel_in_vietnam(path):
    """Write a table again as Excel saves it there: semicolons, decimal commas, a byte order mark."""
    rows = rows_of(path)
    rows = [{**row, "probability": row["probability"].replace(".", ",")} for row in rows]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), delimiter=";")
        table.writeheader()
        table.writerows(rows)
    return rows


def test_what_excel_saves_in_vietnam_is_reviewed_and_applied(run_chude, samples_folder, samples_model_file, tmp_path):
    model = ("--model", samples_model_file)
    run_chude("label", samples_folder, *model, "-o", "labels.csv", "-q")
    done = run_chude("review", "labels.csv", "--below", 0.6, *model, "-o", "before.html")
    assert done.returncode == 0, done.stderr
    labels = as_excel_in_vietnam(tmp_path / "labels.csv")
    done = run_chude("review", "labels.csv", "--below", 0.6, *model, "-o", "after.html")
    assert done.returncode == 0, done.stderr
    assert texts_on(tmp_path / "after.html") == texts_on(tmp_path / "before.html")
    done = run_chude("drift", "labels.csv", "labels.csv")
    assert done.returncode == 0, done.stderr
    run_chude("pick", samples_folder, *model, "-n", 3, "-o", "reviewed.csv")
    write_rows(tmp_path / "reviewed.csv", [{**row, "topic": "a;b"} for row in rows_of(tmp_path / "reviewed.csv")])
    as_excel_in_vietnam(tmp_path / "reviewed.csv")
    done = run_chude("apply", "labels.csv", "reviewed.csv", "-o", "final.csv")
    assert done.returncode == 0, done.stderr
    assert f"{len(labels)} rows, 3 changed" in done.stderr
    assert (tmp_path / "final.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "final.csv").open(encoding="utf-8-sig", newline="") as file:
        final = list(csv.DictReader(file, delimiter=";"))
    assert [row["path"] for row in final] == [row["path"] for row in labels]
    assert [row["probability"] for row in final] == [row["probability"] for row in labels]
    assert sum(row["topic"] == "a;b" for row in final) == 3


FORMATS = ("labels.csv", "labels.xlsx", "labels.jsonl", "labels.parquet")


def test_labels_in_every_format_are_reviewed_and_applied(run_chude, samples_folder, samples_model_file, tmp_path):
    pytest.importorskip("openpyxl")
    model = ("--model", samples_model_file)
    for name in FORMATS:
        done = run_chude("label", samples_folder, *model, "-o", name, "-q")
        assert done.returncode == 0, done.stderr
        done = run_chude("review", name, "--below", 0.6, *model, "-o", f"{name}.html")
        assert done.returncode == 0, done.stderr
    pages = [texts_on(tmp_path / f"{name}.html") for name in FORMATS]
    assert all(page == pages[0] for page in pages)
    run_chude("pick", samples_folder, *model, "-n", 3, "-o", "reviewed.csv")
    write_rows(tmp_path / "reviewed.csv", [{**row, "topic": "Số"} for row in rows_of(tmp_path / "reviewed.csv")])
    for name in FORMATS:
        done = run_chude("apply", name, "reviewed.csv", "-o", f"{name}.final.csv")
        assert done.returncode == 0, done.stderr
    final = [rows_of(tmp_path / f"{name}.final.csv") for name in FORMATS]
    places = [[(row["path"], row["topic"], row["reviewed"]) for row in rows] for rows in final]
    assert all(each == places[0] for each in places)


def test_empty_rows_at_the_end_are_no_labels_and_a_wrong_cell_is_named(run_chude, samples_model_file, tmp_path):
    (tmp_path / "a.txt").write_text("xyzzy", encoding="utf-8")
    model = ("--model", samples_model_file)
    run_chude("label", "a.txt", *model, "-o", "labels.csv", "-q")
    text = (tmp_path / "labels.csv").read_text(encoding="utf-8")
    commas = "," * text.partition("\n")[0].count(",")
    (tmp_path / "labels.csv").write_text(f"{text}{commas}\n", encoding="utf-8")
    done = run_chude("review", "labels.csv", "--below", 0.9, *model, "-o", "r.html")
    assert (done.returncode, "1 of 1 texts" in done.stderr) == (0, True), done.stderr
    rows = rows_of(tmp_path / "labels.csv")[:1]
    write_rows(tmp_path / "labels.csv", [{**rows[0], "probability": "97%"}])
    done = run_chude("review", "labels.csv", "--below", 0.9, *model, "-o", "s.html")
    assert "labels.csv: the column 'probability' of a.txt holds '97%', no number" in done.stderr
    done = run_chude("drift", "labels.csv", "labels.csv")
    assert "labels.csv: probability is '97%' in row 1, no number" in done.stderr


def test_texts_that_are_gone_are_said(run_chude, samples_folder, samples_model_file, tmp_path):
    (tmp_path / "gone.txt").write_text("xyzzy", encoding="utf-8")
    run_chude("label", samples_folder, "gone.txt", "--model", samples_model_file, "-o", "labels.csv", "-q")
    (tmp_path / "gone.txt").unlink()
    below = sum(float(row["probability"]) < 0.9 for row in rows_of(tmp_path / "labels.csv"))
    done = run_chude("review", "labels.csv", "--below", 0.9, "-n", 5, "--model", samples_model_file, "-o", "r.html")
    assert done.returncode == 0, done.stderr
    assert "1 of the texts are not where labels.csv says they are" in done.stderr
    assert "gone.txt" in done.stderr
    assert "paths are relative to the folder where `chude label` was run" in done.stderr
    assert f"the 5 least sure are shown; {below - 5} more are under 0.9" in done.stderr


WRONG = {
    "nothing new": (["pick", "one.csv", "--text-column", "text", "--not-in", "one.csv", "-o", "p.csv"], "none is new"),
    "no such ending": (["pick", "one.csv", "--text-column", "text", "-o", "p.txt"], "must end in .csv or .jsonl"),
    "over the input": (["pick", "one.csv", "--text-column", "text", "-o", "one.csv"], "both input and output"),
    "no such row": (
        ["pick", "one.csv", "--text-column", "text", "--where", "path=x", "-o", "p.csv"],
        "one.csv: no row has path=x",
    ),
    "no page": (["review", "one.csv", "--text-column", "text", "-o", "p.csv"], "must end in .html"),
    "too many": (["review", "one.csv", "--text-column", "text", "-n", "3000", "-o", "p.html"], "at most 2,000"),
    "no text column": (["review", "one.csv", "-o", "p.html"], "name its column of text"),
    "title alone": (["pick", "one.csv", "--title-column", "title", "-o", "p.csv"], "need a table's --text-column"),
    "two labels": (["review", "one.csv", "one.csv", "--below", "0.5", "-o", "p.html"], "give that alone"),
    "no labels": (["review", "one.csv", "--below", "0.5", "-o", "p.html"], "has no column 'error'"),
    "no rows": (["apply", "labels.csv", "labels.csv", "-o", "f.txt"], "must end in .csv"),
    "already applied": (["apply", "done.csv", "labels.csv", "-o", "f.csv"], "has a column 'reviewed' already"),
    "two topics": (["apply", "labels.csv", "two.csv", "-o", "f.csv"], "two.csv has two topics for a.txt"),
    "two at once": (["apply", "labels.csv", "both.csv", "-o", "f.csv"], "more than one topic"),
    "ragged": (["apply", "ragged.csv", "labels.csv", "-o", "f.csv"], "row 2: 2 cells, but 3 columns"),
    "not UTF-8": (["apply", "latin.csv", "labels.csv", "-o", "f.csv"], "is not UTF-8"),
    "a row that is none": (["apply", "labels.csv", "row.csv", "-o", "f.csv"], "holds 'x', where the number"),
    "not there": (["apply", "labels.csv", "nowhere.csv", "-o", "f.csv"], "nowhere.csv cannot be read"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use(run_chude, samples_model_file, tmp_path, name):
    files = {
        "one.csv": "path,row,title,text,topic,probability\na.txt,,,Giá vàng tăng mạnh hôm nay,,0.3\n",
        "labels.csv": "path,row,topic\na.txt,,xe\n",
        "done.csv": "path,row,topic,reviewed\na.txt,,xe,\n",
        "two.csv": "path,row,topic\na.txt,,xe\na.txt,,du-lich\n",
        "both.csv": "path,row,topic\na.txt,,xe|du-lich\n",
        "ragged.csv": "path,row,topic\na.txt,,xe\nb.txt,\n",
        "row.csv": "path,row,topic\na.txt,x,xe\n",
    }
    for file, content in files.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("path,row,topic\nà.txt,,xe\n".encode("latin-1"))
    arguments, said = WRONG[name]
    model = ["--model", samples_model_file] if arguments[0] != "apply" else []
    done = run_chude(*arguments, *model)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name in {"p.csv", "p.html", "f.csv", "p.txt", "f.txt"}]


def test_picks_go_to_label_studio_and_come_back(run_chude, samples_folder, samples_model_file, tmp_path):
    options = ("--exclude", "difficult", "--model", samples_model_file, "-n", 20)
    done = run_chude("pick", samples_folder, *options, "--format", "label-studio", "-o", "tasks.json")
    assert done.returncode == 0, done.stderr
    run_chude("pick", samples_folder, *options, "-o", "picked.csv")
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    picked = rows_of(tmp_path / "picked.csv")
    assert [task["data"]["text"] for task in tasks] == [row["text"] for row in picked]
    for task, row in zip(tasks, picked, strict=True):
        (prediction,) = task["predictions"]
        assert prediction["result"][0]["value"] == {"choices": [row["best_topic"]]}
        assert (prediction["model_version"], str(prediction["score"])) == ("samples", row["probability"])
        assert "topic" not in task["data"]
    for task in tasks:  # as an annotator confirms each
        task["annotations"] = [{"was_cancelled": False, "result": task["predictions"][0]["result"]}]
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    done = run_chude("adapt", "export.json", "--from", samples_model_file, "-o", "ours.safetensors", "-q")
    assert done.returncode == 0, done.stderr
    assert "20 texts" in done.stdout
    assert read([tmp_path / "export.json"]).stands_for == [float(row["stands_for"]) for row in picked]


def test_adapt_says_whether_it_weighs_picked_texts(run_chude, samples, samples_folder, samples_model_file, tmp_path):
    model = ("--from", samples_model_file, "-o", "ours.safetensors", "--overwrite")
    run_chude("pick", samples_folder, "-n", 20, "--model", samples_model_file, "-o", "picked.csv", "-q")
    rows = rows_of(tmp_path / "picked.csv")
    for row in rows:
        row["topic"] = row["best_topic"]
    write_rows(tmp_path / "reviewed.csv", rows)
    assert read([tmp_path / "reviewed.csv"]).stands_for == [float(row["stands_for"]) for row in rows]
    weighed = "picked texts: each counts for those of the archive that it stands for"
    assert weighed in run_chude("adapt", "reviewed.csv", *model).stderr
    rows[3]["stands_for"] = rows[5]["stands_for"] = ""
    write_rows(tmp_path / "mixed.csv", rows)
    done = run_chude("adapt", "mixed.csv", *model)
    assert "2 of 20 texts were not picked: all count the same" in done.stderr
    assert weighed not in done.stderr
    rows[3]["stands_for"] = "nhiều"
    write_rows(tmp_path / "wrong.csv", rows)
    done = run_chude("adapt", "wrong.csv", *model)
    assert done.returncode == 2
    assert "wrong.csv:4: the column 'stands_for' holds 'nhiều', where a positive number belongs" in done.stderr
    others = [{"text": f"{text} Hết.", "topic": topic} for text, topic in zip(*samples, strict=True)]
    write_rows(tmp_path / "others.csv", others)
    done = run_chude("adapt", "others.csv", *model)
    assert "picked" not in done.stderr
    done = run_chude("adapt", "reviewed.csv", "others.csv", *model)
    n = len(samples[0])
    assert f"{n} of {n + 20} texts were not picked: all count the same" in done.stderr


def test_applying_says_what_is_new_and_what_a_later_file_overrules(run_chude, tmp_path):
    (tmp_path / "labels.csv").write_text("path,row,topic\na,,xe\nb,,du-lich\n", encoding="utf-8")
    (tmp_path / "one.csv").write_text("path,row,topic\na,,du-lich\nb,,Góc nhìn\n", encoding="utf-8")
    (tmp_path / "two.csv").write_text("path,row,topic\na,,Xe\n", encoding="utf-8")
    done = run_chude("apply", "labels.csv", "one.csv", "two.csv", "-o", "final.csv")
    assert done.stderr.splitlines() == [
        "chude: 1 texts have another topic in a later file, which counts:",
        "  a",
        "topics that no label had: 'Góc nhìn' 1",
        "2 rows, 1 changed, 1 confirmed -> final.csv",
    ]
