"""What adapting is worth is reported as it was measured."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import adapting


@pytest.fixture
def folder(samples, tmp_path: Path) -> Path:
    texts, topics = samples
    parts = [text.split("\n", 1) for text in texts]
    frame = pd.DataFrame({"title": [title for title, _ in parts], "text": [body for _, body in parts], "topic": topics})
    frame.loc[0, ["title", "topic"]] = None, None
    frame.to_parquet(tmp_path / "mine.parquet")
    return tmp_path


def test_rows_hold_the_means_of_draws(folder, samples_model_file) -> None:
    (row,) = adapting.rows(folder, "mine", (20,), 1, str(samples_model_file))
    assert (row.corpus, row.texts, row.draws) == ("mine", 20, 1)
    assert row.worst_gain == pytest.approx(row.both - row.own)
    assert row.general > row.own
    assert 0 <= row.ece <= 1
    assert f"| mine | 20 | {row.general:.1f} |" in adapting.as_markdown([row])


def test_rows_without_a_topic_are_not_scored_and_titles_are_text(folder, samples) -> None:
    texts, topics = adapting.read(folder / "mine.parquet")
    assert texts == samples[0][1:]
    assert topics.tolist() == samples[1][1:]


def test_no_corpus_is_said(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CHUDE_CORPORA", str(tmp_path))
    assert adapting.main([]) == 2
    assert "CHUDE_CORPORA" in capsys.readouterr().err
