"""Corrections: no row is lost, nothing else is changed."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.errors import InputError
from chude.review.corrections import CHANGED, CONFIRMED, REVIEWED, corrected
from chude.review.reviewed import read_rows
from chude.sinks.csv_sink import to_csv

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
NAMES = ["path", "row", "note", "topic", "reason"]


@given(
    labels=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), CELL, st.sampled_from("xyz"))),
    decisions=st.dictionaries(
        st.tuples(st.sampled_from("abd"), st.sampled_from(["", "1"])), st.sampled_from(["", " x ", "y", "Góc nhìn"])
    ),
)
@settings(deadline=None, max_examples=150)
def test_rows_stay_and_decisions_are_put_in(tmp_path_factory, labels, decisions) -> None:
    folder = tmp_path_factory.mktemp("corrections")
    rows = [{**dict(zip(NAMES, row, strict=False)), "reason": "uncertain"} for row in labels]
    (folder / "labels.csv").write_bytes(to_csv(NAMES, rows).encode("utf-8-sig"))
    reviewed = [{"path": path, "row": row, "topic": topic} for (path, row), topic in decisions.items()]
    (folder / "reviewed.csv").write_bytes(to_csv(["path", "row", "topic"], reviewed).encode())
    found = corrected(folder / "labels.csv", folder / "reviewed.csv")
    taken = {place: topic.strip() for place, topic in decisions.items() if topic}
    assert found.names == ["path", "row", "note", "topic", REVIEWED, "reason"]
    assert len(found.rows) == len(rows)
    for before, after in zip(rows, found.rows, strict=True):
        topic = taken.get((before["path"], before["row"]))
        assert (after["path"], after["row"], after["note"]) == (before["path"], before["row"], before["note"])
        if topic is None:
            assert (after["topic"], after[REVIEWED], after["reason"]) == (before["topic"], "", "uncertain")
        else:
            assert (after["topic"], after["reason"]) == (topic, "")
            assert after[REVIEWED] == (CONFIRMED if topic == before["topic"] else CHANGED)
    places = {(row["path"], row["row"]) for row in rows}
    assert set(found.strays) == set(taken) - places
    assert sum(found.counts.values()) == sum(row[REVIEWED] != "" for row in found.rows)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2)))
@settings(deadline=None)
def test_tables_are_read_as_they_were_written(tmp_path_factory, rows) -> None:
    path = tmp_path_factory.mktemp("tables") / "t.csv"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    assert read_rows(path, "a") == (["a", "b"], [dict(zip("ab", row, strict=True)) for row in rows])


def test_the_later_file_has_the_last_word_and_that_is_said(tmp_path) -> None:
    (tmp_path / "labels.csv").write_text("path,row,topic\na,,xe\nb,,xe\n", encoding="utf-8")
    for name, topic in (("one", "du-lich"), ("two", "the-thao")):
        (tmp_path / f"{name}.csv").write_text(f"path,row,topic\na,,{topic}\nb,,Thể thao\n", encoding="utf-8")
    files = [tmp_path / "labels.csv", tmp_path / "one.csv", tmp_path / "two.csv"]
    found = corrected(*files)
    assert [row["topic"] for row in found.rows] == ["the-thao", "the-thao"]
    assert found.overruled == [("a", "")]
    assert corrected(*files[:2], tmp_path / "one.csv").overruled == []


def tables(folder, labels: str, reviewed: str):
    (folder / "labels.csv").write_text(labels, encoding="utf-8")
    (folder / "reviewed.csv").write_text(reviewed, encoding="utf-8")
    return corrected(folder / "labels.csv", folder / "reviewed.csv")


@pytest.mark.parametrize(
    ("labelled", "decided", "expected"),
    [
        ("the-thao", "Thể thao", "the-thao"),
        ("the-thao", " THE-THAO", "the-thao"),
        ("the-thao", "Sport", "the-thao"),
        ("the-thao", "Cars and motorbikes", "xe"),  # no label is xe, but labels are slugs
        ("Thể thao", "the-thao", "Thể thao"),
        ("Bóng đá", "bóng đá", "Bóng đá"),
        ("Bóng đá", "Thể thao", "Thể thao"),  # a model of one's own, without the topics of the taxonomy
        ("the-thao", "unknown", "unknown"),
    ],
)
def test_topics_are_written_as_in_the_labels(tmp_path, labelled: str, decided: str, expected: str) -> None:
    found = tables(tmp_path, f"path,row,topic\na,,{labelled}\n", f"path,row,topic\na,,{decided}\n")
    (row,) = found.rows
    assert (row["topic"], row[REVIEWED]) == (expected, CONFIRMED if expected == labelled else CHANGED)


def test_topics_that_no_label_had_are_counted_in_one_spelling(tmp_path) -> None:
    decisions = ["Góc nhìn", "góc nhìn", "Góc nhìn", "Khoa học", "Nhà đất"]
    labels = "path,row,topic,best_topic\n" + "".join(f"a,{i},xe,Nhà đất\n" for i in range(1, 6))
    reviewed = "path,row,topic\n" + "".join(f"a,{i},{topic}\n" for i, topic in enumerate(decisions, 1))
    found = tables(tmp_path, labels, reviewed)
    assert [row["topic"] for row in found.rows] == ["Góc nhìn"] * 3 + ["khoa-hoc", "Nhà đất"]
    assert found.new == {"Góc nhìn": 3}


OTHER_PROGRAMS = {
    "rows as numbers with a point": "path,row,topic\na,1.0,xe\nb,,xe\n",
    "spaces around names, and NFD": "path , row,\ttopic\na,1,xe\nb,,xe\n",
    "a line that names the delimiter": "sep=;\r\npath;row;topic\r\na;1;xe\r\nb;;xe\r\n",
    "blank lines first": "\n\npath,row,topic\na,1,xe\nb,,xe\n",
}


@pytest.mark.parametrize("name", OTHER_PROGRAMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_other_programs_saved_is_read(tmp_path, name: str, encoding: str) -> None:
    (tmp_path / "labels.csv").write_text("path,row,topic\na,1,du-lich\na,2,du-lich\nb,,xe\n", encoding="utf-8")
    (tmp_path / "reviewed.csv").write_bytes(OTHER_PROGRAMS[name].encode(encoding))
    found = corrected(tmp_path / "labels.csv", tmp_path / "reviewed.csv")
    assert [row["topic"] for row in found.rows] == ["xe", "du-lich", "xe"]
    assert found.strays == []
    swapped = corrected(tmp_path / "reviewed.csv", tmp_path / "labels.csv")
    assert [row["topic"] for row in swapped.rows] == ["du-lich", "xe"]


@pytest.mark.parametrize(("name", "said"), [("review.html", "button Save"), ("labels.csv", "is given twice")])
def test_a_file_in_the_place_of_what_was_reviewed_is_told_as_what_it_is(tmp_path, name: str, said: str) -> None:
    (tmp_path / "labels.csv").write_text("path,row,topic\na.txt,,xe\n", encoding="utf-8")
    (tmp_path / "review.html").write_text("<!doctype html>", encoding="utf-8")
    with pytest.raises(InputError, match=said):
        corrected(tmp_path / "labels.csv", tmp_path / name)
