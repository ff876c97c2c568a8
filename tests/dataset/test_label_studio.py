"""What Label Studio gives back: its export JSON and JSON-MIN."""

import json

import pytest

from chude.dataset import NO_TOPIC, SEVERAL, Columns, read
from chude.errors import InputError


def annotation(*choices, cancelled=False, name="topic"):
    value = {"choices": list(choices)}
    result = [{"from_name": name, "to_name": "text", "type": "choices", "value": value}] if choices else []
    return {"id": 1, "was_cancelled": cancelled, "result": result}


TASKS = [
    {"id": 7, "data": {"text": "Giá vàng tăng", "paper": "A"}, "annotations": [annotation("kinh-doanh")]},
    {"id": 8, "data": {"text": "Xe mới"}, "annotations": [annotation("du-lich"), annotation("xe", name="topic")]},
    {"id": 9, "data": {"text": "Bỏ"}, "annotations": [annotation("xe"), annotation("du-lich", cancelled=True)]},
    {"id": 10, "data": {"text": "Chưa ai xem"}, "annotations": [], "predictions": [annotation("xe")]},
    {"id": 11, "data": {"text": "Hai"}, "annotations": [annotation("xe", "du-lich")]},
    {"id": 12, "data": {"text": "Khác"}, "annotations": [annotation("xe", name="other")]},
    {"id": 13, "data": {"image": "x.png"}, "annotations": [annotation("xe")]},
]
MIN = [
    {"id": 7, "text": "Giá vàng tăng", "topic": "kinh-doanh", "paper": "A", "annotation_id": 1},
    {"id": 8, "text": "Xe mới", "topic": "xe"},
    {"id": 9, "text": "Bỏ", "topic": "xe"},
    {"id": 10, "text": "Chưa ai xem"},
    {"id": 11, "text": "Hai", "topic": {"choices": ["xe", "du-lich"]}},
    {"id": 12, "text": "Khác", "other": "xe"},
    {"id": 13, "image": "x.png", "topic": "xe"},
]


@pytest.mark.parametrize("tasks", [TASKS, MIN], ids=["JSON", "JSON-MIN"])
def test_exports_are_read(tmp_path, tasks) -> None:
    path = tmp_path / "project-1.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    found = read([path])
    assert found.texts == ["Giá vàng tăng", "Xe mới", "Bỏ"]
    assert found.topics == ["kinh-doanh", "xe", "xe"]
    assert found.places == [f"{path}:{row}" for row in (1, 2, 3)]
    assert found.skipped == {NO_TOPIC: 2, SEVERAL: 1}
    assert found.failures == [(f"{path}:7", "task without a text")]
    with_papers = read([path], Columns(publisher="paper"))
    assert with_papers.publishers == ["A", "", ""]


@pytest.mark.parametrize("is_min", [True, False], ids=["JSON-MIN", "JSON"])
def test_titles_of_tasks_go_in_front_of_their_texts(tmp_path, is_min) -> None:
    data = [
        {"text": "Giá tăng", "title": "Vàng", "body": "a"},
        {"text": "Xe\nmới", "title": "Xe", "head": "h"},
        {"text": "Một", "title": None},
        {"text": "Hai", "body": "b"},
    ]
    tasks = [{**each, "topic": "xe"} if is_min else {"data": each, "annotations": [annotation("xe")]} for each in data]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    assert read([path]).texts == ["Vàng\nGiá tăng", "Xe\nmới", "Một", "Hai"]
    assert read([path], Columns(title="head")).texts == ["Giá tăng", "h\nXe\nmới", "Một", "Hai"]
    if not is_min:
        found = read([path], Columns(text="body", title="title"))
        assert found.texts == ["Vàng\na", "b"]
        assert [error for _, error in found.failures] == ["task without a text"] * 2


def test_exports_and_tables_together(tmp_path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(MIN[:2]), encoding="utf-8")
    (tmp_path / "b.csv").write_text("text,topic\nĐội tuyển thắng,the-thao\n", encoding="utf-8")
    assert read([tmp_path / "b.csv", tmp_path / "a.json"]).topics == ["kinh-doanh", "xe", "the-thao"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "a.json is not JSON"),
        (b"\xff\xfe", "a.json is not JSON"),
        (b'{"text": "a"}', "not an export of Label Studio"),
        (b"[1]", "not an export of Label Studio"),
        (b"[]", "no labelled text in"),
        (b"[" * 100_000, "a.json is not JSON"),
    ],
)
def test_other_files_are_refused(tmp_path, monkeypatch, content: bytes, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read(["a.json"])


def test_where_is_for_tables(tmp_path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(MIN), encoding="utf-8")
    with pytest.raises(InputError, match="--where chooses rows of tables"):
        read([tmp_path / "a.json"], Columns(where=(("a", "b"),)))
    with pytest.raises(InputError, match="cannot be read"):
        read([tmp_path / "none.json"])
