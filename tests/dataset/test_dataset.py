"""Labelled texts from folders and tables: what is read, what is left out, and that it is said."""

import csv
import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chude.dataset import NO_TOPIC, SEVERAL, SPREADSHEET_ERROR, Columns, label, read
from chude.errors import InputError

ROWS = [
    {"text": "Giá vàng tăng", "title": "Vàng", "topic": "kinh-doanh", "publisher": "A", "split": "train"},
    {"text": "Đội tuyển thắng", "title": None, "topic": "the-thao", "publisher": None, "split": "test"},
    {"text": "Không có chủ đề", "title": "x", "topic": None, "publisher": "B", "split": "train"},
    {"text": "Hai chủ đề", "title": "x", "topic": "xe|du-lich", "publisher": "B", "split": "train"},
    {"text": 'Dấu "ngoặc", phẩy\nvà dòng mới', "title": "", "topic": " xe ", "publisher": "B", "split": "test"},
]
COLUMNS = Columns(text="text", title="title", publisher="publisher", split="split")


def write_csv(path, delimiter=","):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)


def write_jsonl(path):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")


def write_gzip(path):
    write_jsonl(path.with_suffix(""))
    path.write_bytes(gzip.compress(path.with_suffix("").read_bytes()))
    path.with_suffix("").unlink()


WRITERS = {
    "rows.csv": write_csv,
    "rows.tsv": lambda path: write_csv(path, "\t"),
    "rows.jsonl": write_jsonl,
    "rows.jsonl.gz": write_gzip,
    "rows.parquet": lambda path: pq.write_table(pa.Table.from_pylist(ROWS), path),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("given_as", ["file", "folder", "glob"])
def test_every_kind_of_table_gives_the_same(tmp_path, name, given_as):
    WRITERS[name](tmp_path / name)
    found = read([{"file": tmp_path / name, "folder": tmp_path, "glob": tmp_path / "ro*"}[given_as]], COLUMNS)
    assert found.texts == ["Vàng\nGiá vàng tăng", "Đội tuyển thắng", 'Dấu "ngoặc", phẩy\nvà dòng mới']
    assert found.topics == ["kinh-doanh", "the-thao", "xe"]
    assert found.publishers == ["A", "", "B"]
    assert found.splits == ["train", "test", "test"]
    assert found.skipped == {NO_TOPIC: 1, SEVERAL: 1}
    assert found.places == [f"{tmp_path / name}:{row}" for row in (1, 2, 5)]
    assert found.failures == []


def test_where_chooses_rows(tmp_path):
    write_csv(tmp_path / "rows.csv")
    found = read([tmp_path / "rows.csv"], Columns(text="text", where=(("split", "test"), ("publisher", "B"))))
    assert found.topics == ["xe"]
    assert (found.publishers, found.splits) == (None, None)


def test_lists_of_topics(tmp_path):
    topics = [["xe"], [], None, ["xe", "du-lich"], ["", " the-thao "]]
    pq.write_table(pa.table({"text": ["a"] * 5, "topic": topics}), tmp_path / "lists.parquet")
    found = read([tmp_path / "lists.parquet"], Columns(text="text"))
    assert found.topics == ["xe", "the-thao"]
    assert found.skipped == {NO_TOPIC: 2, SEVERAL: 1}


def test_numbers_are_labels_and_not_a_number_is_none(tmp_path):
    pq.write_table(pa.table({"text": ["a", "b", "c"], "topic": [3.0, float("nan"), 4.5]}), tmp_path / "n.parquet")
    assert read([tmp_path / "n.parquet"], Columns(text="text")).topics == ["3.0", "4.5"]


def test_a_folder_with_one_sub_folder_a_topic(tmp_path):
    (tmp_path / "Thể thao" / "2006").mkdir(parents=True)
    (tmp_path / "Xe").mkdir()
    (tmp_path / "Thể thao" / "2006" / "a.txt").write_bytes("Bóng đá".encode("utf-16"))
    (tmp_path / "Xe" / "b.TXT").write_bytes("Ô tô điện".encode())
    (tmp_path / "Xe" / "hinh.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "Xe" / ".hidden.txt").write_text("x", encoding="utf-8")
    (tmp_path / "loose.txt").write_text("Không ở thư mục nào", encoding="utf-8")
    found = read([tmp_path])
    assert list(zip(found.texts, found.topics, strict=True)) == [("Bóng đá", "Thể thao"), ("Ô tô điện", "Xe")]
    assert found.skipped == {NO_TOPIC: 1}
    assert [place for place, _ in found.failures] == [str(tmp_path / "Xe" / "hinh.txt")]
    assert "PNG" in found.failures[0][1]


def test_several_folders_may_share_topics_and_some_may_be_excluded(tmp_path):
    for folder, topic in (("một", "xe"), ("hai", "xe"), ("hai", "lạ")):
        (tmp_path / folder / topic).mkdir(parents=True)
        (tmp_path / folder / topic / "a.txt").write_text(folder, encoding="utf-8")
    found = read([tmp_path / "một", tmp_path / "hai"], exclude=["lạ"])
    assert (found.texts, found.topics) == (["một", "hai"], ["xe", "xe"])


def test_a_decomposed_label_is_the_same_label():
    assert label("the\u0302\u0309 thao")[0] == label("thể thao")[0]


@given(st.lists(st.text(alphabet="ab| \t", max_size=5)))
def test_a_list_of_labels_is_read_as_the_same_labels_in_one_cell(labels):
    assert label(labels) == label("|".join(labels))


HOSTILE = {
    "empty file": (b"", r"1 that cannot be read, the first is .*t\.csv: empty file"),
    "header only": (b"text,topic\n", "no labelled text"),
    "no topic anywhere": (b"text,topic\na,\nb,\n", "2 without a topic"),
    "column missing": (b"text,label\na,b\n", "its columns are: text, label"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "no column|no labelled text"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tables_are_refused_in_one_sentence(tmp_path, name):
    data, said = HOSTILE[name]
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(InputError, match=said) as error:
        read([tmp_path / "t.csv"], Columns(text="text"))
    assert "\n" not in str(error.value)


def test_sub_folders_are_named_where_folders_are_given_only(tmp_path):
    (tmp_path / "t.csv").write_text("text,topic\na,\n", encoding="utf-8")
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "a.txt").write_text("a", encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.csv: 1 without a topic$"):
        read([tmp_path / "t.csv"])
    with pytest.raises(InputError, match=r"\(2 without a topic\); texts must be in sub-folders named by their topic$"):
        read([tmp_path / "t.csv", tmp_path / "flat"])


def test_ragged_rows_fail_by_themselves(tmp_path):
    (tmp_path / "t.csv").write_text("text,topic\na,xe\nb\nc,xe,more\nd,xe\n", encoding="utf-8")
    found = read([tmp_path / "t.csv"], Columns(text="text"))
    assert found.texts == ["a", "d"]
    assert [place for place, _ in found.failures] == [f"{tmp_path / 't.csv'}:{row}" for row in (2, 3)]


WRONG = {
    "nothing given": ([], Columns(), "no data"),
    "no such path": (["nowhere"], Columns(), "no such file or folder: nowhere"),
    "a table without its column of text": (
        ["rows.csv"],
        Columns(topic="section"),
        "'section'.*--topic-column; its columns are: text, title",
    ),
    "one text file": (["one.txt"], Columns(), "one file"),
    "standard input": (["-"], Columns(), "standard input"),
    "a title without a text": (["flat"], Columns(title="title"), "--text-column too"),
    "a folder without sub-folders": (["flat"], Columns(), "sub-folders named by their topic"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_says_what_to_do(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "rows.csv")
    (tmp_path / "one.txt").write_text("x", encoding="utf-8")
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "one.txt").write_text("x", encoding="utf-8")
    data, columns, said = WRONG[name]
    with pytest.raises(InputError, match=said):
        read(data, columns)


def test_the_topic_column_may_have_any_name_even_one_of_the_labelling_schema(tmp_path):
    (tmp_path / "t.csv").write_text("text,reason\na,xe\n", encoding="utf-8")
    assert read([tmp_path / "t.csv"], Columns(text="text", topic="reason")).topics == ["xe"]


def test_chosen_keeps_columns_together(tmp_path):
    write_csv(tmp_path / "rows.csv")
    found = read([tmp_path / "rows.csv"], COLUMNS).chosen([2, 0])
    assert (found.topics, found.publishers, found.splits) == (["xe", "kinh-doanh"], ["B", "A"], ["test", "train"])
    assert len(found) == len(found.places) == 2


@pytest.mark.parametrize("name", WRITERS)
def test_a_table_that_says_what_its_columns_are_needs_no_option(tmp_path, name):
    WRITERS[name](tmp_path / name)
    found = read([tmp_path / name])
    expected = read([tmp_path / name], Columns(text="text", title="title"))
    assert (found.texts, found.topics, found.places) == (expected.texts, expected.topics, expected.places)
    assert found.skipped == expected.skipped


def test_a_title_that_only_some_tables_have_is_read_of_these_and_told_of_the_others(tmp_path):
    write_csv(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("topic,text\nxe,Xe máy điện\n", encoding="utf-8")
    files = [str(tmp_path / "b.csv"), str(tmp_path / "a.csv")]
    found = read([*files, *files])
    assert found.texts == ["Xe máy điện", "Vàng\nGiá vàng tăng", "Đội tuyển thắng", 'Dấu "ngoặc", phẩy\nvà dòng mới']
    assert found.untitled == files[:1]
    assert read(files[:1]).untitled == read(files[1:]).untitled == read(files, Columns(text="text")).untitled == []


HEADERS = {
    "body,topic": "a.csv is a table: name its column of text with --text-column; its columns are: body, topic",
    "text,section": "a.csv has no column 'topic': name its column of labels with --topic-column; its columns are: "
    "text, section",
    "body,section": "a.csv is a table: name its column of text with --text-column, and that of labels with "
    "--topic-column; its columns are: body, section",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_table_with_other_columns_has_to_be_explained(tmp_path, monkeypatch, header):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(f"{header}\nXe máy điện,xe\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("topic,text\nxe,Xe máy điện\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"^{HEADERS[header]}$"):
        read(["a.csv"])
    also = "; those of b.csv are: topic, text; tables that are read together need the same names"
    with pytest.raises(InputError, match=f"^{HEADERS[header]}{also}$"):
        read(["b.csv", "a.csv"])


def test_folders_and_tables_together(tmp_path):
    (tmp_path / "ours" / "du-lich").mkdir(parents=True)
    (tmp_path / "ours" / "du-lich" / "a.txt").write_text("Đi biển", encoding="utf-8")
    (tmp_path / "b.csv").write_text("topic,text\nxe,Xe máy điện\n", encoding="utf-8")
    (tmp_path / "c.csv").touch()
    found = read([tmp_path / "c.csv", tmp_path / "ours", tmp_path / "b.csv"])
    assert (found.texts, found.topics) == (["Đi biển", "Xe máy điện"], ["du-lich", "xe"])
    assert found.failures == [(str(tmp_path / "c.csv"), "empty file")]


def test_a_json_table_whose_column_is_named(tmp_path):
    records = [{"body": "Giá vàng tăng", "topic": "kinh-doanh"}, {"body": "Đội thắng", "topic": "the-thao"}]
    (tmp_path / "t.json").write_text(json.dumps({"data": records}), encoding="utf-8")
    for place in (tmp_path / "t.json", tmp_path):
        found = read([place], Columns(text="body"))
        assert (found.texts, found.topics) == (["Giá vàng tăng", "Đội thắng"], ["kinh-doanh", "the-thao"])


def test_the_delimiter_that_is_said(tmp_path):
    (tmp_path / "t.csv").write_text("text:topic\nGiá vàng, bạc:kinh-doanh\n", encoding="utf-8")
    assert read([tmp_path / "t.csv"], Columns(delimiter=":")).topics == ["kinh-doanh"]


def test_a_bad_part_is_a_failure_and_ends_nothing(tmp_path):
    good = pa.table({"text": ["Giá vàng tăng", "Đội thắng"], "topic": ["kinh-doanh", "the-thao"]})
    bad = pa.array([b"\xff\xfe", b"x"]).view(pa.string())
    pq.write_table(good, tmp_path / "a.parquet")
    pq.write_table(pa.table({"text": bad, "topic": ["xe", "xe"]}), tmp_path / "b.parquet")
    pq.write_table(pa.table({"text": pa.nulls(1), "topic": ["xe"]}), tmp_path / "c.parquet")
    (tmp_path / "d.csv").touch()
    (tmp_path / "e.csv").write_text('id,text,topic\n1,"mở,xe\n2,"Sân bay",du-lich\n3,Tàu,du-lich\n', encoding="utf-8")
    files = sorted(tmp_path.iterdir())
    for data, columns in ((files, None), ([tmp_path], Columns(text="text"))):
        found = read(data, columns)
        assert found.texts == ["Giá vàng tăng", "Đội thắng", "x", "", "Sân bay", "Tàu"]
        assert [error.partition(":")[0] for _, error in found.failures] == [
            "the text is damaged",
            "empty file",
            "a quote is opened and not closed",
        ]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_what_picked_texts_stand_for_is_read_with_its_text(tmp_path, ending):
    rows = [
        {"text": f"bài {i}", "topic": topic, "stands_for": stands_for}
        for i, (topic, stands_for) in enumerate([("xe", 12), (None, 5), ("xe", None), ("du-lich", 3)])
    ]
    path = tmp_path / f"reviewed.{ending}"
    frame = pa.Table.from_pylist(rows).to_pandas()
    {
        "csv": lambda: frame.to_csv(path, index=False),
        "jsonl": lambda: path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"),
        "parquet": lambda: frame.to_parquet(path),
    }[ending]()
    found = read([path])
    assert found.texts == ["bài 0", "bài 2", "bài 3"]
    assert found.stands_for == [12.0, None, 3.0]
    assert found.chosen([2, 0]).stands_for == [3.0, 12.0]
    other = tmp_path / "other.csv"
    other.write_text("text,topic\nbài khác,xe\n", encoding="utf-8")
    both = read([path, other])
    assert (both.texts[3], both.stands_for) == ("bài khác", [12.0, None, 3.0, None])
    assert read([other, path, other]).stands_for == [None, 12.0, None, 3.0]
    named = read([path, other], Columns(text="text"))
    assert (named.texts, named.stands_for) == (both.texts, both.stands_for)


@pytest.mark.parametrize("cell", ["12", "12,0", "12.0", " 12 "])
def test_numbers_as_spreadsheets_write_them(tmp_path, cell):
    path = tmp_path / "reviewed.csv"
    path.write_text(f"text;topic;stands_for\nmột bài;xe;{cell}\n", encoding="utf-8")
    assert read([path]).stands_for == [12.0]


def test_an_error_of_a_spreadsheet_is_no_topic(tmp_path):
    path = tmp_path / "reviewed.csv"
    path.write_text("text,topic\na,#NAME?\nb,#N/A\nc,# tin nhanh\nd,xe\n", encoding="utf-8")
    found = read([path])
    assert (found.topics, found.skipped) == (["# tin nhanh", "xe"], {SPREADSHEET_ERROR: 2})


@pytest.mark.parametrize("cell", ["0", "-3", "nan", "inf", "mười"])
def test_a_text_stands_for_a_positive_number(tmp_path, cell):
    path = tmp_path / "reviewed.csv"
    path.write_text(f"text,topic,stands_for\nmột bài,xe,{cell}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"reviewed\.csv:1: the column 'stands_for' holds '{cell}', where a positive"):
        read([path])
