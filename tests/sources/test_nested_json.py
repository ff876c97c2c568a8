"""JSON whose records hold objects: columns are named by their paths, as pandas names them."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.tables_read import read

from chude.dataset import Columns
from chude.dataset import read as read_labelled
from chude.errors import InputError

ARTICLES: list[dict[str, Any]] = [
    {"id": 1, "article": {"title": "Bóng đá", "text": "Đội bóng thành phố biển", "tags": [{"name": "V.League"}]}},
    {"id": 2, "article": {"title": None, "text": "Giá cà phê nhân xô", "meta": {"topic": "kinh-doanh"}}},
]
TEXTS = ["Bóng đá\nĐội bóng thành phố biển", "Giá cà phê nhân xô"]
WRITTEN = {
    "t.jsonl": "\n".join(map(json.dumps, ARTICLES)),
    "array.json": json.dumps(ARTICLES, indent=1),
    "array.jsonl": json.dumps(ARTICLES),
    "behind.json": "\n".join(json.dumps(article, indent=2) for article in ARTICLES),
    "object.json": json.dumps({"data": ARTICLES, "n": 2}),
    "solr.json": json.dumps({"responseHeader": {"q": [{"a": 1}]}, "response": {"numFound": 2, "docs": ARTICLES}}),
    "elastic.json": json.dumps({"took": 1, "hits": {"total": {"value": 2}, "hits": ARTICLES}}, indent=2),
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("on_stdin", [False, True])
def test_columns_of_objects_are_named_by_their_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, on_stdin: bool
) -> None:
    path = str(tmp_path / name)
    Path(path).write_text(WRITTEN[name], encoding="utf-8")
    if on_stdin:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(Path(path).read_bytes()))))
        path = "-"
    keep = ("id", "article.meta.topic", "article.meta")
    rows = read(path, text="article.text", title="article.title", keep=keep)
    assert [(row.text, row.error) for row in rows] == [(text, None) for text in TEXTS]
    assert [tuple(row.kept.values()) for row in rows] == [
        (1, None, None),
        (2, "kinh-doanh", {"topic": "kinh-doanh"}),
    ]
    if not on_stdin:
        (row,) = read(path, text="article.text", where=(("article.meta.topic", "kinh-doanh"),))
        assert row.text == TEXTS[1]


@pytest.mark.parametrize("name", WRITTEN)
def test_where_no_column_is_found_those_of_objects_are_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(WRITTEN[name], encoding="utf-8")
    for named in ("text", None):
        with pytest.raises(InputError, match=r"its columns are: .*\barticle\.title, article\.text\b"):
            read(tmp_path / name, text=named)


def test_a_long_list_of_columns_is_cut(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps([{str(i): {"a": 1} for i in range(1000)}]), encoding="utf-8")
    with pytest.raises(InputError, match=r"its columns are: 0, 0\.a, .*, 19, 19\.a and 1,960 others$"):
        read(tmp_path / "t.json", text="text")


def test_one_file_for_each_article(tmp_path: Path) -> None:
    for article in ARTICLES:
        (tmp_path / f"{article['id']}.json").write_text(json.dumps(article, indent=1), encoding="utf-8")
    assert [row.text for row in read(tmp_path, text="article.text")] == [a["article"]["text"] for a in ARTICLES]


def test_a_key_with_a_dot_comes_first(tmp_path: Path) -> None:
    records = [
        {"a.b": "tên có dấu chấm", "a": {"b": "trong đối tượng"}},
        {"a": {"b": "trong đối tượng"}},
        {"a": {"b": "trong đối tượng"}, "a.b": "tên có dấu chấm"},
        {"a": "không phải đối tượng"},
        {" a": {"b\u0301 ".strip(): 1, "b": "cách ở đầu"}},
    ]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    rows = read(tmp_path / "t.jsonl", text="a.b")
    assert [row.text for row in rows] == [
        "tên có dấu chấm", "trong đối tượng", "tên có dấu chấm", "", "cách ở đầu",
    ]  # fmt: skip
    assert [row.error for row in rows] == [None, None, None, "record without 'a.b'", None]
    (tmp_path / "dotted.jsonl").write_text('{"a.b": {"c": "một"}}\n{"a": {"b.c": "hai"}}\n', encoding="utf-8")
    assert [row.text for row in read(tmp_path / "dotted.jsonl", text="a.b.c")] == ["một", "hai"]


def test_labelled_texts_of_objects(tmp_path: Path) -> None:
    for name in ("t.jsonl", "array.json"):
        (tmp_path / name).write_text(WRITTEN[name], encoding="utf-8")
        columns = Columns(text="article.text", title="article.title", topic="article.meta.topic")
        found = read_labelled([tmp_path / name], columns)
        assert (found.texts, found.topics) == (TEXTS[1:], ["kinh-doanh"])


KEYS = st.text("abc", min_size=1, max_size=2)
OBJECTS = st.recursive(
    st.text("xyz", max_size=3), lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3), max_leaves=6
)
TABLES = st.lists(st.dictionaries(KEYS, OBJECTS, min_size=1, max_size=3), min_size=1, max_size=4)


@given(TABLES, st.booleans())
@example([{"a": {"b": "x"}}, {"a": "y", "b": {"a": {"c": "z"}}}], True)
def test_the_columns_are_those_of_pandas(tmp_path_factory: Any, records: list[dict[str, Any]], as_lines: bool) -> None:
    path = tmp_path_factory.mktemp("json") / ("t.jsonl" if as_lines else "t.json")
    path.write_text("\n".join(map(json.dumps, records)) if as_lines else json.dumps(records), encoding="utf-8")
    frame = pd.json_normalize(records)
    for name in frame:
        expected = [value if isinstance(value, str) else "" for value in frame[name]]
        assert [row.text for row in read(path, text=name)] == expected
