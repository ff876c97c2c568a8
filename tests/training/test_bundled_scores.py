"""The gate: bundled models score what they are said to score."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import chude
from chude import bundled
from chude.decoding import decode
from chude.evaluation import evaluate
from tools.corpora import read_corpora

SLACK = 0.003
"""How far a score may fall under the recorded one before it is a defect."""

SAMPLES_RIGHT = 0.9


def test_vntc_on_its_official_test_split(corpora: Path) -> None:
    model = chude.load("vntc")
    frame = read_corpora({"corpus": [{"file": "vntc10", "weight": 1.0, "where": {"split": "test"}}]}, corpora)
    recorded = model.about["scores"]["VNTC-10 test, official split"]
    found = evaluate(model, frame["text"].tolist(), frame["topic"].tolist())
    assert found.accuracy >= recorded["accuracy"] - SLACK
    assert found.macro_f1 >= recorded["macro_f1"] - SLACK


def test_news_on_the_samples() -> None:
    folder = bundled.data_folder() / "samples"
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [(decode((folder / row["path"]).read_bytes()).text, row["topic"]) for row in csv.DictReader(file)]
    labels = chude.label_table(pd.DataFrame(rows, columns=["text", "topic"]), text="text").to_pandas()["topic"].tolist()
    right = sum(label == topic for label, (_, topic) in zip(labels, rows, strict=True))
    assert right >= SAMPLES_RIGHT * len(rows)


@pytest.mark.parametrize("name", ["laodong_2022_nato_ukraine", "vietnamplus_2024_ukraine_aid"])
def test_news_on_saved_pages(corpora: Path, name: str) -> None:
    page = corpora.parent / "articles" / f"{name}.txt"
    if not page.is_file():
        pytest.skip(f"needs the saved page {page.name} beside the corpora")
    assert chude.load("news").predict([page.read_text(encoding="utf-8")]).tolist() == ["the-gioi"]


@pytest.mark.parametrize("name", ["news", "vntc"])
def test_a_bundled_model_has_its_recipe_and_its_card(name: str) -> None:
    folder = bundled.models_folder()
    model = chude.load(name)
    card = (folder / f"{name}.md").read_text(encoding="utf-8")
    assert (folder / f"{name}.safetensors").stat().st_size <= 12_000_000
    for scores in model.about["scores"].values():
        assert f"{100 * scores['accuracy']:.1f} %" in card
    assert (folder / f"{name}.toml").is_file()
