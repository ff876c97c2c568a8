"""The columns ``topics`` and ``iptc``."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chude import label_files, label_table
from chude.errors import InputError
from chude.labelling.labeller import iptc_codes, with_second
from chude.topics import TOPICS, topic

SLUGS = [t.slug for t in TOPICS]
rows = st.lists(
    st.tuples(
        st.sampled_from([*SLUGS, "unknown"]),
        st.none() | st.sampled_from(SLUGS),
        st.floats(0, 0.5),
        st.sampled_from([None, "uncertain"]),
    ),
    min_size=1,
)


@given(rows, st.floats(0, 1))
def test_a_second_topic_is_named_where_it_is_probable_enough(given: list[tuple[Any, ...]], least: float) -> None:
    found = with_second(*map(list, zip(*given, strict=True)), least=least)  # type: ignore[misc]
    for (first, second, probability, reason), named in zip(given, found, strict=True):
        topics = named.split("|")
        assert topics[0] == first
        assert (len(topics) == 2) == (second is not None and reason is None and probability >= least)
        assert topics[1:] in ([], [second])


@given(st.lists(st.sampled_from([*SLUGS, "unknown", "Góc nhìn"]), min_size=1, max_size=3))
def test_codes_are_those_of_the_topics_each_once(topics: list[str]) -> None:
    found = iptc_codes("|".join(topics))
    expected = [code for code in (topic(each).iptc for each in topics) if code is not None]
    assert (found or "").split("|") == (list(dict.fromkeys(expected)) or [""])


def test_columns_stand_at_the_end_and_only_when_asked_for(samples_folder: Any, samples_model: Any) -> None:
    plain = label_files(samples_folder, model=samples_model)
    asked = label_files(samples_folder, model=samples_model, also=0.2, iptc=True, top=2)
    assert asked.columns == [*plain.columns, "top", "topics", "iptc"]
    frame = asked.to_pandas()
    assert list(frame.columns) == asked.columns
    for row in frame.to_dict("records"):
        is_second = row["second_probability"] >= 0.2 and row["topic"] != "unknown"
        assert row["topics"] == (f"{row['topic']}|{row['second_topic']}" if is_second else row["topic"])
        assert (row["iptc"] if isinstance(row["iptc"], str) else None) == iptc_codes(row["topics"])
    assert frame["topics"].str.contains("|", regex=False).any()


def test_codes_without_second_topics_and_of_errors(samples_model: Any, tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_bytes(bytes(range(256)) * 9)
    (row,) = next(iter(label_files(tmp_path / "a.txt", model=samples_model, iptc=True, also=0.1))).rows()
    assert row["error"] is not None
    assert (row["topics"], row["iptc"]) == (None, None)


def test_every_format_has_them(samples_folder: Any, samples_model: Any, tmp_path: Any) -> None:
    import pandas as pd

    labels = label_files(samples_folder, model=samples_model, also=0.2, iptc=True)
    frames = []
    for name, read in (("l.csv", pd.read_csv), ("l.parquet", pd.read_parquet)):
        labels.write(tmp_path / name)
        frames.append(read(tmp_path / name)[["topics", "iptc"]])
    assert frames[0].fillna("").equals(frames[1].fillna("").astype(frames[0].dtypes.to_dict()))


def test_wrong_use(samples_model: Any, tmp_path: Any) -> None:
    with pytest.raises(InputError, match="least probability of a second topic must be between 0 and 1, not 2"):
        label_table([], model=samples_model, also=2)
    (tmp_path / "data.csv").write_text("text,iptc\na,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="cannot keep iptc"):
        label_table(tmp_path / "data.csv", keep=["iptc"], model=samples_model).columns  # noqa: B018
