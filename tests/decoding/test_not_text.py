"""What is not text is refused with the name of what it is; the files are made by the programs that make such files."""

import bz2
import contextlib
import gzip
import io
import lzma
import pickle
import sqlite3
import sys
import tarfile
import time
import tomllib
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.decoding import binary_file_type, decode
from chude.errors import DecodingError

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))
TEXT = "Trận chung kết diễn ra lúc 19 giờ trên sân Mỹ Đình. " * 20


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip" if name == "mimetype" else TEXT)
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("tin.txt"), io.BytesIO())
    return target.getvalue()


def parquet() -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table({"text": [TEXT]}), target)
    return target.getvalue()


def arrow() -> bytes:
    target = io.BytesIO()
    table = pa.table({"text": [TEXT]})
    with pa.ipc.new_file(target, table.schema) as writer:
        writer.write_table(table)
    return target.getvalue()


def saved_array() -> bytes:
    target = io.BytesIO()
    np.save(target, np.arange(5))
    return target.getvalue()


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table tin (text)")
    try:
        return connection.serialize()
    finally:
        connection.close()


MADE: dict[str, Callable[[], bytes]] = {
    "gzip archive": lambda: gzip.compress(TEXT.encode()),
    "bzip2 archive": lambda: bz2.compress(TEXT.encode()),
    "xz archive": lambda: lzma.compress(TEXT.encode()),
    "Zstandard archive": lambda: bytes(pa.compress(TEXT.encode(), codec="zstd")),
    "ZIP archive": lambda: zipped("tin.txt"),
    "Word document": lambda: zipped("[Content_Types].xml", "word/document.xml"),
    "Excel workbook": lambda: zipped("[Content_Types].xml", "xl/workbook.xml"),
    "EPUB book": lambda: zipped("mimetype"),
    "tar archive": tarred,
    "SQLite database": database,
    "Parquet table": parquet,
    "Arrow file": arrow,
    "NumPy array": saved_array,
    "Python pickle": lambda: pickle.dumps({"text": TEXT}),
    "program": lambda: Path(sys.executable).resolve().read_bytes()[:100_000],
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("encoding", [None, "tcvn3", "utf-8"])
def test_files_of_other_formats_are_named(kind: str, encoding: str | None) -> None:
    data = MADE[kind]()
    with pytest.raises(DecodingError, match=rf"{kind}.*, not text"):
        decode(data, encoding=encoding)
    found = binary_file_type(data[:4096])
    assert found is not None
    assert kind in found


@pytest.mark.parametrize("case", CASES["not_text"], ids=lambda case: case["why"])
def test_cases(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["data"]) if "data" in case else case["source"].encode(case["codec"])
    with pytest.raises(DecodingError, match=case["says"]):
        decode(data)


@pytest.mark.parametrize("start", ["BM", "MZ", "ID3", "OTTO", "RIFF", "PK", "Rar!", "II*", "SQLite format 3"])
def test_a_text_may_begin_like_a_file_format(start: str) -> None:
    assert decode(f"{start} là gì? {TEXT}".encode()).encoding == "utf-8"


@given(st.binary(max_size=2000))
@settings(deadline=None)
def test_any_bytes_are_a_text_or_a_reason(data: bytes) -> None:
    with contextlib.suppress(DecodingError):
        decode(data).text.encode("utf-8")  # no surrogates: whoever writes it can


@pytest.mark.parametrize("noise", range(8))
def test_damage_is_reported_and_nothing_else_lost(noise: int) -> None:
    text = TEXT * 3
    data = bytearray(text.encode())
    at = data.index("ễ".encode(), noise * 100)
    data[at + 1] = 0xFF
    decoded = decode(bytes(data))
    assert decoded.encoding == "utf-8, damaged"
    assert "\ufffd" in decoded.text
    before, after = decoded.text.split("\ufffd", 1)
    assert text.startswith(before)
    assert text.endswith(after.lstrip("\ufffd"))


def test_a_stray_nul_is_no_reason_to_refuse_a_text() -> None:
    assert decode((TEXT + "\0").encode()).text == TEXT + "\0"
    with pytest.raises(DecodingError, match=r"binary data \(\d+ % NUL bytes\)"):
        decode(TEXT.encode() + bytes(4096))


@pytest.mark.parametrize("encoding", [None, "tcvn3"])
def test_a_gigabyte_of_zeros_costs_nothing(encoding: str | None) -> None:
    data = bytes(1 << 30)
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(DecodingError, match="NUL"):
        decode(data, encoding=encoding)
    assert time.perf_counter() - start < 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "data",
    [
        b"a" * 5_000_000,
        b"a" * 2_000_000 + b"\xea\xf2" + b"a" * 2_000_000,
        b"\xe1" * 5_000_000,
        b"a" + b"\xcc\xf2" * 500_000,
        ("a" + "\u0300\u0323" * 500_000).encode(),
        "Ã\u00a0".encode() * 300_000,
        b"\xff\xfe" + b"\x00\xd8" * 500_000,
    ],
    ids=["no space", "no space, legacy", "one byte", "marks, legacy", "marks", "mangled", "lone surrogates"],
)
def test_hostile_bytes_take_time_in_proportion(data: bytes) -> None:
    start = time.perf_counter()
    with contextlib.suppress(DecodingError):
        decode(data)
    assert time.perf_counter() - start < 10  # quadratic work on these would take hours
