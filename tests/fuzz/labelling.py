"""Files of any bytes to rows: each text has one, with a label or an error, and every format of the output holds it."""

import csv
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chude import label_files, label_table
from chude.errors import ChudeError, InputError
from chude.sinks.formats import make_sink
from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.topics import EMPTY, NOT_COVERED, NOT_NEWS, UNCERTAIN, UNKNOWN

from . import inputs

NAMES = ("a.txt", "a.html", "lines.txt", "a.txt.gz", "a.zip", "a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.html.gz")
LINES, TABLES = ("lines.txt",), (".csv", ".tsv", ".jsonl", ".csv.gz")
MAX_SIZE = 1 << 16
SLUGS = {topic.slug for topic in inputs.learned_model().topics}
_FOLDER = tempfile.TemporaryDirectory(prefix="chude-fuzz-")
"""What is tried is written here, over and over; removed at the end."""


def seeds() -> Iterator[bytes]:
    texts = [text[:200] for text in inputs.articles()][::6]
    for text in texts:
        raw = text.encode()
        page = f"<title>{text}</title><p>{text}</p>".encode()
        cells = [("id", "text"), ("1", text), ("2", ""), ("3", 'a "b"\r\n,\tc')]
        table = "\n".join(",".join(f'"{cell}"' for cell in row) for row in cells).encode()
        rows = "\n".join(json.dumps(dict(zip(cells[0], row, strict=True))) for row in cells[1:]).encode()
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x/a.txt", raw[:90])
            archive.writestr("b.html.gz", gzip.compress(page[:90], mtime=0))
        packed, packed_table = gzip.compress(raw[:120], mtime=0), gzip.compress(table[:160], mtime=0)
        bodies = (raw, page, raw, packed, zipped.getvalue(), table, table, rows, packed_table, gzip.compress(page))
        yield from (bytes([number]) + body for number, body in enumerate(bodies))
    yield b"\2" + "một\r\nhai\rba\n\n".encode("utf-16")
    yield b"\0\xff\xd8\xff\xe0"


def check(data: bytes) -> Any:
    name = NAMES[(data[0] if data else 0) % len(NAMES)]
    path = Path(_FOLDER.name) / name
    path.write_bytes(data[1:])
    batches = _labelled(path)
    if isinstance(batches, str):
        assert 0 < len(batches) < 1000
        return batches.replace(_FOLDER.name, "")
    rows = [row for batch in batches for row in batch.rows()]
    if name not in LINES and not name.endswith(TABLES):
        assert rows, "a file without a row"
    for row in rows:
        _check_row(row, str(path))
    for batch in batches:
        _check_formats(batch)
    kept = ("row", "topic", "reason", "encoding", "error", "probability", "coverage")
    return [[row[column] for column in kept] for row in rows]


def _labelled(path: Path) -> list[Labelled] | str:
    options: dict[str, Any] = {"model": inputs.learned_model(), "threads": 1, "max_size": MAX_SIZE}
    try:
        if path.name.endswith(TABLES):
            return list(label_table(str(path), "text", keep=["id"], top=2, **options))
        include = ("*.txt", "*.html", "*.gz")
        return list(label_files([str(path)], include=include, lines=path.name in LINES, top=2, **options))
    except InputError as error:  # a table without the column, a file in which nothing is
        return str(error)
    except ChudeError as error:
        raise AssertionError("one file ends a whole run") from error


def _check_row(row: dict[str, Any], path: str) -> None:
    assert row["path"].startswith(path)
    labels = [row[name] for name in ("topic", "topic_name", "probability", "coverage", "second_topic", "top")]
    if row["error"] is not None:
        assert 0 < len(row["error"]) < 500
        assert labels == [None] * 6
        return
    assert None not in labels
    assert row["topic"] in SLUGS | {UNKNOWN}
    assert (row["topic"] == UNKNOWN) == (row["reason"] is not None)
    assert row["reason"] in (None, EMPTY, NOT_COVERED, NOT_NEWS, UNCERTAIN)
    assert 0 <= row["second_probability"] <= row["probability"] <= 1
    assert 0 <= row["coverage"] <= 1


def _check_formats(batch: Labelled) -> None:
    columns = list(batch.columns)
    made = {
        name: make_sink(name, SinkOptions(columns=columns, model_version="v1")).encode(batch)
        for name in ("csv", "jsonl", "label-studio", "parquet")
    }
    n = len(batch)
    as_json = [json.loads(line) for line in made["jsonl"].decode().split("\n")[:-1]]
    as_csv = list(csv.reader(io.StringIO(made["csv"].decode(), newline="")))
    assert len(as_json) == len(as_csv) == len(json.loads(b"[" + made["label-studio"] + b"]")) == n
    for row, line, cells in zip(batch.rows(), as_json, as_csv, strict=True):
        assert list(line) == columns
        for name, cell in zip(columns, cells, strict=True):
            assert cell == ("" if row[name] is None else str(row[name]))
            assert line[name] == row[name]
