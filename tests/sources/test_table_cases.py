"""Tables as other programs write them, and tables of which a part cannot be read: one row for each text, always."""

import csv
import datetime
import io
import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.tables_read import CASES, read

from chude.errors import InputError
from chude.sources.memory_table import MemoryTable
from chude.sources.options import SourceOptions

GAME, COFFEE = "Đội bóng thành phố biển", "Giá cà phê nhân xô"


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("commas-in-header.csv", "Nội dung, tóm tắt"),
        ("commas-in-quoted-header.csv", "Nội dung, tóm tắt"),
        ("commas-in-header.tsv", "text"),
        ("header-nfd.csv", "nội dung"),
        ("sep-line.csv", "text"),
        ("space-after-comma.csv", "text"),
        ("array.json", "text"),
        ("bom.jsonl", "text"),
    ],
)
def test_two_rows(name: str, column: str) -> None:
    rows = read(CASES / name, text=column)
    assert [row.error for row in rows] == [None, None]
    assert rows[0].text.startswith(GAME)
    assert rows[1].text.startswith(COFFEE)
    assert not any(row.text.endswith('"') for row in rows)


def test_blank_lines_first() -> None:
    (row,) = read(CASES / "blank-lines-first.csv", text="text", keep=("id",))
    assert row.text.startswith(GAME)
    assert row.kept == {"id": "1"}


def test_backslash_quotes() -> None:
    rows = read(CASES / "backslash-quotes.csv", text="text")
    assert [row.error for row in rows] == [None] * 6
    assert all(row.text.startswith('Ông nói "được", rồi đi. ') for row in rows)


def test_an_object_with_an_array(tmp_path: Path) -> None:
    records = json.loads((CASES / "table.json").read_text(encoding="utf-8"))
    rows = read(CASES / "table.json", text="body", title="title", keep=("id",))
    assert [row.text for row in rows] == [f"{record['title']}\n{record['body']}" for record in records]
    assert [row.kept["id"] for row in rows] == [record["id"] for record in records]
    path = tmp_path / "t.json"
    for inside in ({"data": records}, {"meta": [{"a": 1}], "data": records}, {"n": 3, "rows": records, "end": None}):
        for indent in (None, 2):
            path.write_text(json.dumps(inside, indent=indent), encoding="utf-16" if indent else "utf-8")
            assert [row.text for row in read(path, text="body")] == [record["body"] for record in records]


def test_a_table_without_a_column_lists_its_columns() -> None:
    with pytest.raises(InputError, match=r"is a table: .* --text-column; its columns are: id, text"):
        read(CASES / "array.json")
    with pytest.raises(InputError, match=r"has no column 'noi_dung'; its columns are: id, title, body"):
        read(CASES / "table.json", text="noi_dung")


def test_a_table_in_a_folder_of_texts_ends_no_run(tmp_path: Path) -> None:
    for name in ("array.json", "sep-line.csv", "not-utf8.parquet", "bom.jsonl"):
        shutil.copy(CASES / name, tmp_path)
    (tmp_path / "a.txt").write_text(GAME, encoding="utf-8")
    (tmp_path / "b.csv").touch()
    rows = read(tmp_path, include=("*",))
    assert [(Path(row.path).name, row.text, (row.error or "").rpartition(": ")[2]) for row in rows] == [
        ("a.txt", GAME, ""),
        ("array.json", "", "id, text"),
        ("b.csv", "", "empty file"),
        ("bom.jsonl", "", "id, text"),
        ("not-utf8.parquet", "", "id, text"),
        ("sep-line.csv", "", "id, text"),
    ]


def test_json_that_is_damaged_or_no_table(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"text": "một"}, {"text": "hai", }, {"text": "ba"}, 7, {"tex', encoding="utf-8")
    rows = read(path, text="text")
    assert [row.text for row in rows] == ["một", "", "ba", "", ""]
    assert [row.error and row.error.partition(" (")[0] for row in rows] == [
        None,
        "not JSON",
        None,
        "not a JSON object",
        "not JSON",
    ]
    path.write_text('[{"text": "một"},', encoding="utf-8")
    assert [row.error for row in read(path, text="text")] == [None, "the array has no end: the file is cut off"]
    for content in ("[1, 2]", "{}", '"một"', "7"):
        path.write_text(content, encoding="utf-8")
        assert str(read(path, text="text")[0].error).startswith("JSON, but no table"), content
    path.write_text("", encoding="utf-8")
    assert read(path, text="text")[0].error == "empty file"
    path.write_text('{"text": "một"}\n{"text": "hai"}\n', encoding="utf-8")
    assert [row.text for row in read(path, text="text")] == ["một", "hai"]


CONTENTS = {
    "bom.jsonl": (CASES / "bom.jsonl").read_bytes(),
    "utf-16": (CASES / "bom.jsonl").read_text(encoding="utf-8-sig").encode("utf-16"),
    "array": (CASES / "array.json").read_bytes(),
    "array in utf-16-le": (CASES / "array.json").read_text(encoding="utf-8").encode("utf-16-le"),
    "object": b'{"data": ' + (CASES / "array.json").read_bytes() + b"}",
    "tags": "".join(json.dumps({"tags": [{"a": 1}], "text": text}) + "\n" for text in (GAME, COFFEE)).encode(),
    "csv": (CASES / "sep-line.csv").read_bytes(),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_standard_input_is_known_by_its_content(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(CONTENTS[name]))))
    rows = read("-", text="text")
    assert [row.error for row in rows] == [None, None]
    assert rows[0].text.startswith(GAME)
    assert rows[1].text.startswith(COFFEE)


def test_a_key_that_comes_late(tmp_path: Path) -> None:
    rows = read(CASES / "key-seen-late.jsonl", text="text", keep=("id", "note"))
    expected = [json.loads(line) for line in (CASES / "key-seen-late.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row.kept for row in rows] == [{"id": each["id"], "note": each.get("note")} for each in expected]
    assert any(row.kept["note"] for row in rows)
    assert read(CASES / "key-seen-late.jsonl", text="text", keep=("nothing",))[-1].error == (
        "no record of this table has 'nothing'"
    )
    with pytest.raises(InputError, match="has no column 'note'"):
        read(CASES / "bom.jsonl", text="text", keep=("note",))


def test_a_key_that_only_the_last_line_has_which_does_not_end(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"text": "một"}\n{"text": "hai", "note": "b"}', encoding="utf-8")
    assert [row.kept["note"] for row in read(tmp_path / "t.jsonl", text="text", keep=("note",))] == [None, "b"]


@pytest.mark.parametrize("name", ["column-twice.parquet", "kept-column-twice.parquet"])
def test_a_column_that_is_there_twice(tmp_path: Path, name: str) -> None:
    column = "text" if name == "column-twice.parquet" else "id"
    table = pq.ParquetFile(CASES / name).read()
    rows = zip(*(c.to_pylist() for c in table.columns), strict=True)
    path = tmp_path / "t.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in [table.column_names, *rows]), encoding="utf-8")
    for table_file in (CASES / name, path):
        with pytest.raises(InputError, match=f"has 2 columns named '{column}'"):
            read(table_file, text="text", keep=("id",))
    with pytest.raises(InputError, match=f"has 2 columns named '{column}'"):
        MemoryTable(table, SourceOptions(text="text", keep=("id",)))


@pytest.mark.parametrize("name", ["not-utf8.parquet", "damaged-page.parquet"])
def test_strings_that_are_not_utf8(tmp_path: Path, name: str) -> None:
    rows = read(CASES / name, text="text", keep=("id",))
    assert len(rows) == pq.read_metadata(CASES / name).num_rows
    errors = [row.error for row in rows]
    if name == "not-utf8.parquet":
        assert errors == ["the text is damaged: its bytes are not UTF-8", None]
        assert rows[1].text == "xyz"
    assert any(errors)
    rows = read(CASES / name, text="text", keep=("text",))
    assert [row.error for row in rows] == errors


def test_a_kept_column_that_is_not_utf8(tmp_path: Path) -> None:
    bad = pa.array([b"\xff\xfe", b"x", None]).cast(pa.binary()).view(pa.string())
    nested = pa.ListArray.from_arrays(pa.array([0, 1, 2, 3]), bad)
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": ["a", "b", "c"], "bad": bad, "nested": nested}), path)
    rows = read(path, text="text", keep=("bad", "nested"))
    assert [row.text for row in rows] == ["a", "b", "c"]
    assert [row.kept["bad"] for row in rows] == ["\ufffd\ufffd", "x", None]
    assert [row.kept["nested"] for row in rows] == [None, ["x"], [None]]
    assert [row.error for row in rows] == ["a kept column is damaged: its bytes are not UTF-8", None, None]


def test_only_the_damaged_row_group_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table({"text": [f"bài {k} " * 20 for k in range(4000)]})
    pq.write_table(table, path, row_group_size=1000, compression="gzip")
    data = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[start : start + 400] = b"\xab" * 400
    path.write_bytes(data)
    rows = read(path, text="text")
    assert [row.row for row in rows] == list(range(1, 4001))
    assert {row.error is None for row in rows[:1000] + rows[2000:]} == {True}
    assert all(str(row.error).startswith("damaged Parquet (") for row in rows[1000:2000])


def test_dates_of_int96(tmp_path: Path) -> None:
    rows = read(CASES / "int96.parquet", text="text", keep=("t",))
    assert [str(row.kept["t"]) for row in rows] == [
        "0001-01-01 00:00:00",
        "2024-05-01 10:00:00.123456",
        "None",
        "9999-12-31 00:00:00",
    ]
    dates = [datetime.datetime(1, 1, 1), datetime.datetime(2024, 5, 1, 3, 4, 5, 678), datetime.datetime(9999, 12, 31)]
    path = tmp_path / "t.parquet"
    table = pa.table({"text": ["a"] * 3, "t": pa.array(dates, pa.timestamp("us"))})
    pq.write_table(table, path, use_deprecated_int96_timestamps=True)
    assert [row.kept["t"] for row in read(path, text="text", keep=("t",))] == dates


def test_parts_whose_texts_are_all_null(tmp_path: Path) -> None:
    rows = read(CASES / "null-parts", text="text")
    texts = [
        value for part in sorted((CASES / "null-parts").iterdir()) for value in pq.read_table(part)["text"].to_pylist()
    ]
    assert [row.text for row in rows] == [text or "" for text in texts]
    assert [row.error for row in rows] == [None] * len(texts)


@pytest.mark.parametrize("is_zipped", [False, True])
def test_an_empty_table_among_tables(tmp_path: Path, is_zipped: bool) -> None:
    folder = CASES / "empty-table-among-tables"
    given = folder
    if is_zipped:
        given = Path(shutil.make_archive(str(tmp_path / "t"), "zip", folder))
    rows = read(given, text="text")
    assert {Path(row.path).name: row.error for row in rows} == {"a.csv": None, "b.csv": "empty file", "e.csv": None}


@pytest.mark.parametrize("content", ["\n\n", " \n", "\ufeff\n"])
@pytest.mark.parametrize("name", ["b.csv", "b.tsv", "b.jsonl", "b.json"])
def test_a_blank_table_among_tables(tmp_path: Path, content: str, name: str) -> None:
    (tmp_path / "a.csv").write_text("text\nmột\n", encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    rows = read(tmp_path, text="text")
    assert [row.text for row in rows] == ["một", ""]
    assert rows[1].error


def test_a_member_without_the_column_is_one_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.csv", "text\nmột\n")
        archive.writestr("b.csv", "id,body\n1,hai\n")
        archive.writestr("c.csv", "text\nba\n")
    rows = read(tmp_path / "t.zip", text="text")
    assert [(row.text, row.error) for row in rows] == [
        ("một", None),
        ("", "has no column 'text'; its columns are: id, body"),
        ("ba", None),
    ]


def test_members_that_begin_with_a_dot() -> None:
    rows = read(CASES / "members-begin-with-dot.zip")
    assert [row.path.partition(".zip/")[2] for row in rows] == ["a.txt", "sub/b.txt"]
    assert [row.error for row in rows] == [None, None]


def test_names_without_the_flag_of_utf8() -> None:
    (row,) = read(CASES / "names-without-utf8-flag.zip")
    assert row.path.endswith(".zip/thể thao/bóng đá.txt")
    assert row.error is None


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\."), min_size=1, max_size=6)


@given(
    st.lists(st.tuples(st.sampled_from(["", "./", "././"]), NAME, NAME), min_size=1, unique_by=lambda each: each[1:])
)
@settings(deadline=None, max_examples=60)
def test_members_of_every_name(tmp_path_factory: pytest.TempPathFactory, names: list[tuple[str, str, str]]) -> None:
    path = tmp_path_factory.mktemp("zip") / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, (before, folder, name) in enumerate(names):
            archive.writestr(f"{before}{folder}/{name}.txt", f"Bản tin số {number}")
    data = path.read_bytes()
    rows = read(path)
    expected = {f"{path}/{folder}/{name}.txt": f"Bản tin số {number}" for number, (_, folder, name) in enumerate(names)}
    assert {row.path: row.text for row in rows} == expected
    path.write_bytes(without_flags(data))
    assert {row.path: row.text for row in read(path)} == expected


def without_flags(data: bytes) -> bytes:
    """Return an archive in which no name says that it is UTF-8."""
    made = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(signature)
        while at >= 0:
            made[at + offset + 1] &= ~0x08
            at = made.find(signature, at + 4)
    return bytes(made)


def memory_rows(table: Any, **options: Any) -> list[tuple[str, str | None]]:
    found = MemoryTable(table, SourceOptions(**options))
    return [pair for batch in found.tasks() for pair in zip(batch.texts, batch.errors, strict=True)]


def test_a_number_among_texts_in_memory() -> None:
    said = "the text is not a string"
    frame = pd.DataFrame({"text": ["một", 5, None, float("nan"), pd.NA, "\ud800", ["x"]]})
    assert memory_rows(frame, text="text") == [
        ("một", None),
        ("", f"{said} (int)"),
        ("", None),
        ("", None),
        ("", None),
        ("?", None),
        ("", f"{said} (list)"),
    ]
    assert memory_rows(pd.DataFrame({0: ["một"]}), text=0) == [("một", None)]
    assert memory_rows(pd.DataFrame({"text": [None, None]}), text="text") == [("", None), ("", None)]
    with pytest.raises(InputError, match="holds int64, not text"):
        memory_rows(pd.DataFrame({"text": [1, 2]}, dtype=object), text="text")


def test_strange_rows_keep_their_numbers() -> None:
    frame = pd.DataFrame({"text": ["x", 5] * 700, "odd": [1, "a"] * 700, "n": np.arange(1400)})
    table = MemoryTable(frame, SourceOptions(text="text", keep=("n", "odd"), where=(("n", "1001"),)))
    (batch,) = (batch for batch in table.tasks() if len(batch))
    assert (batch.rows, batch.errors) == ([1002], ["the text is not a string (int)"])
    assert batch.kept["odd"].to_pylist() == ["a"]  # type: ignore[attr-defined]


CELLS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=30)
COLUMN = st.sampled_from(["text", "noi.dung", "nội dung", "Nội dung, tóm tắt", 'a "b"', " x ", "a;b|c"])


@given(CELLS, COLUMN, st.sampled_from(["csv", "tsv", "jsonl", "json", "parquet", "xlsx"]), st.booleans())
@settings(deadline=None, max_examples=120)
def test_rows_are_those_of_pandas(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str | None], column: str, end: str, is_nfd: bool
) -> None:
    import unicodedata

    if end in {"csv", "tsv", "xlsx"}:  # nulls are empty there, and control characters are not written
        cells = ["x" + "".join(c for c in cell or "" if c >= " " or c in "\n\t") for cell in cells]
    path = tmp_path_factory.mktemp("t") / f"t.{end}"
    name = unicodedata.normalize("NFD", column) if is_nfd else column
    frame = pd.DataFrame({"id": range(len(cells)), name: pd.Series(cells, dtype=object)})
    write = {
        "csv": lambda: frame.to_csv(path, index=False),
        "tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        "jsonl": lambda: frame.to_json(path, orient="records", lines=True, force_ascii=False),
        "json": lambda: frame.to_json(path, orient="records"),
        "parquet": lambda: frame.to_parquet(path),
        "xlsx": lambda: frame.to_excel(path, index=False),
    }
    write[end]()
    if not cells and end in {"jsonl", "json"}:
        return
    rows = read(path, text=column, keep=("id",), mend=False)
    assert [(row.text, row.error) for row in rows] == [((cell or "").removeprefix("\ufeff"), None) for cell in cells]
    assert [int(row.kept["id"]) for row in rows] == list(range(len(cells)))


WORD = st.text("ab ấ", min_size=1, max_size=4).map(lambda text: f"x{text}".strip())
PROSE = st.lists(WORD | st.sampled_from([",", ";", "\n", '"', "|", "\t", "x, y", '"x"']), max_size=5).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])


@given(
    st.lists(st.tuples(PROSE, PROSE, st.sampled_from([2, 2, 2, 2, 1, 3])), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
    ENCODINGS,
    COLUMN,
    st.sampled_from(["", "\n", "\r\n \n", "sep={}\n", '"sep={}"\r\n']),
)
@settings(deadline=None, max_examples=250)
@example([("", ",", 3)], ";", csv.QUOTE_MINIMAL, "\n", "utf-8", "Nội dung, tóm tắt", "")  # by comma, all rows would fit
def test_rows_are_those_of_the_csv_module(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, int]],
    delimiter: str,
    quoting: Any,
    end: str,
    encoding: str,
    column: str,
    before: str,
) -> None:
    """Or those with another number of cells than the header have an error."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["id", column])
    writer.writerows([f"k{number}", cell, other][:length] for number, (cell, other, length) in enumerate(rows))
    expected = [row for row in csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter) if row][1:]
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes((before.format(delimiter) + text.getvalue()).encode(encoding))
    found = read(path, text=column, keep=("id",), mend=False)
    assert len(found) == len(expected)
    if len(expected) > 2 and all(len(cells) == 3 for cells in expected):
        return  # the first column may be names of rows: csv_programs.toml
    for row, cells in zip(found, expected, strict=True):
        if len(cells) == 2:
            assert (row.kept["id"], row.text, row.error) == (cells[0], cells[1], None)
        else:
            assert str(row.error).startswith(
                f"row with another number of columns than the header ({len(cells)}, not 2)"
            )


RECORDS = [{"id": 1, "text": GAME}, {"id": 2, "text": COFFEE}, {"id": 3, "text": f"{GAME}, {{và}} [{COFFEE}],"}]


@pytest.mark.parametrize("between", [",\n", "\n,", ",", "\n", " , \r\n", ",\n\n"])
@pytest.mark.parametrize(
    ("opened", "closed"), [("", ""), ("", ","), ("[", "]"), ("[\n", ",\n]"), ("\ufeff [ ", " ]\n")]
)
def test_records_with_commas_between(tmp_path: Path, between: str, opened: str, closed: str) -> None:
    written = between.join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
    names = ["t.json"]
    if opened or (between.rstrip(" \r") not in ("\n,", ",")):
        names += ["t.jsonl", "t.ndjson"]
    for name in names:
        (tmp_path / name).write_text(f"{opened}{written}{closed}", encoding="utf-8")
        rows = read(tmp_path / name, text="text", keep=("id",))
        assert [(row.text, row.kept["id"], row.error) for row in rows] == [
            (record["text"], record["id"], None) for record in RECORDS
        ]


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_nan_is_no_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('{"text": NaN, "title": "một"}\n{"text": "hai", "title": NaN}\n{"text": 7}\n', encoding="utf-8")
    rows = read(path, text="text", title="title")
    assert [row.text for row in rows] == ["một\n", "hai", ""]
    assert [row.error for row in rows] == [None, None, "the text is not a string (int)"]


def test_a_frame_written_by_column_says_how_to_write_it(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    for orient in ("columns", "values"):
        pd.DataFrame(RECORDS).to_json(path, orient=orient)
        assert 'to_json(orient="records")' in str(read(path, text="text")[0].error)
    for orient in ("index", "split"):
        pd.DataFrame(RECORDS).to_json(path, orient=orient)
        with pytest.raises(InputError, match="its columns are: "):
            read(path, text="text")
    for orient in ("table", "records"):
        pd.DataFrame(RECORDS).to_json(path, orient=orient)
        assert [row.text for row in read(path, text="text")] == [record["text"] for record in RECORDS]
