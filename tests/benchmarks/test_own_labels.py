"""Short texts with labels of one's own are compared as the table says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score

from benchmarks import own_labels


@pytest.fixture
def folder(samples, tmp_path: Path) -> Path:
    """Sentences of three topics; a row with two labels, and one without."""
    texts, topics = samples
    rows = [
        {"text": line, "section": topic}
        for text, topic in zip(texts, topics, strict=True)
        if topic in {"the-thao", "kinh-doanh", "suc-khoe"}
        for line in text.splitlines()
        if line.strip()
    ]
    frame = pd.DataFrame(
        [*rows, {"text": "hai nhãn", "section": "xe|du-lich"}, {"text": "không nhãn", "section": None}]
    )
    frame["split"] = np.where(np.arange(len(frame)) % 3 == 0, "test", "train")
    frame.to_parquet(tmp_path / "mine.parquet")
    return tmp_path


def test_both_are_scored_on_the_same_answers(folder, monkeypatch) -> None:
    monkeypatch.setattr(own_labels, "_RESAMPLES", 50)
    texts, labels, split = own_labels.read(folder / "mine.parquet")
    found = list(own_labels.rows(folder, ["mine"], 1, 2))
    assert [row.learned_from for row in found] == [
        "4/5 of all", "official train split", "20 a label", "1 to 500 a label"
    ]  # fmt: skip
    assert len(np.unique(labels)) == 3
    assert found[0].scored == len(texts)
    assert found[1].scored == (split == "test").sum()
    for row in found:
        for i, (gain, low, high) in enumerate((row.accuracy, row.macro_f1)):
            assert gain == pytest.approx(row.ours[i] - row.theirs[i])
            assert low <= gain <= high
    on, off = (split == name for name in ("train", "test"))
    said = own_labels.scikit_learn(texts[on], labels[on], texts[off])
    assert found[1].theirs == pytest.approx(
        (100 * accuracy_score(labels[off], said), 100 * f1_score(labels[off], said, average="macro"))
    )
    assert own_labels.as_markdown(found).count("\n") == 5


def test_draws_hold_so_many_of_each_label_and_nothing_twice() -> None:
    labels = np.repeat(np.arange(3), [10, 100, 1000])
    for sizes, expected in ((own_labels._even, [7, 20, 20]), (own_labels._uneven, [1, 22, 500])):
        on, off = own_labels._drawn(labels, sizes, 0)
        assert np.bincount(labels[on]).tolist() == expected
        assert sorted([*on, *off]) == list(range(len(labels)))


def test_no_corpus_is_said(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CHUDE_CORPORA", str(tmp_path))
    assert own_labels.main([]) == 2
    assert "CHUDE_CORPORA" in capsys.readouterr().err
