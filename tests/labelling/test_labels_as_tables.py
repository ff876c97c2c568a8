"""Labels as tables of pandas, polars and Arrow; columns of texts as these libraries hold them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chude import TopicModel
from chude.errors import MissingExtraError
from chude.labelling.api import label_files, label_table

TEXTS = ["Giá vàng tăng mạnh", "Đội tuyển thắng trận", "Bệnh viện có máy mới"]
HOLDERS: dict[str, Callable[[list[str]], Any]] = {
    "list": list,
    "tuple": tuple,
    "numpy": np.array,
    "numpy of objects": lambda texts: np.array(texts, dtype=object),
    "pandas": pd.Series,
    "pandas of objects": lambda texts: pd.Series(texts, dtype=object),
    "pandas of arrow": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "pandas categories": lambda texts: pd.Series(texts, dtype="category"),
    "pandas index": pd.Index,
    "polars": pl.Series,
    "arrow": pa.array,
    "arrow in chunks": lambda texts: pa.chunked_array([texts[:1], texts[1:]]),
    "arrow views": lambda texts: pa.array(texts, pa.string_view()),
    "arrow dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "a generator": iter,
}
MISSING = {
    "pandas": pd.Series(["a", None]),
    "pandas of objects": pd.Series(["a", None], dtype=object),
    "pandas NaN": pd.Series(["a", np.nan], dtype=object),
    "pandas NA": pd.Series(["a", pd.NA], dtype=object),
    "pandas NaT": pd.Series(["a", pd.NaT], dtype=object),
    "polars": pl.Series(["a", None]),
    "arrow": pa.array(["a", None]),
    "list": ["a", None],
    "list with NaN": ["a", float("nan")],
}
COLUMNS = {
    name: HOLDERS[name]
    for name in ("pandas", "pandas of objects", "pandas of arrow", "polars", "arrow", "arrow in chunks")
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_any_column_of_texts_is_predicted(samples_model: TopicModel, holder: str) -> None:
    assert samples_model.predict(HOLDERS[holder](TEXTS)).tolist() == samples_model.predict(TEXTS).tolist()


@pytest.mark.parametrize("holder", MISSING)
def test_a_missing_text_is_said_with_its_position(samples_model: TopicModel, holder: str) -> None:
    with pytest.raises(TypeError, match=r"position 1 is missing.*fillna.*label_table"):
        samples_model.predict(MISSING[holder])


@pytest.mark.parametrize("table", [pd.DataFrame({"a": TEXTS}), pl.DataFrame({"a": TEXTS}), pa.table({"a": TEXTS})])
def test_a_table_is_no_column(samples_model: TopicModel, table: Any) -> None:
    with pytest.raises(TypeError, match="give one column of it"):
        samples_model.predict(table)


@pytest.mark.parametrize("holder", COLUMNS)
def test_one_column_is_a_table_of_one(samples_model: TopicModel, holder: str) -> None:
    made = label_table(COLUMNS[holder](TEXTS), model=samples_model).to_pandas()
    assert made["best_topic"].tolist() == samples_model.predict(TEXTS).tolist()


@given(st.data())
def test_labels_can_be_assigned_to_their_frame(samples_model: TopicModel, data: st.DataObject) -> None:
    n_rows = data.draw(st.integers(1, 8))
    index = data.draw(st.lists(st.integers(-50, 50), min_size=n_rows, max_size=n_rows, unique=True))
    frame = pd.DataFrame({"text": data.draw(st.lists(st.sampled_from(TEXTS), min_size=n_rows, max_size=n_rows))}, index)
    labels = label_table(frame, model=samples_model).to_pandas()
    assert frame.assign(topic=labels["best_topic"])["topic"].tolist() == samples_model.predict(frame["text"]).tolist()
    wanted = data.draw(st.sampled_from(TEXTS))
    some = label_table(frame, where={"text": wanted}, model=samples_model).to_pandas()
    assert some.index.tolist() == frame.index[frame["text"] == wanted].tolist()


def test_a_row_without_text_keeps_its_place_in_the_index(samples_model: TopicModel) -> None:
    frame = pd.DataFrame({"text": [TEXTS[0], None, TEXTS[1]]}, index=["x", "y", "z"])
    made = label_table(frame, model=samples_model, min_probability=0).to_pandas()
    assert made.index.tolist() == ["x", "y", "z"]
    assert made["topic"].eq("unknown").tolist() == [False, True, False]
    assert made.loc["y", "reason"] == "empty"


@pytest.mark.parametrize("n_rows", [0, 1, 2500])
def test_arrow_and_polars_have_what_parquet_has(samples_model: TopicModel, tmp_path: Path, n_rows: int) -> None:
    frame = pd.DataFrame({"text": TEXTS[:1] * n_rows, "n": range(n_rows), "mixed": ["a"] * n_rows})
    labels = label_table(frame, keep=["n", "mixed"], model=samples_model, top=2)
    labels.write(tmp_path / "labels.parquet")
    written = pq.read_table(tmp_path / "labels.parquet")
    made = labels.to_arrow()
    assert made.schema.equals(written.schema)
    assert made.to_pylist() == written.to_pylist()
    assert labels.to_polars().to_dicts() == written.to_pylist() == pl.DataFrame(labels).to_dicts()
    assert pa.table(labels).equals(made)
    assert duckdb.sql("select * from labels order by row").arrow().read_all().to_pylist() == written.to_pylist()


def test_labels_know_their_length_where_it_is_known(samples_model: TopicModel, tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": TEXTS})
    assert len(label_table(frame, model=samples_model)) == len(label_table(frame, model=samples_model).to_pandas()) == 3
    (tmp_path / "a.txt").write_text(TEXTS[0], encoding="utf-8")
    assert len(label_files(tmp_path, model=samples_model)) == 1
    with pytest.raises(TypeError, match="not known before they are read"):
        len(label_table(frame, where={"text": TEXTS[0]}, model=samples_model))


def test_the_repr_of_labels_reads_nothing(samples_model: TopicModel, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nmột\n", encoding="utf-8")
    labels = label_table(path, model=samples_model)
    path.unlink()
    assert repr(labels).startswith(f"Labels({path}; model ")
    assert "to_pandas()" in repr(labels)


def test_a_frame_of_batches_is_refused_with_a_way_out(samples_model: TopicModel) -> None:
    with pytest.raises(TypeError, match=r"labels\.to_pandas\(\)"):
        pd.DataFrame(label_table(pd.DataFrame({"text": TEXTS}), model=samples_model))


def test_without_polars_there_is_a_sentence(samples_model: TopicModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtraError, match=r"chude\[polars\]"):
        label_table(pd.DataFrame({"text": TEXTS}), model=samples_model).to_polars()
