"""Kinds on a Dask cluster are those of a local run."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import chude
import chude.dask
from chude.bundled import model_names

from .conftest import files_in

dd = pytest.importorskip("dask.dataframe", reason="needs Dask: pip install 'chude[dask]'")
pytestmark = pytest.mark.skipif("kind" not in model_names(), reason="models/kind.safetensors is not built")


def test_a_dask_dataframe(texts: list[str | None], client: Any, samples_model_file: Path) -> None:
    frame = pd.DataFrame({"content": texts})
    options: dict[str, Any] = {"model": samples_model_file, "kind": True, "only_news": 0.3}
    local = chude.label_table(frame, text="content", **options).to_pandas()
    labels = chude.dask.label(dd.from_pandas(frame, npartitions=3), text="content", **options)
    made = client.compute(labels).result()
    assert list(made.columns) == list(local.columns) == list(labels.columns)
    assert made.dtypes.to_dict() == labels.dtypes.to_dict()
    for name in ("topic", "reason", "kind", "kind_probability", "news_probability"):
        assert made[name].astype(object).where(made[name].notna(), None).tolist() == (
            local[name].astype(object).where(local[name].notna(), None).tolist()
        )
    assert "not news" in set(made["reason"])


def test_folders_of_parquet(tables: Any, tmp_path: Path, samples_model_file: Path) -> None:
    folder = tables(2)
    chude.dask.label_parquet(
        folder, tmp_path / "out", text="content", model=samples_model_file, only_news=0.3, workers=1
    )
    here = {}
    for name in files_in(folder):
        target = tmp_path / "here" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        chude.label_table(folder / name, text="content", model=samples_model_file, only_news=0.3).write(target)
        here[name] = target.read_bytes()
    assert files_in(tmp_path / "out") == here
