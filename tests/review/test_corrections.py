"""Corrections: no row is lost, nothing else is changed."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_the_later_file_has_the_last_word(tmp_path) -> None:
    (tmp_path / "labels.csv").write_text("path,row,topic\na,,xe\n", encoding="utf-8")
    for name, topic in (("one", "du-lich"), ("two", "the-thao")):
        (tmp_path / f"{name}.csv").write_text(f"path,row,topic\na,,{topic}\n", encoding="utf-8")
    found = corrected(tmp_path / "labels.csv", tmp_path / "one.csv", tmp_path / "two.csv")
    assert found.rows[0]["topic"] == "the-thao"
