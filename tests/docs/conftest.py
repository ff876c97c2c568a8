"""Files that pages and docstrings speak of."""

import csv
import shutil
from pathlib import Path

import pytest

from chude.dataset import read


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samples_folder: Path, samples_model_file: Path) -> Path:
    """A folder with the files that the pages speak of, made from the samples."""
    import pandas as pd

    for folder, pattern in (("train", "*-[12]-*"), ("test", "*-[34]-*"), ("articles", "*-1-*")):
        for path in samples_folder.glob(f"*/{pattern}.txt"):
            if path.parent.name != "difficult":
                (tmp_path / folder / path.parent.name).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, tmp_path / folder / path.parent.name)
    found = read([str(samples_folder)], exclude=["difficult"])
    publishers = [f"báo {i % 3}" for i in range(len(found))]
    columns = {"text": found.texts, "title": "Tựa", "topic": found.topics, "publisher": publishers}
    pd.DataFrame(columns).to_parquet(tmp_path / "articles.parquet")
    with (tmp_path / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "headline", "body"])
        for i, path in enumerate(sorted(samples_folder.glob("*/*-1-*.txt")), 1):
            table.writerow([f"A{i:03}", *path.read_text(encoding="utf-8").split("\n", 1)])
    shutil.copytree(samples_folder, tmp_path / "data" / "samples")
    shutil.copy(samples_model_file, tmp_path / "mine.safetensors")
    monkeypatch.chdir(tmp_path)
    return tmp_path
