"""Tables: each row that is wanted has a row in the output, whatever the table looks like."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.errors import InputError
from chude.labelling.api import label_files, label_table
from chude.sources import open_inputs, tables
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream
from chude.sources.rows import Row, batched, require_columns
from chude.sources.source import Batch


def rows(source: Any, text: str = "text", **options: Any) -> list[dict[str, Any]]:
    return [row for batch in label_table(source, text, **options) for row in batch.rows()]


def texts(source: Any, text: str = "text", **options: Any) -> list[str]:
    return [text for batch in label_table(source, text, **options) for text in batch.texts]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ['"', '""', "\n", "\r", "\r\n", ",", "a\nb", ' "quoted" ', "", "\u2028", "\x85", "ấ"]
)


@given(st.lists(st.tuples(CELL, CELL), max_size=8), st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
@settings(deadline=None, max_examples=150)
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, model: Any, cells: list[tuple[str, str]], delimiter: str, end: str
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerow(["id", "text"])
        writer.writerows(cells)
    # A cell may look like UTF-8 that was decoded as Latin-1 before.
    found = rows(path, keep=["id"], mend=False, model=model)
    assert [row["id"] for row in found] == [identifier for identifier, _ in cells]
    assert [row["row"] for row in found] == list(range(1, len(cells) + 1))
    assert texts(path, mend=False, model=model) == [text.removeprefix("\ufeff") for _, text in cells]


def test_nasty_csv(tmp_path: Path, model: Any) -> None:
    big = "rất dài " * 130_000  # more than a million bytes in a cell
    path = tmp_path / "t.csv"
    path.write_bytes(
        "\ufeffid,text\n".encode()
        + b'1,"He said ""hi"",\nand left"\n'
        + b"2\n"
        + b"3,text,extra,columns\n"
        + b"\n"
        + f"4,{big}\n".encode()
        + b"5,\xff\xfe broken\n"
        + b"6,\0nul\n"
        + "7,Viá»‡t Nam Ä‘áº¥t nÆ°á»›c\n".encode()
        + b'8,"never closed\n9,swallowed'
    )
    found = rows(path, keep=["id"], model=model)
    assert [row["row"] for row in found] == list(range(1, 10))
    assert [row["id"] for row in found] == ["1", None, None, "4", "5", "6", "7", None, "9"]
    assert [row["error"] for row in found] == [
        None,
        "row with another number of columns than the header (1, not 2)",
        "row with another number of columns than the header (4, not 2)",
        None,
        None,
        None,
        None,
        "a quote is opened and not closed: there is none in what follows (1 line)",
        None,
    ]
    encodings = [row["encoding"] for row in found]
    assert encodings[4] == "utf-8-sig, damaged"
    assert encodings[6] == "utf-8-sig, mended"
    assert set(encodings[:4]) == {"utf-8-sig"}
    got = texts(path, model=model)
    assert got[0] == 'He said "hi",\nand left'
    assert got[3] == big
    assert got[6] == "Việt Nam đất nước"
    assert got[7:] == ["", "swallowed"]


def test_cells_and_lines_that_are_too_long(tmp_path: Path, model: Any) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text\nmột\n" + "x" * 3_000_000 + '\nhai\n"' + "y\n" * 200_000 + '"\nba\n', encoding="utf-8")
    csv.field_size_limit(131_072)
    found = rows(path, model=model, max_size=150_000)
    assert found[0]["error"] is None
    assert found[1]["error"] == "line longer than a text may be (150,000 bytes; chude label --max-size allows more)"
    assert found[2]["error"] is None
    assert found[3]["error"] == "a quote is opened and not closed in the 150,001 characters that follow"
    assert found[-1]["error"] is None
    assert [row["row"] for row in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_unicode_encodings_of_tables(tmp_path: Path, model: Any, sentence: Callable[[int], str], codec: str) -> None:
    written = [sentence(k) for k in range(9000)]
    path = tmp_path / "t.csv"
    with path.open("w", encoding=codec, newline="") as file:
        csv.writer(file).writerows([["text"], *([text] for text in written)])
    assert texts(path, model=model) == written


def test_a_table_in_tcvn3(tmp_path: Path, model: Any, sentence: Callable[[int], str]) -> None:
    from chude.decoding.code_pages import code_page

    written = [sentence(k).lower() for k in range(500)]
    path = tmp_path / "t.tsv"
    path.write_bytes(b"id\ttext\n" + b"".join(b"7\t" + code_page("tcvn3").encode(text) + b"\r\n" for text in written))
    assert texts(path, model=model) == written
    assert {row["encoding"] for row in rows(path, model=model)} == {"tcvn3"}


def test_titles_filters_and_kept_columns(tmp_path: Path, model: Any) -> None:
    frame = pd.DataFrame(
        {
            "text": ["một", "hai", "", "bốn", None],
            "title": ["Tin", None, "Chỉ đầu đề", "", "x"],
            "split": ["test", "test", "train", "test", "test"],
            "n": [1, 2, 3, 4, 5],
        }
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_json(tmp_path / "t.jsonl", orient="records", lines=True, force_ascii=False)
    for name in ("t.csv", "t.jsonl", "t.parquet"):
        options: dict[str, Any] = {"title": "title", "where": {"split": "test"}, "keep": ["n", "split"], "model": model}
        assert texts(tmp_path / name, **options) == ["Tin\nmột", "hai", "bốn", "x\n"], name
        found = rows(tmp_path / name, **options)
        assert [row["row"] for row in found] == [1, 2, 4, 5]
        assert [str(row["n"]) for row in found] == ["1", "2", "4", "5"]
        assert list(found[0])[:5] == ["path", "row", "n", "split", "topic"]
        assert [r["row"] for r in rows(tmp_path / name, where={"split": "test", "n": "4"}, model=model)] == [4]
        assert [row["reason"] for row in rows(tmp_path / name, model=model)][2:5] == ["empty", None, "empty"]


def test_jsonl_with_everything_in_it(tmp_path: Path, model: Any) -> None:
    path = tmp_path / "t.jsonl"
    lines = [
        '{"text": "một", "x": {"a": [1, "ấ"]}, "yes": true}',
        "",
        '{"text": "hai"',
        '["text"]',
        '{"other": 1}',
        '{"text": null}',
        '{"text": 7}',
        '{"text": "\\ud800 lẻ", "x": 1.5}',
        '{"text": "' + "[" * 5 + '"}',
        "[" * 100_000,
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = rows(path, keep=["x", "yes"], model=model)
    assert [row["row"] for row in found] == [1, 3, 4, 5, 6, 7, 8, 9, 10]
    assert [row["error"] and row["error"].partition(" (")[0] for row in found] == [
        None,
        "not JSON",
        "not a JSON object",
        "record without 'text'",
        None,
        "the text is not a string",
        None,
        None,
        "not JSON",
    ]
    assert found[0]["x"] == {"a": [1, "ấ"]}
    assert found[0]["yes"] is True
    assert [row["row"] for row in rows(path, where={"yes": "true"}, model=model)] == [1, 3, 4, 10]


@pytest.mark.parametrize("lines", [1, 2000])
def test_lines(tmp_path: Path, model: Any, lines: int) -> None:
    path = tmp_path / "t.dat"
    path.write_text("một hai\r\n\nba\u2028bốn\x85năm\n" * lines + "cuối", encoding="utf-8")
    labels = label_files(path, lines=True, model=model)
    assert [text for batch in labels for text in batch.texts] == ["một hai", "", "ba\u2028bốn\x85năm"] * lines + [
        "cuối"
    ]
    assert [row["row"] for batch in labels for row in batch.rows()] == list(range(1, 3 * lines + 2))


def parquet(frame: dict[str, Any]) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(frame), written)
    return written.getvalue()


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
@pytest.mark.parametrize("packing", ["", ".gz", ".zst", ".zip"])
def test_packed_tables(tmp_path: Path, model: Any, sentence: Callable[[int], str], name: str, packing: str) -> None:
    written = [sentence(k) for k in range(1100)]
    data = {
        "t.csv": ("text\n" + "".join(f'"{text}"\n' for text in written)).encode(),
        "t.jsonl": "".join(json.dumps({"text": text}) + "\n" for text in written).encode(),
        "t.parquet": parquet({"text": written}),
    }[name]
    path = tmp_path / (name + packing)
    if packing == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, data)
    else:
        pack = {"": bytes, ".gz": gzip.compress, ".zst": lambda d: pa.compress(d, "zstd", asbytes=True)}[packing]
        path.write_bytes(pack(data))
    assert texts(path, model=model) == written
    assert {row["path"] for row in rows(path, model=model)} == {f"{path}/{name}" if packing == ".zip" else str(path)}


def test_a_packed_table_that_breaks_off(tmp_path: Path, model: Any, sentence: Callable[[int], str]) -> None:
    data = gzip.compress(
        "".join(f'{{"text": "{sentence(k)}", "k": {k * 7919 % 10007}}}\n' for k in range(20_000)).encode()
    )
    path = tmp_path / "t.jsonl.gz"
    path.write_bytes(data[: len(data) * 2 // 3])
    found = rows(path, model=model)
    assert len(found) > 1000
    assert found[-1]["error"] is not None
    assert all(row["error"] is None for row in found[:-2])


def test_damaged_parquet(tmp_path: Path, model: Any, sentence: Callable[[int], str]) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(
        pa.table({"text": [sentence(k) * 9 for k in range(4000)]}), path, row_group_size=1000, compression="gzip"
    )
    data = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(2).column(0).data_page_offset
    data[start : start + 400] = b"\xab" * 400
    path.write_bytes(data)
    found = rows(path, model=model)
    assert [row["row"] for row in found] == list(range(1, 4001))
    assert all(row["error"] is None for row in found[:2000] + found[3000:])
    assert all(row["error"].startswith("damaged Parquet (") for row in found[2000:3000])
    path.write_bytes(b"PAR1 nonsense")
    assert rows(path, model=model)[0]["error"].startswith("not a Parquet file (")


def test_a_folder_of_tables(tmp_path: Path, model: Any) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.csv").write_text("text\nmột\n", encoding="utf-8")
    (tmp_path / "sub" / "a.jsonl").write_text('{"text": "hai"}\n', encoding="utf-8")
    (tmp_path / "c.parquet").write_bytes(parquet({"text": ["ba", "bốn"]}))
    (tmp_path / "notes.txt").write_text("not a table", encoding="utf-8")
    assert texts(tmp_path, model=model) == ["một", "ba", "bốn", "hai"]


@pytest.mark.parametrize("name", ["c.csv", "c.jsonl"])
def test_an_empty_table_among_tables(tmp_path: Path, model: Any, name: str) -> None:
    for table in ("a.csv", "d.csv"):
        (tmp_path / table).write_text("text\nmột\n", encoding="utf-8")
    (tmp_path / name).touch()
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(name, b"")
        archive.writestr("e.csv", "text\nhai\n")
    found = rows([tmp_path, tmp_path / "b.zip"], model=model)
    assert [(Path(row["path"]).name, row["error"]) for row in found] == [
        ("a.csv", None),
        (name, "empty file"),
        ("d.csv", None),
        (name, "empty file"),
        ("e.csv", None),
    ]


@pytest.mark.parametrize("count", [1, open_inputs._MOST_OPEN, open_inputs._MOST_OPEN + 3])
def test_tables_are_opened_once_and_closed(
    tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    for k in range(count):
        (tmp_path / f"{k:02}.csv").write_text(f"text\nBản tin {k}\n", encoding="utf-8")
    opened: list[tables.TableFile] = []

    class Watched(tables.TableFile):
        def __init__(self, path: str, options: Any) -> None:
            super().__init__(path, options)
            opened.append(self)

    monkeypatch.setattr(open_inputs, "TableFile", Watched)
    assert len(rows(tmp_path, model=model)) == count
    assert len(opened) == count + max(0, count - open_inputs._MOST_OPEN)
    assert all(table._stream._raw.closed for table in opened)
    with pytest.raises(InputError, match="has no column 'body'"):
        rows(tmp_path, "body", model=model)
    assert all(table._stream._raw.closed for table in opened)


class BarTable:
    """Cells between vertical bars, as somebody else would add a format."""

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        header, *lines = stream.read(1 << 20).decode().splitlines()
        self._options, self._columns = options, header.split("|")
        self._records = [dict(zip(self._columns, line.split("|"), strict=True)) for line in lines]

    def check(self, path: str) -> None:
        require_columns(self._columns, self._options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        self.check(path)
        rows = (
            Row(k, record[str(self._options.text)], [record[name] for name in self._options.keep])
            for k, record in enumerate(self._records, 1)
        )
        return batched(rows, path, self._options.keep, lambda: 0)


def test_a_format_is_a_class_and_a_line(tmp_path: Path, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tables.TABLES, ".bar", BarTable)
    (tmp_path / "a.bar").write_text("id|text\n7|một\n8|hai\n", encoding="utf-8")
    (tmp_path / "b.bar.gz").write_bytes(gzip.compress(b"text|id\nba|9\n"))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("d.bar", "id|text\n10|bốn\n")
    inputs = [tmp_path, tmp_path / "c.zip"]
    assert texts(inputs, model=model) == ["một", "hai", "ba", "bốn"]
    assert [row["id"] for row in rows(inputs, keep=["id"], model=model)] == ["7", "8", "9", "10"]
    with pytest.raises(InputError, match="has no column 'body'; its columns are: id, text"):
        rows(tmp_path, "body", model=model)


def test_texts_that_are_all_null(tmp_path: Path, model: Any) -> None:
    """Arrow gives such a column a type of its own, as in a part of a table."""
    (tmp_path / "a.parquet").write_bytes(parquet({"text": ["một", None]}))
    (tmp_path / "b.parquet").write_bytes(parquet({"text": pa.nulls(2), "title": pa.nulls(2)}))
    assert [row["reason"] for row in rows(tmp_path, model=model)] == [None, "empty", "empty", "empty"]
    frame = pd.DataFrame({"text": [None, None], "title": [None, "Tin"]})
    assert [row["reason"] for row in rows(frame, title="title", model=model)] == ["empty", None]


def test_tables_in_memory(model: Any) -> None:
    frame = pd.DataFrame({"content": ["một", None, "ba"], "n": [1.5, 2, 3], "odd": [object(), 1, "x"]}, index=[7, 7, 7])
    for source in (frame, pa.table({"content": ["một", None, "ba"], "n": [1.5, 2, 3]})):
        found = rows(source, "content", keep=["n"], model=model)
        assert [(row["path"], row["row"], row["n"], row["reason"]) for row in found] == [
            ("-", 1, 1.5, None),
            ("-", 2, 2.0, "empty"),
            ("-", 3, 3.0, None),
        ]
    assert rows(frame.head(0), "content", model=model) == []
    assert label_table(frame.head(0)[["content"]].astype(str), "content", model=model).to_pandas().empty


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": "body"}, r"has no column 'body'; its columns are: text, topic, n"),
        ({"title": "headline"}, "has no column 'headline'"),
        ({"keep": ["a", "b"]}, "has no column 'a', 'b'"),
        ({"where": {"split": "test"}}, "has no column 'split'"),
        ({"keep": ["topic"]}, "cannot keep topic: the output has a column of that name"),
        ({"keep": ["n", "n"]}, "named twice"),
    ],
)
def test_columns_that_are_not_there(tmp_path: Path, model: Any, options: dict[str, Any], said: str) -> None:
    frame = pd.DataFrame({"text": ["x"], "topic": ["y"], "n": [1]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    for source in (*(tmp_path / f"t.{end}" for end in ("csv", "parquet", "jsonl")), frame):
        with pytest.raises(InputError, match=said):
            rows(source, model=model, **options)


def test_a_column_that_holds_no_text(tmp_path: Path, model: Any) -> None:
    (tmp_path / "t.parquet").write_bytes(parquet({"text": [1, 2], "body": ["x", "y"]}))
    with pytest.raises(InputError, match=r"column 'text' .* holds int64, not text; columns of text: body"):
        rows(tmp_path / "t.parquet", model=model)
    with pytest.raises(InputError, match=r"not a table chude can read .* as \{'text': texts\}"):
        rows(np.zeros(3), model=model)


def test_where_on_a_column_that_cannot_be_compared_is_said_before_any_row(tmp_path: Path, model: Any) -> None:
    (tmp_path / "a.parquet").write_bytes(parquet({"text": ["x"], "list": [[1]]}))
    for source in (tmp_path / "a.parquet", pd.DataFrame({"text": ["x"] * 2000, "list": [[1]] * 2000})):
        with pytest.raises(InputError, match=r"column 'list' holds list<.*which --where cannot compare"):
            next(iter(label_table(source, where={"list": "1"}, model=model)))


def test_bytes_that_are_no_text_do_not_equal_what_where_asks_for(tmp_path: Path, model: Any) -> None:
    (tmp_path / "a.parquet").write_bytes(parquet({"text": ["x", "y"], "key": [b"\xff", b"v"]}))
    assert [row["row"] for row in rows(tmp_path / "a.parquet", where={"key": "v"}, model=model)] == [2]


def test_memory_does_not_grow_with_the_table(tmp_path: Path, model: Any) -> None:
    """What is held at once stays the same when the table is ten times as long."""
    import tracemalloc

    class Quick(type(model)):  # type: ignore[misc]
        def score_texts(self, texts: Any, *, threads: Any = None) -> Any:
            return type(super().score_texts([]))(*(np.ones((len(texts), *shape)) for shape in ((3,), (), ())))

    peaks = []
    for count in (8_000, 40_000):
        path = tmp_path / f"{count}.txt"
        with path.open("w", encoding="utf-8") as file:
            for k in range(count):
                file.write(f"{'Bản tin ngắn trong ngày. ' * 12} {k}\n")
        tracemalloc.start()
        assert sum(len(batch) for batch in label_files(path, lines=True, model=Quick(), threads=2)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + (3 << 20)
