"""The benchmarks report what they measured. How fast anything is, no test says."""

import json
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("matplotlib")

from benchmarks import commands, engines, learning, loading, peers, plot, report, throughput, workers
from benchmarks.__main__ import GROUPS, main
from benchmarks.corpus import Corpus, Plan, load
from benchmarks.figures import Figures, Goal, Row

PLAN = Plan(runs=3, quick=True, samples=True)


@pytest.fixture
def rows() -> list[Row]:
    ours = Figures("chude", "articles/s", (900.0, 1_000.0, 3_000.0))
    theirs = Figures("peer", "articles/s", (300.0, 500.0, 1_000.0))
    return [
        Row("articles, one list", ours, theirs, Goal("at least 3 x", 3.0)),
        Row("memory", Figures("chude", "MB", (410.0,)), None, Goal("at most 400 MB", 400.0, at_least=False)),
        Row("start", Figures("chude", "s", (0.5, 0.4, 0.3))),
    ]


def test_fasttext_learns_from_lines_in_no_order_of_topics() -> None:
    """It takes lines as they come: sorted by topic, as the articles of VNTC are, they cost it thirteen points."""
    topics = [topic for topic in ("doi-song", "the-thao", "kinh-doanh") for _ in range(100)]
    corpus = Corpus([f"Bài\r\n số {number}" for number in range(300)], topics)
    lines = peers.fasttext_lines(corpus)
    assert sorted(lines) == sorted(f"__label__{topic} bài số {number}\n" for number, topic in enumerate(topics))
    changes = sum(a.split()[0] != b.split()[0] for a, b in pairwise(lines))
    assert changes > 100
    assert peers.fasttext_lines(corpus) == lines  # one seed, one order


def test_fasttext_is_fitted_at_a_rate_it_bears(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tried: list[float] = []

    def train_supervised(*, lr: float, **_: object) -> str:
        tried.append(lr)
        if lr > bears:
            raise RuntimeError("Encountered NaN.")
        return "model"

    monkeypatch.setattr(peers, "CACHE", tmp_path)
    monkeypatch.setitem(sys.modules, "fasttext", SimpleNamespace(train_supervised=train_supervised))
    bears = 0.3
    assert peers.fit_fasttext_at_a_rate_it_bears(Corpus(["a"], ["b"])) == "model"
    assert tried == [1.0, 0.5, 0.25]
    bears = 0.0
    with pytest.raises(RuntimeError, match="NaN"):
        peers.fit_fasttext_at_a_rate_it_bears(Corpus(["a"], ["b"]))
    assert not list(tmp_path.iterdir())


def test_a_ratio_is_taken_run_by_run(rows: list[Row]) -> None:
    assert rows[0].ratios == (3.0, 2.0, 3.0)
    assert [row.met for row in rows] == [True, False, None]


def test_report_holds_ratio_spread_goal_and_what_was_left_out(rows: list[Row]) -> None:
    text = report.as_markdown(rows, ["fastText: not installed"], PLAN)
    assert "| 3 (2 to 3) | at least 3 x | yes |" in text
    assert "| memory (1 run) | 410 MB |" in text
    assert "**no**" in text
    assert "- fastText: not installed" in text
    found = json.loads(report.as_json(rows, [], PLAN))
    assert found["rows"][0]["median_ratio"] == 3.0
    assert found["rows"][0]["ours"]["values"] == [900.0, 1_000.0, 3_000.0]


def test_plot_is_drawn_and_small(rows: list[Row], tmp_path: Path) -> None:
    plot.draw(rows, tmp_path)
    assert (tmp_path / "results.svg").is_file()
    assert 0 < (tmp_path / "results.png").stat().st_size < 200_000


def test_contestants_take_turns() -> None:
    order: list[str] = []
    contestants = {name: partial(_note, order, name) for name in "AB"}
    results = workers.alternate(contestants, 2)
    assert order == ["A", "B", "A", "B"]
    assert [result["n"] for result in results["B"]] == [2.0, 4.0]


def _note(order: list[str], name: str) -> workers.Result:
    order.append(name)
    return {"n": float(len(order))}


def test_samples_stand_in_for_the_corpus() -> None:
    corpus = load(PLAN, "test", most=5, syllables=3)
    assert len(corpus.texts) == len(corpus.topics) == 5
    assert all(len(text.split()) == 3 for text in corpus.texts)


def test_without_the_corpora_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHUDE_CORPORA", str(tmp_path))
    assert main(["--quick"]) == 2
    assert "set CHUDE_CORPORA" in capsys.readouterr().err


def test_every_module_offers_its_rows() -> None:
    homes = {group.__module__ for group in GROUPS.values()}
    assert homes == {module.__name__ for module in (commands, engines, learning, loading, throughput)}
