"""Compressed files: each format, by name and by content, also where one is cut off or something follows its end."""

import bz2
import gzip
import io
import lzma
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.tables_read import read

from chude.sources.inputs import Inputs
from chude.sources.options import SourceOptions

TEXTS = [f"Bản tin số {number}: đội bóng thành phố biển thắng {number % 7} bàn" for number in range(3000)]
TABLE = ("id,text\n" + "".join(f'{number},"{text}"\n' for number, text in enumerate(TEXTS))).encode()
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: bytes(pa.compress(data, "zstd", asbytes=True)),
}


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("name", ["t.csv{}", "t.csv", "T.CSV{}"])
def test_a_table_is_decompressed_whatever_its_name(tmp_path: Path, packing: str, name: str) -> None:
    path = tmp_path / name.format(packing)
    path.write_bytes(PACKERS[packing](TABLE))
    rows = read(path, text="text")
    assert [row.text for row in rows] == TEXTS
    assert not any(row.error for row in rows)


@pytest.mark.parametrize("packing", PACKERS)
def test_a_plain_file_with_the_name_of_a_compressed_one(tmp_path: Path, packing: str) -> None:
    (tmp_path / f"t.csv{packing}").write_bytes(TABLE)
    assert [row.text for row in read(tmp_path / f"t.csv{packing}", text="text")] == TEXTS
    (tmp_path / f"a.txt{packing}").write_text(TEXTS[0], encoding="utf-16")
    (tmp_path / f"b.txt{packing}").write_text(TEXTS[1], encoding="utf-8")
    assert [row.text for row in read(tmp_path / f"b.txt{packing}")] == [TEXTS[1]]


@pytest.mark.parametrize("packing", PACKERS)
def test_one_text_that_is_compressed(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"a.txt{packing}"
    path.write_bytes(PACKERS[packing](TEXTS[0].encode()))
    assert [(row.text, row.error) for row in read(path)] == [(TEXTS[0], None)]


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("is_table", [True, False])
def test_standard_input_that_is_compressed(monkeypatch: pytest.MonkeyPatch, packing: str, is_table: bool) -> None:
    data = PACKERS[packing](TABLE if is_table else TEXTS[0].encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    rows = read("-", text="text") if is_table else read("-")
    assert [row.text for row in rows] == (TEXTS if is_table else TEXTS[:1])


@pytest.mark.parametrize("packing", PACKERS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0.02, 0.999))
def test_what_precedes_the_damage_is_read(tmp_path: Path, packing: str, share: float) -> None:
    data = PACKERS[packing](TABLE)
    path = tmp_path / f"t.csv{packing}"
    path.write_bytes(data[: int(share * len(data))])
    *rows, last = read(path, text="text")
    assert "damaged" in str(last.error)
    assert [row.text for row in rows] == TEXTS[: len(rows)]
    assert not any(row.error for row in rows)


def test_a_cut_file_gives_most_of_its_rows(tmp_path: Path) -> None:
    data = PACKERS[".gz"](TABLE)
    (tmp_path / "t.csv.gz").write_bytes(data[:-30])
    assert len(read(tmp_path / "t.csv.gz", text="text")) > 0.99 * len(TEXTS)
    (tmp_path / "t.csv.gz").write_bytes(data + b"left over")
    rows = read(tmp_path / "t.csv.gz", text="text")
    assert [row.text for row in rows] == [*TEXTS, ""]
    assert str(rows[-1].error).startswith("damaged or encrypted archive")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (
            b"PK\x03\x04" + b"\xff" * 30 + b"xl/workbook.xml",
            "reads it; the name of a file has to end in .xlsx",
        ),
        (b"PAR1\x15\x04", "--text-column reads it; the name of a file has to end in .parquet"),
        (b"7z\xbc\xaf\x27\x1c", "unpack it first"),
    ],
)
def test_what_is_no_csv_says_what_to_do(tmp_path: Path, start: bytes, said: str) -> None:
    (tmp_path / "t.csv").write_bytes(start)
    assert str(read(tmp_path / "t.csv", text="text")[0].error).endswith(said)


def test_every_member_of_an_archive_is_read_or_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.txt", "../b.txt", "/c.txt", "x/../d.txt"):
            archive.writestr(name, name)
        for name in ("e.docx", "f.zip", "no-ending", ".hidden", "__MACOSX/g.txt", "left-out.pdf"):
            archive.writestr(name, name)
    assert {row.text for row in read(path)} == {"a.txt", "../b.txt", "/c.txt", "x/../d.txt"}
    with Inputs([path], SourceOptions(exclude=("*.pdf",))).open() as opened:
        assert opened.survey.left_alone == {".docx": 1, ".zip": 1, "": 1}


def test_a_member_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", TEXTS[0])
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    assert [row.error for row in read(path)] == ["encrypted: unpack the archive with its password first"]
