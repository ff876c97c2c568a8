"""Dask DataFrames: the labels of a local run, in the partitions there were."""

import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import chude
import chude.dask

dd = pytest.importorskip("dask.dataframe", reason="needs Dask: pip install 'chude[dask]'")


@pytest.fixture(params=[True, False], ids=["arrow strings", "objects"])
def ddf(request: pytest.FixtureRequest, texts: list[str | None]) -> Any:
    import dask

    frame = pd.DataFrame({"content": texts, "id": range(len(texts)), "thing": [{1, k} for k in range(len(texts))]})
    frame.index = frame.index * 10
    with dask.config.set({"dataframe.convert-string": request.param}):
        return dd.from_pandas(frame.drop(columns="thing") if request.param else frame, npartitions=5)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def test_labels_are_those_of_a_local_run(ddf: Any, client: Any, samples_model_file: Path, local: list[Any]) -> None:
    labels = chude.dask.label(ddf, text="content", keep=["id"], model=samples_model_file, top=2, also=0.1, iptc=True)
    made = client.compute(labels).result()
    assert list(made.columns) == list(local[0]) == list(labels.columns)
    assert rows_of(made) == local
    assert made.dtypes.to_dict() == labels.dtypes.to_dict()


def test_partitions_and_index_stay(ddf: Any, samples_model: chude.TopicModel) -> None:
    labels = chude.dask.label(ddf, text="content", model=samples_model)
    assert labels.divisions == ddf.divisions
    joined = ddf.join(labels).compute(scheduler="sync")
    assert joined.index.tolist() == [10 * k for k in range(len(joined))]
    assert joined["topic"].tolist() == labels["topic"].compute(scheduler="sync").tolist()


def test_kept_columns_stay_what_they_are(texts: list[str | None], samples_model: chude.TopicModel) -> None:
    """Also what Arrow has no type for."""
    import dask

    things = [{1, k} for k in range(len(texts))]
    kinds = pd.Categorical(["a", "b"] * (len(texts) // 2))
    frame = pd.DataFrame({"content": texts, "thing": things, "kind": kinds})
    with dask.config.set({"dataframe.convert-string": False}):
        ddf = dd.from_pandas(frame, npartitions=3)
        made = chude.dask.label(ddf, "content", keep=["thing", "kind"], model=samples_model).compute(scheduler="sync")
    assert list(made.columns[:4]) == ["path", "row", "thing", "kind"]
    assert made["thing"].tolist() == things
    assert made["kind"].dtype == frame["kind"].dtype


def test_a_partition_without_texts_and_one_of_nulls(samples_model: chude.TopicModel) -> None:
    import dask

    frame = pd.DataFrame({"content": [None, None, "Giá vàng tăng mạnh", "Đội tuyển thắng"]}, dtype=object)
    with dask.config.set({"dataframe.convert-string": False}):
        ddf = dd.from_pandas(frame, npartitions=2)
        labels = chude.dask.label(ddf, "content", model=samples_model)
        assert labels.compute(scheduler="sync")["reason"].tolist()[:2] == ["empty"] * 2
        none = chude.dask.label(ddf[ddf["content"] == "?"], "content", model=samples_model)
        assert len(none.compute(scheduler="sync")) == 0


def test_the_model_is_one_task_and_no_part_of_the_others(ddf: Any, samples_model: chude.TopicModel) -> None:
    graph = chude.dask.label(ddf, text="content", model=samples_model).optimize().__dask_graph__()
    sizes = {key: len(pickle.dumps(task)) for key, task in graph.items() if "frompandas" not in str(key)}
    large = [size for size in sizes.values() if size > 20_000]
    assert len(large) == 1
    assert large[0] >= len(samples_model.to_bytes())


def test_a_worker_without_the_model_says_so(ddf: Any, client: Any, tmp_path: Path) -> None:
    labels = chude.dask.label(ddf, text="content", model=tmp_path / "absent.safetensors", ship=False)
    with pytest.raises(chude.ChudeError, match=r"the worker on .* has no model .*absent.safetensors'.* ship=True"):
        client.compute(labels).result(timeout=120)


def test_workers_that_have_the_model_need_not_get_it(ddf: Any, samples_model_file: Path, local: list[Any]) -> None:
    labels = chude.dask.label(
        ddf, text="content", keep=["id"], model=samples_model_file, ship=False, top=2, also=0.1, iptc=True
    )
    assert rows_of(labels.compute(scheduler="sync")) == local


def test_another_version_on_the_worker_is_refused(
    ddf: Any, samples_model: chude.TopicModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = chude.dask.label(ddf, text="content", model=samples_model)
    monkeypatch.setattr("chude.engines.work._own_version", lambda: "99.0")
    with pytest.raises(chude.ChudeError, match=r"has chude 99.0, .*install the same version"):
        labels.compute(scheduler="sync")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": "body"}, "no column 'body'; its columns are: content, id"),
        ({"text": "id"}, "column 'id' .* holds int64, not text"),
        ({"text": "content", "keep": ["topic"]}, "cannot keep topic"),
        ({"text": "content", "min_probability": 2}, "between 0 and 1"),
        ({"text": "content", "model": "no-such-model"}, "no model 'no-such-model'"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(ddf: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(chude.ChudeError, match=said):
        chude.dask.label(ddf, **options)


def test_other_tables_are_refused(samples_model: chude.TopicModel) -> None:
    with pytest.raises(chude.ChudeError, match=r"expected a dask.dataframe.DataFrame, not DataFrame"):
        chude.dask.label(pd.DataFrame({"text": []}), model=samples_model)
    ddf = dd.from_pandas(pd.DataFrame({"text": ["a"]}), npartitions=1)
    with pytest.raises(chude.ChudeError, match="ship=False needs the name"):
        chude.dask.label(ddf, model=samples_model, ship=False)


def test_strange_cells_and_parts_without_texts(samples_model: chude.TopicModel) -> None:
    import dask

    frame = pd.DataFrame({"nội dung": ["Giá vàng tăng", 5, None, None, "Đội thắng", None]}, dtype=object)
    with dask.config.set({"dataframe.convert-string": False}):
        ddf = dd.from_pandas(frame, npartitions=3)
        made = chude.dask.label(ddf, "nội dung", model=samples_model).compute(scheduler="sync")
    assert made["error"].astype(object).where(made["error"].notna(), None).tolist() == [
        None,
        "the text is not a string (int)",
        None,
        None,
        None,
        None,
    ]
    assert made["reason"].tolist()[2:4] == ["empty", "empty"]
