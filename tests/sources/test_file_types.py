"""What comes in is not clean: pages, mails, documents, pointers and spoilt text among the files of a folder."""

import csv
import io
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.tables_read import read as read_rows_of

from chude.dataset import read
from chude.decoding import require_reader
from chude.decoding.code_pages import code_page
from chude.errors import InputError, MissingExtraError
from chude.labelling.api import label_files, label_table
from chude.review.reviewed import read_rows
from chude.sources.inputs import Inputs
from chude.sources.options import SourceOptions
from chude.sources.source import Survey

FILES = Path(__file__).parents[1] / "decoding" / "files"
BODY = "Bệnh viện vừa cấp cứu một ca nhồi máu cơ tim do bệnh nhân tự ý ngừng thuốc huyết áp."


def texts(paths: Any, **options: Any) -> list[str]:
    return [text for batch in label_files(paths, **options) for text in batch.texts]


def rows(paths: Any, **options: Any) -> list[dict[str, Any]]:
    return [row for batch in label_files(paths, **options) for row in batch.rows()]


def table_rows(paths: Any, text: str = "text", **options: Any) -> list[dict[str, Any]]:
    return [row for batch in label_table(paths, text, **options) for row in batch.rows()]


def surveyed(path: Path, options: SourceOptions) -> Survey:
    with Inputs([path], options).open() as opened:
        return opened.survey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in FILES.iterdir():
        shutil.copy(path, tmp_path)
    return tmp_path


def test_each_file_is_read_or_named(folder: Path, model: Any) -> None:
    pytest.importorskip("trafilatura")
    pytest.importorskip("docx")
    pytest.importorskip("pypdfium2")
    found = {Path(row["path"]).name: row for row in rows(folder, include=["*"], model=model)}
    assert set(found) == {path.name for path in FILES.iterdir()}
    named = {name: row["error"].partition(",")[0] for name, row in found.items() if row["error"]}
    assert named == {
        "array.json": "a table: name its column of text with --text-column; its columns are: id",
        "table.json": "a table: name its column of text with --text-column; its columns are: id",
        "dump.sql": "SQL dump",
        "lfs-pointer.txt": "Git LFS pointer",
    }
    assert all(found[name]["topic"] is None for name in named)
    told = {name: row["encoding"] for name, row in found.items() if not row["error"]}
    assert {name for name, encoding in told.items() if encoding == "utf-8, mended"} == {
        path.name for path in FILES.glob("*.txt") if not path.name.startswith("lfs")
    }
    assert (told["bai.docx"], told["bai.pdf"]) == ("docx", "pdf")


def test_whole_batches_tell_as_one_file_does(folder: Path, model: Any) -> None:
    """Many files are read by another way than one."""
    pytest.importorskip("trafilatura")
    for k in range(40):
        shutil.copy(folder / "page.chn", folder / f"page{k:02}.txt")
        (folder / f"prose{k:02}.txt").write_text(BODY, encoding="utf-8")
        (folder / f"vni{k:02}.txt").write_text(code_page("vni").encode(BODY).decode("latin-1"), encoding="utf-8")
        (folder / f"font{k:02}.txt").write_bytes(f"{code_page('tcvn3').encode(BODY).decode('cp1252')} “”".encode())
    (folder / "lfs-pointer.txt").unlink()
    paths = sorted(map(str, folder.glob("*.txt")))
    together = texts(paths, model=model)
    assert together == [text for path in paths for text in texts(path, model=model)]
    for path, text in zip(paths, together, strict=True):
        assert "<" not in text
        if Path(path).name.startswith(("prose", "vni0", "vni1", "vni2", "vni3", "font")):
            assert text.removesuffix(" “”") == BODY


def test_documents_in_archives_and_compressed(tmp_path: Path, model: Any) -> None:
    pytest.importorskip("docx")
    import gzip

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(FILES / "bai.docx", "bai.docx")
    (tmp_path / "bai.docx.gz").write_bytes(gzip.compress((FILES / "bai.docx").read_bytes()))
    plain = texts(FILES / "bai.docx", model=model)
    assert texts(tmp_path / "a.zip", include=["*.docx"], model=model) == plain
    assert texts(tmp_path / "bai.docx.gz", model=model) == plain


def test_spoilt_rows_get_no_topic(tmp_path: Path, model: Any) -> None:
    lost = BODY.encode("ascii", "replace").decode()
    (tmp_path / "t.csv").write_text(f'text\n"{BODY}"\n"{lost}"\n', encoding="utf-8")
    for found in (
        table_rows(tmp_path / "t.csv", model=model),
        rows(tmp_path / "t.csv", lines=True, model=model)[1:],
    ):
        assert [row["topic"] is None for row in found] == [False, True]
        assert "letters were lost" in found[1]["error"]
    assert table_rows(tmp_path / "t.csv", mend=False, model=model)[1]["error"] is None


def test_every_kind_of_table_is_repaired(tmp_path: Path, model: Any) -> None:
    cells = [BODY, code_page("vni").encode(BODY).decode("cp1252"), BODY.encode("ascii", "replace").decode()]
    frame = pd.DataFrame({"text": cells})
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    workbook(tmp_path / "t.xlsx", [["text"], *([cell] for cell in cells)])
    for source in (frame, *(tmp_path / f"t.{end}" for end in ("parquet", "csv", "jsonl", "xlsx"))):
        found = [
            (text, row) for b in label_table(source, model=model) for text, row in zip(b.texts, b.rows(), strict=True)
        ]
        assert [text for text, _ in found] == [BODY, BODY, ""]
        assert [row["error"] is None for _, row in found] == [True, True, False]
        assert found[1][1]["encoding"].endswith(", mended")
        left = [text for batch in label_table(source, model=model, mend=False) for text in batch.texts]
        assert left == cells


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl"])
def test_tables_that_are_none(tmp_path: Path, model: Any, name: str) -> None:
    for source in ("lfs-pointer.txt", "dump.sql", "page.chn", "mail.eml"):
        shutil.copy(FILES / source, tmp_path / name)
        found = table_rows(tmp_path / name, model=model)
        assert [row["topic"] for row in found] == [None]
        assert ", not a text: " in found[0]["error"]


@pytest.mark.parametrize("name", ["tcvn3", "vni", "windows-1258"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "txt"])
def test_an_encoding_that_shows_after_the_first_64_kilobytes(
    tmp_path: Path, model: Any, name: str, ending: str
) -> None:
    written = [f"Doi bong thang tran, tien dao ghi ban o phut cuoi {k}" for k in range(2000)] + [BODY.lower()] * 6
    path = tmp_path / f"t.{ending}"
    if ending == "csv":
        target = io.StringIO()
        csv.writer(target).writerows([["text"], *([text] for text in written)])
        content = target.getvalue()
    elif ending == "jsonl":
        content = "".join(f'{{"text": "{text}"}}\n' for text in written)
    else:
        content = "".join(f"{text}\n" for text in written)
    path.write_bytes(code_page(name).encode(content))
    labels = label_files(path, lines=True, model=model) if ending == "txt" else label_table(path, "text", model=model)
    found = [(text, row) for batch in labels for text, row in zip(batch.texts, batch.rows(), strict=True)]
    assert [text for text, _ in found] == written
    assert {row["encoding"] for _, row in found[:2000]} == {"utf-8"}
    assert {row["encoding"] for _, row in found[2000:]} == {name}


def test_what_a_folder_holds_beside_texts_is_counted(folder: Path, model: Any) -> None:
    (folder / ".hidden.pdf").write_bytes(b"")
    (folder / "sub").mkdir()
    (folder / "sub" / "README").write_bytes(b"x")
    (folder / "sub" / "A.PDF").write_bytes(b"x")
    survey = surveyed(folder, SourceOptions(exclude=("*.json",)))
    assert survey.left_alone == {".chn": 1, ".docx": 1, ".eml": 1, ".mhtml": 1, ".pdf": 2, ".sql": 1, "": 1}
    assert next(iter(survey.left_alone)) == ".pdf"
    assert surveyed(folder, SourceOptions(include=("*",))).left_alone == {}
    assert surveyed(folder / "bai.pdf", SourceOptions()).left_alone == {}
    with pytest.raises(InputError, match=r"no texts in .*\(there are (no ending 1, \.pdf 1|\.pdf 1, no ending 1)\)"):
        surveyed(folder / "sub", SourceOptions())


def test_a_run_begins_only_if_documents_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("docx", "pypdfium2", "openpyxl", "trafilatura"):
        monkeypatch.setitem(sys.modules, module, None)
    require_reader.cache_clear()
    for name in ("a.docx", "a.pdf.gz", "a.html", "a.xlsx"):
        (tmp_path / name).write_bytes(b"x")
        options = SourceOptions(include=(name,), text="text" if name == "a.xlsx" else None)
        with pytest.raises(MissingExtraError, match=r'pip install "chude\[(documents|html)\]"'):
            surveyed(tmp_path, options)
    require_reader.cache_clear()


def workbook(path: Path, *sheets: list[list[Any]]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, cells in enumerate(sheets):
        sheet = book.create_sheet(f"Tờ {number}")
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_a_table(tmp_path: Path, model: Any, sentence: Callable[[int], str]) -> None:
    written = [sentence(k) for k in range(1300)]
    cells = [["số", "text", "tiêu đề"], *([k, text, f"Tin {k}"] for k, text in enumerate(written))]
    path = workbook(tmp_path / "t.xlsx", cells)
    labels = label_table(path, "text", title="tiêu đề", keep=["số"], where={"tiêu đề": "Tin 7"}, model=model)
    found = [(text, row) for batch in labels for text, row in zip(batch.texts, batch.rows(), strict=True)]
    assert [text for text, _ in found] == [f"Tin 7\n{written[7]}"]
    assert [(row["row"], row["số"], row["encoding"]) for _, row in found] == [(8, 7, "xlsx")]
    assert len(table_rows(tmp_path, model=model)) == len(written)


def test_rows_of_a_workbook_that_are_no_text(tmp_path: Path, model: Any) -> None:
    rows_in = [[], ["text", "n"], ["một", 1], [None, None], [3.5, 2], [None, 3], ["ba"]]
    found = table_rows(workbook(tmp_path / "t.xlsx", rows_in, [], [["khác"], ["bốn"]]), keep=["n"], model=model)
    assert [(row["row"], row["n"], row["error"], row["reason"]) for row in found] == [
        (2, 1, None, None),
        (4, 2, "the text is not a string (float)", None),
        (5, 3, None, "empty"),
        (6, None, None, None),
        (1, None, "another sheet is not read ('Tờ 2'): save it as a table of its own", None),
    ]


def test_workbooks_without_a_column_or_without_anything(tmp_path: Path, model: Any) -> None:
    path = workbook(tmp_path / "t.xlsx", [["nội dung", "n"], ["một", 1]])
    with pytest.raises(InputError, match="has no column 'text'; its columns are: nội dung, n"):
        table_rows(path, model=model)
    with pytest.raises(InputError, match=r"is a table: .*its columns are: nội dung, n"):
        rows(path, model=model)
    path.write_bytes(path.read_bytes()[:500])
    assert table_rows(path, model=model)[0]["error"].startswith("Excel workbook (.xlsx): damaged")
    workbook(path, [], [[None]])
    workbook(tmp_path / "u.xlsx", [["text"], ["một"]])
    assert [row["error"] for row in table_rows(tmp_path, model=model)] == ["empty table: no cell has a value", None]


def zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, content)
    return target.getvalue()


ZIP = "ZIP archive, not text: unpack it, or give it as a file of its own, with a name that ends in .zip"
NO_WORKBOOKS = {
    "empty": (b"", "empty file"),
    "csv": (
        b"text\nxe\n",
        "no Excel workbook, though its name ends in .xlsx: give it the ending of what it is, such as .csv",
    ),
    "xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        "Microsoft Office document (.doc, .xls or .ppt), not text: ",
    ),
    "parquet": (b"PAR1\x15\x04", "Parquet table, not text: --text-column reads it"),
    "docx": ((FILES / "bai.docx").read_bytes(), "Word document (.docx), not a table"),
    "zip": (zipped("a.txt", b"xe"), ZIP),
    "damaged zip": (zipped("a.txt", b"xe")[:-20], "Excel workbook (.xlsx): damaged (BadZipFile"),
}


@pytest.mark.parametrize("name", NO_WORKBOOKS)
def test_what_is_no_workbook_is_named_as_what_it_is(tmp_path: Path, model: Any, name: str) -> None:
    pytest.importorskip("openpyxl")
    data, said = NO_WORKBOOKS[name]
    (tmp_path / "t.xlsx").write_bytes(data)
    assert table_rows(tmp_path / "t.xlsx", model=model)[0]["error"].startswith(said)


@pytest.mark.parametrize("options", [{}, {"lines": True}, {"text": "text"}], ids=["text", "lines", "table"])
def test_the_advice_for_an_archive_is_right_on_standard_input_and_in_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    data = zipped("a.txt", b"xe")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    assert [row.error for row in read_rows_of("-", **options)] == [ZIP]
    for member in ("a.zip", "a.csv"):
        (tmp_path / "t.zip").write_bytes(zipped(member, data))
        assert [row.error for row in read_rows_of(tmp_path / "t.zip", include=("*",), **options)] == [ZIP]


def test_the_table_is_the_sheet_with_the_column(tmp_path: Path, model: Any) -> None:
    sheets = [[["Báo cáo"], ["tháng 1"]], [["số", "text"], [1, "một"], [2, "hai"]], [["text"], ["ba"]]]
    found = table_rows(workbook(tmp_path / "t.xlsx", *sheets), keep=["số"], model=model)
    said = "another sheet is not read ('Tờ {}'): save it as a table of its own"
    assert [(row["số"], row["error"]) for row in found] == [
        (None, said.format(0)),
        (1, None),
        (2, None),
        (None, said.format(2)),
    ]


TITLES = [["BÁO CÁO THÁNG 10"], [], [None, "Đơn vị: Ban Thời sự"]]


@pytest.mark.parametrize("n_titles", range(4))
@pytest.mark.parametrize("asked", ["số", None])
def test_titles_may_stand_above_the_header(tmp_path: Path, model: Any, n_titles: int, asked: str | None) -> None:
    sheet = [*TITLES[:n_titles], [" số", "text", "ghi chú"], [1, "một", None], [2, "hai", "text"], [3, "text", None]]
    keep = [] if asked is None else [asked]
    found = table_rows(workbook(tmp_path / "t.xlsx", sheet), keep=keep, model=model)
    assert [row["row"] - n_titles for row in found] == [1, 2, 3]
    assert [row["error"] for row in found] == [None] * 3
    assert asked is None or [row[asked] for row in found] == [1, 2, 3]


def test_rows_above_the_header_that_are_no_titles_are_told(tmp_path: Path, model: Any) -> None:
    sheet = [["Tổng", 3, 4], ["BÁO CÁO"], ["số", "text"], [1, "một"]]
    found = table_rows(workbook(tmp_path / "t.xlsx", sheet), model=model)
    assert [(row["row"], row["error"]) for row in found] == [
        (1, "above the header, and not read (row 1 of sheet 'Tờ 0')"),
        (3, None),
    ]


def test_where_the_header_is_below_titles_its_columns_are_named(tmp_path: Path, model: Any) -> None:
    path = workbook(tmp_path / "t.xlsx", [["Bìa"]], [*TITLES, ["số", "nội dung"], [1, "một"]])
    with pytest.raises(InputError, match="has no column 'text'; its columns are: số, nội dung"):
        table_rows(path, model=model)
    too_far = [["BÁO CÁO"]] * 20
    with pytest.raises(InputError, match="has no column 'text'; its columns are: BÁO CÁO"):
        table_rows(workbook(path, [*too_far, ["số", "text"], [1, "một"]]), model=model)
    assert table_rows(workbook(path, [*too_far[1:], ["số", "text"], [1, "một"]]), model=model)[0]["row"] == 20


def test_labelled_tables_and_reviews_with_titles(tmp_path: Path) -> None:
    header = ["path", "row", "title", "text", "topic"]
    path = workbook(tmp_path / "t.xlsx", [["ĐÃ DUYỆT"], header, ["a.csv", 1, "Tin", "Xe mới", "xe"]])
    found = read([path])
    assert (found.texts, found.topics) == (["Tin\nXe mới"], ["xe"])
    names, rows_read = read_rows(path, "path", "topic")
    assert names == header
    assert rows_read == [dict(zip(header, ["a.csv", "1", "Tin", "Xe mới", "xe"], strict=True))]


def test_labelled_documents_can_be_learned_from(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    for topic in ("suc-khoe", "khac"):
        (tmp_path / topic).mkdir()
        shutil.copy(FILES / "bai.docx", tmp_path / topic)
        shutil.copy(FILES / "dump.sql", tmp_path / topic)
    found = read([tmp_path], include=["*.docx"])
    assert found.topics == ["khac", "suc-khoe"]
    assert found.texts[0].startswith("Đi bộ nhanh 20 phút")
    assert found.left_alone == {}
    (tmp_path / "khac" / "a.txt").write_text(BODY, encoding="utf-8")
    assert read([tmp_path]).left_alone == {".docx": 2, ".sql": 2}
    assert [error.partition(",")[0] for _, error in read([tmp_path], include=["*"]).failures] == ["SQL dump"] * 2
