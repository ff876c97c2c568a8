"""What a run says of the texts that it cannot read is Vietnamese to the end, counted by cause and one by one."""

import csv
import json
import os
import re
import tomllib
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

FILE_TYPES = Path(__file__).parents[1] / "decoding" / "file_types.toml"
ENGLISH = re.compile(r"\b(?:the|to|of|is|it|not|with|without|its|has|have|and|or|first|an|be)\b")
QUOTED = re.compile(r"\((?:[^()]|\([^()]*\))*\)|'[^']*'")


@pytest.fixture
def unreadable(tmp_path: Path) -> Path:
    """A folder of files that no text can be had from, each in its own way."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, case in enumerate(tomllib.loads(FILE_TYPES.read_text(encoding="utf-8"))["type"]):
        (folder / f"{number}.txt").write_text(case["text"], encoding="utf-8", newline="")
    for number, start in enumerate(
        ("504b0304", "1f8b08", "d0cf11e0a1b11ae1", "7b5c727466", "25504446", "425a68", "89504e47")
    ):
        (folder / f"magic{number}.txt").write_bytes(bytes.fromhex(start) + b"\0" * 600)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "none.zip").write_bytes(b"PK\5\6" + b"\0" * 18)
    (folder / "broken.zip").write_bytes(b"PK\3\4" + b"\0" * 90)
    with zipfile.ZipFile(folder / "table.zip", "w") as archive:
        archive.writestr("t.csv", "id,ten\n1,a\n2,b\n3,c\n")
    os.mkfifo(folder / "fifo.txt")
    return folder


def failures_in(run_chude, language: str, *arguments: str) -> tuple[list[str], list[str]]:
    """Return what is printed of failures, and what the column of errors has."""
    told = run_chude("--lang", language, "label", "in", "-q", *arguments)
    assert told.returncode == 1, told.stderr
    rows = csv.DictReader(told.stdout.splitlines())
    return told.stderr.splitlines(), [row["error"] for row in rows if row["error"]]


def english(printed: list[str]) -> list[str]:
    """Return the parts of what is printed that have English words in them."""
    parts = (part for line in printed for part in re.split(r"[,:;] ", QUOTED.sub("", line)))
    return [part for part in parts if ENGLISH.search(part)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["label", "in", "--min-probability", "kho"], "'kho' không phải là số; hãy viết số từ 0 đến 1"),
        (["adapt", "in", "-o", "m.safetensors", "--seed", "ba"], "'ba' không phải số nguyên hợp lệ"),
        (["train", "in", "-o", "m.safetensors", "--min-df", "ba"], "'ba' không phải số nguyên hợp lệ"),
    ],
)
def test_errors_of_options_are_translated(run_chude, arguments: list[str], said: str) -> None:
    told = run_chude("--lang", "vi", *arguments)
    assert told.returncode == 2
    assert said in told.stderr
    assert "[TÙY CHỌN] LỆNH [THAM SỐ]..." in run_chude("--lang", "vi", "--help").stdout


@pytest.mark.parametrize("command", ["adapt {} -o m.safetensors", "label {} --model {}"])
def test_a_table_that_nobody_filled_in_is_told_in_vietnamese(run_chude, tmp_path: Path, command: str) -> None:
    (tmp_path / "empty.csv").write_text("text,topic\nMột bài,\nHai bài,\n", encoding="utf-8")
    told = run_chude("--lang", "vi", *command.format("empty.csv", "empty.csv").split())
    assert told.returncode in (2, 3)
    assert english(told.stderr.splitlines()) == []


def test_errors_of_texts_are_translated_where_they_are_printed(run_chude, unreadable: Path) -> None:
    printed, written = failures_in(run_chude, "vi", "--include", "*")
    assert written == failures_in(run_chude, "en", "--include", "*")[1]
    assert len(set(written)) > 15
    assert english(printed) == []


def test_errors_of_tables_are_translated_where_they_are_printed(run_chude, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(["a", "b"]), encoding="utf-8")
    (folder / "b.csv").write_text('text\n"a\nb\n', encoding="utf-8")
    (folder / "c.jsonl").write_text('{"text": 1\n{"text": [1]}\n', encoding="utf-8")
    (folder / "d.parquet").write_bytes(b"PAR1")
    pq.write_table(pa.table({"text": ["a"]}), folder / "e.parquet")
    printed, written = failures_in(run_chude, "vi", "--text-column", "text")
    assert len(set(written)) >= 5
    assert english(printed) == []


@pytest.mark.parametrize("name", ["o.csv", "o.xlsx", "o.jsonl"])
def test_what_programs_read_is_the_same_in_both_languages(run_chude, samples_model_file, tmp_path, name) -> None:
    (tmp_path / "a.txt").write_text("Giá vàng tăng", encoding="utf-8")
    written = []
    for language in ("en", "vi"):
        done = run_chude("label", "a.txt", "-o", name, "--overwrite", "--model", samples_model_file, "--lang", language)
        assert done.returncode == 0, done.stderr
        written.append(rows_of(tmp_path / name))
    assert written[0] == written[1]
    assert "best_topic" in written[0][0]


def rows_of(path: Path) -> list[list[object]]:
    if path.suffix == ".xlsx":
        book = pytest.importorskip("openpyxl").load_workbook(path)
        return [list(row) for row in book.active.iter_rows(values_only=True)]
    if path.suffix == ".csv":
        return [list(row) for row in csv.reader(path.read_text(encoding="utf-8").splitlines())]
    return [list(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
