"""Every format says the same of every text, and reads back exactly."""

import csv
import datetime
import io
import json
import time
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from chude.errors import InputError, OutputError
from chude.labelling.api import label_files, label_table
from chude.labelling.labels import Labels
from chude.sinks.csv_sink import CsvSink
from chude.sinks.schema import OPTIONAL, SCHEMA, Labelled
from chude.sinks.sink import SinkOptions
from chude.sinks.xlsx_sink import XlsxSink


def columns(top: int) -> list[str]:
    """Columns of the output without kept ones."""
    return [name for name in SCHEMA if name not in OPTIONAL] + ["top"] * (top > 0)


NUMBERS = ("probability", "second_probability", "coverage")


def read_csv(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        found: list[dict[str, Any]] = [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
    for row in found:
        for name in NUMBERS:
            row[name] = row[name] and float(row[name])
        row["row"] = row["row"] and int(row["row"])
    return found


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().decode().split("\n") if line]


def read_parquet(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def read_label_studio(path: Path) -> list[dict[str, Any]]:
    return [{k: v for k, v in task["data"].items() if k != "text"} for task in json.loads(path.read_bytes())]


def read_xlsx(path: Path) -> list[dict[str, Any]]:
    """Read the only sheet; openpyxl leaves what ECMA-376 (22.9.2.19) escapes in strings as it is."""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type not in "snb"]
    names, *found = [
        [unescape(v) if isinstance(v, str) else v for v in row] for row in sheet.iter_rows(values_only=True)
    ]
    return [dict(zip(names, row, strict=True)) for row in found]


READERS = {
    "csv": read_csv,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "label-studio": read_label_studio,
    "xlsx": read_xlsx,
}

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", " ", "\r", "a\rb", '"', "\n", ",;", "\ufeff", "Giá vàng 9999", "\x00", "=1+1", "<r>a</r>", "_x0041_", "#N/A"]
)


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=6), st.sampled_from([0, 2, 9]))
@settings(deadline=None, max_examples=60)
def test_formats_agree(
    tmp_path_factory: pytest.TempPathFactory, model: Any, cells: list[tuple[str, str]], top: int
) -> None:
    folder = tmp_path_factory.mktemp("formats")
    table = pa.table(
        {"text": [t for t, _ in cells], "id": [i for _, i in cells]},
        pa.schema({"text": pa.string(), "id": pa.string()}),
    )
    labels = label_table(table, keep=["id"], model=model, top=top, min_probability=0.5, min_coverage=0.6)
    expected = [row for batch in labels for row in batch.rows()]
    for name, read in READERS.items():
        labels.write(folder / name, format=name, bom=name == "csv")
        found = read(folder / name)
        wanted = [{**row, "id": row["id"] or None} for row in expected] if name in {"csv", "xlsx"} else expected
        assert found == wanted, name
    if expected:
        assert list(expected[0]) == labels.columns == ["path", "row", "id", *columns(top)[2:]]


def test_errors_and_names_that_are_not_utf8(tmp_path: Path, model: Any) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "in" / 'a\rb,"c\n.txt').write_text("một", encoding="utf-8")
    try:
        (tmp_path / "in" / "x\udcff.txt").write_text("hai", encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this system has no names that are not UTF-8")
    labels = label_files(tmp_path / "in", model=model)
    seen = []
    for name, read in READERS.items():
        labels.write(tmp_path / name, format=name)
        seen.append(
            [
                (row["path"].encode(errors="backslashreplace"), row["topic"], row["error"])
                for row in read(tmp_path / name)
            ]
        )
    assert all(each == seen[0] for each in seen)
    assert seen[0][1][2] == "PNG image, not text"
    assert seen[0][2][0].endswith(b"x\\udcff.txt")


def test_a_workbook_is_the_same_file_each_time_and_pandas_reads_it(tmp_path: Path, model: Any) -> None:
    table = pa.table({"text": ["Giá vàng tăng", "hai"], "id": [10**17, None], "score": [0.5, float("nan")]})
    for name in ("one.xlsx", "two.xlsx"):
        label_table(table, keep=["id", "score"], model=model, threads=1 + (name == "two.xlsx")).write(tmp_path / name)
        time.sleep(1.1)  # a time within the file would be another one
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    frame = pd.read_excel(tmp_path / "one.xlsx", dtype={"id": str})
    assert frame["id"].tolist()[0] == "100000000000000000"  # of a number, Excel would keep 15 digits
    assert frame["probability"].dtype == "float64"
    assert list(frame["row"]) == [1, 2]
    sheet = openpyxl.load_workbook(tmp_path / "one.xlsx").active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:{sheet.dimensions.partition(':')[2]}")


@pytest.mark.parametrize("text", ["=1+1", "+84 912", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"])
def test_text_of_a_workbook_is_no_formula(tmp_path: Path, model: Any, text: str) -> None:
    label_table(pa.table({"text": ["một"], "id": [text]}), keep=["id"], model=model).write(tmp_path / "o.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx").active
    cell = sheet["C2"]
    assert (unescape(cell.value), cell.data_type, cell.quotePrefix) == (text, "s", True)  # also after an edit


def test_what_a_workbook_cannot_hold_is_an_error(tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = "😀" * 16_383 + "a"  # Excel counts in units of UTF-16
    for text in (longest, longest + "a"):
        labels = label_table(pa.table({"text": ["một"], "id": [text]}), keep=["id"], model=model)
        if text == longest:
            labels.write(tmp_path / "o.xlsx")
            assert read_xlsx(tmp_path / "o.xlsx")[0]["id"] == longest
            continue
        with pytest.raises(OutputError, match="holds 32,767 characters, and one of the column 'id' has 16,385"):
            labels.write(tmp_path / "p.xlsx")
        assert not (tmp_path / "p.xlsx").exists()
    monkeypatch.setattr("chude.sinks.xlsx_sink.MAX_TEXTS", 3)
    label_table(pa.table({"text": ["một"] * 3}), model=model).write(tmp_path / "three.xlsx")
    assert len(read_xlsx(tmp_path / "three.xlsx")) == 3
    with pytest.raises(OutputError, match="a sheet of Excel holds 3 texts, and there are more: write"):
        label_table(pa.table({"text": ["một"] * 4}), model=model).write(tmp_path / "four.xlsx")
    with pytest.raises(InputError, match="xlsx cannot be written piece by piece"):
        label_table(pa.table({"text": ["một"]}), model=model).stream(io.BytesIO(), "xlsx")


def test_a_workbook_of_many_rows_takes_little_memory(tmp_path: Path) -> None:
    """What is kept in memory does not grow with the rows."""
    sink, peaks = XlsxSink(SinkOptions(columns=["path", "topic"])), []
    for n_rows in (2_000, 20_000):
        rows = {"path": [f"kho/bài-{i:06}.txt" for i in range(n_rows)], "topic": ["the-thao"] * n_rows}
        body = io.BytesIO(sink.encode(Labelled(rows, [""] * n_rows, 0)))
        with (tmp_path / f"{n_rows}.xlsx").open("wb") as out:
            tracemalloc.start()
            sink.rewrite(body, out)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + (1 << 20)


def test_label_studio_tasks(tmp_path: Path, model: Any) -> None:
    (tmp_path / "t.csv").write_text("text\nGiá vàng\n\n2024 2025\n", encoding="utf-8")
    label_table(tmp_path / "t.csv", model=model).write(tmp_path / "tasks.json")
    tasks = json.loads((tmp_path / "tasks.json").read_bytes())
    assert [task["data"]["text"] for task in tasks] == ["Giá vàng", "", "2024 2025"]
    assert [len(task["predictions"]) for task in tasks] == [1, 0, 0]
    prediction = tasks[0]["predictions"][0]
    assert prediction["model_version"] == "fake"
    assert prediction["score"] == tasks[0]["data"]["probability"]
    assert prediction["result"] == [
        {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [tasks[0]["data"]["topic"]]}}
    ]


def test_kept_columns_stay_what_they_were(tmp_path: Path, model: Any) -> None:
    table = pa.table(
        {
            "text": ["một", "hai"],
            "i": pa.array([1, None], pa.int16()),
            "f": [0.1, float("nan")],
            "d": [datetime.date(2024, 5, 1), None],
            "m": [Decimal("1.50"), Decimal("2.25")],
            "l": [[1, 2], []],
            "s": [{"a": "ấ"}, None],
            "b": [True, False],
            "y": [b"\xff", b"ok"],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    keep = [name for name in table.column_names if name != "text"]
    labels = label_table(tmp_path / "t.parquet", keep=keep, model=model)
    labels.write(tmp_path / "o.parquet")
    before, after = (pq.read_table(tmp_path / name).select(keep) for name in ("t.parquet", "o.parquet"))
    assert after.schema.types == before.schema.types
    assert repr(after.to_pylist()) == repr(before.to_pylist())
    labels.write(tmp_path / "o.csv")
    first = read_csv(tmp_path / "o.csv")[0]
    assert [first[name] for name in keep] == ["1", "0.1", "2024-05-01", "1.50", "[1, 2]", '{"a": "ấ"}', "true", "\\xff"]
    labels.write(tmp_path / "o.jsonl")
    first, second = read_jsonl(tmp_path / "o.jsonl")
    assert [first[name] for name in keep] == [1, 0.1, "2024-05-01", "1.50", [1, 2], {"a": "ấ"}, True, "\\xff"]
    assert second["f"] is None


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, None, 3], "int64", [1, None, 3]),
        ([1, 2.5], "double", [1.0, 2.5]),
        ([True, None], "bool", [True, None]),
        ([None, None], "string", [None, None]),
        ([1, "a", True, None], "string", ["1", "a", "true", None]),
        ([1 << 70, 1], "string", [str(1 << 70), "1"]),
        ([[1, {"x": None}], {"a": 1}], "string", ['[1, {"x": null}]', '{"a": 1}']),
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_types_of_kept_columns_of_jsonl(
    tmp_path: Path, model: Any, values: list[Any], kind: str, expected: list[Any], apart: bool
) -> None:
    """In Parquet a column has one type, whether its values stand in one batch or far apart."""
    filler = [{"text": "x"}] * (600 if apart else 0)
    records = [r for value in values for r in ({"text": "một", "v": value}, *filler)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    label_table(tmp_path / "t.jsonl", keep=["v"], model=model).write(tmp_path / "o.parquet")
    column = pq.read_table(tmp_path / "o.parquet").column("v")
    assert str(column.type) == kind
    assert column.to_pylist()[:: len(filler) + 1] == expected


def test_nothing_becomes_an_empty_table(tmp_path: Path, model: Any) -> None:
    (tmp_path / "t.csv").write_text("text,id\n", encoding="utf-8")
    labels = label_table(tmp_path / "t.csv", keep=["id"], model=model)
    for name, read in READERS.items():
        labels.write(tmp_path / name, format=name)
        assert read(tmp_path / name) == []
    assert pq.read_schema(tmp_path / "parquet").names == labels.columns
    assert (tmp_path / "csv").read_text(encoding="utf-8") == ",".join(labels.columns) + "\n"


def test_parquet_schema_and_groups(tmp_path: Path, model: Any) -> None:
    path = tmp_path / "t.txt"
    path.write_text("Bản tin\n" * 150_000, encoding="utf-8")
    label_files(path, lines=True, model=model).write(tmp_path / "o.parquet")
    file = pq.ParquetFile(tmp_path / "o.parquet")
    assert [str(t) for t in file.schema_arrow.types] == [
        *(
            "string",
            "int64",
            "string",
            "string",
            "string",
            "double",
            "string",
            "double",
            "double",
            "string",
            "string",
            "string",
        )
    ]
    assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [65536, 65536, 18928]


def test_byte_order_mark(tmp_path: Path, model: Any) -> None:
    (tmp_path / "a.txt").write_text("Giá vàng", encoding="utf-8")
    labels = label_files(tmp_path / "a.txt", model=model)
    labels.write(tmp_path / "o.csv", bom=True)
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbfpath,row,")
    with pytest.raises(InputError, match="goes with CSV"):
        labels.write(tmp_path / "o.jsonl", bom=True)


CELL = st.text(st.sampled_from('a,"\n\r;đ\ud800 '), max_size=4)


@given(
    st.lists(st.tuples(CELL, st.none() | CELL, st.floats(), st.sampled_from([None, 3, 0.5, True, "a,b"])), max_size=5)
)
def test_csv_is_what_the_csv_module_writes(rows: list[tuple[Any, ...]]) -> None:
    columns = dict(zip("abcd", map(list, zip(*rows, strict=True)), strict=False))
    expected = io.StringIO(newline="")
    for row in [tuple("abcd"), *rows]:
        has_return = any(isinstance(cell, str) and "\r" in cell for cell in row)
        cells = ["true" if cell is True else cell for cell in row]
        quoting = csv.QUOTE_ALL if has_return else csv.QUOTE_MINIMAL
        csv.writer(expected, lineterminator="\n", quoting=quoting).writerow(cells)
    sink = CsvSink(SinkOptions(columns="abcd"))
    body = sink.encode(Labelled(columns, [""] * len(rows), 0)) if rows else b""
    assert sink.header + body == expected.getvalue().encode(errors="backslashreplace")


@pytest.mark.parametrize("name", ["o.xls", "o.csv.gz", "o.tsv", "o.doc"])
def test_names_that_promise_what_is_not_written(tmp_path: Path, model: Any, name: str) -> None:
    (tmp_path / "a.txt").write_text("Giá vàng", encoding="utf-8")
    with pytest.raises(InputError, match="chude writes no"):
        label_files(tmp_path / "a.txt", model=model).write(tmp_path / name)


def test_to_pandas(tree: Any, model: Any) -> None:
    labels = label_files(tree(1100), model=model, top=2)
    frame = labels.to_pandas()
    assert list(frame.columns) == columns(2)
    assert len(frame) == 1100
    pd.testing.assert_frame_equal(pd.concat([b.to_pandas() for b in labels], ignore_index=True), frame)


def test_thresholds_hold_what_is_written(tmp_path: Path, model: Any) -> None:
    """A text whose written probability is the least one allowed is not uncertain."""
    (tmp_path / "a.txt").write_text("Giá vàng", encoding="utf-8")
    (row,) = [row for batch in label_files(tmp_path, model=model) for row in batch.rows()]
    for least, reason in ((row["probability"], None), (row["probability"] + 1e-6, "uncertain")):
        (again,) = [r for batch in label_files(tmp_path, model=model, min_probability=least) for r in batch.rows()]
        assert again["reason"] == reason
        assert again["probability"] == row["probability"]
        assert again["topic"] == ("unknown" if reason else row["topic"])


def test_a_model_of_one_topic(tmp_path: Path, model: Any) -> None:
    class One(type(model)):  # type: ignore[misc]
        topics = model.topics[:1]

        def score_texts(self, texts: Any, *, threads: Any = None) -> Any:
            judged = super().score_texts(texts)
            return judged._replace(probabilities=judged.probabilities[:, :1] * 0 + 1)

    (tmp_path / "a.txt").write_text("Giá vàng", encoding="utf-8")
    labels: Labels = label_files(tmp_path, model=One())
    (row,) = [row for batch in labels for row in batch.rows()]
    assert (row["probability"], row["second_topic"], row["second_probability"]) == (1.0, None, None)
    assert io.StringIO(str(labels.to_pandas())).read()
