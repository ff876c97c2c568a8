"""``chude label --kind`` and ``--only-news``, as a command."""

import csv
import io
import json
import sys
from collections import Counter

import pytest
from support.terminal import on_a_terminal

from chude.bundled import model_names, models_folder
from chude.labelling.progress import Tally
from chude.labelling.rules import MIN_NEWS_PROBABILITY

pytestmark = pytest.mark.skipif("kind" not in model_names(), reason="models/kind.safetensors is not built")

KIND = ["kind", "kind_probability", "news_probability"]
REVIEW = "Quán ăn ngon, nhân viên dễ thương, giá hơi cao nhưng mình sẽ quay lại nhé!\n"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_kind_adds_three_columns(run_chude, samples_folder):
    plain = run_chude("label", samples_folder, "--include", "*.txt", "-q")
    told = run_chude("label", samples_folder, "--include", "*.txt", "-q", "--kind")
    assert (plain.returncode, told.returncode) == (0, 0), told.stderr
    rows = rows_of(told.stdout)
    assert list(rows[0])[-3:] == KIND
    assert [{k: v for k, v in row.items() if k not in KIND} for row in rows] == rows_of(plain.stdout)


def test_only_news_makes_others_unknown_and_says_so(run_chude, tmp_path):
    (tmp_path / "in").mkdir()
    for k in range(3):
        (tmp_path / "in" / f"{k}.txt").write_text(REVIEW * (k + 1), encoding="utf-8")
    done = run_chude("label", "in", "-o", "out.csv", "--only-news", MIN_NEWS_PROBABILITY)
    assert done.returncode == 0, done.stderr
    rows = rows_of((tmp_path / "out.csv").read_text(encoding="utf-8"))
    assert [(row["topic"], row["reason"]) for row in rows] == [("unknown", "not news")] * 3
    assert all(row["best_topic"] not in {"", "unknown"} for row in rows)
    assert "not news 3" in done.stderr
    assert "--only-news sets another limit" in done.stderr


def test_the_kind_model_labels_like_any(run_chude, tmp_path):
    (tmp_path / "a.txt").write_text(REVIEW, encoding="utf-8")
    done = run_chude("label", "a.txt", "--model", "kind", "-q")
    (row,) = rows_of(done.stdout)
    assert row["topic"] == "binh-luan"
    explained = run_chude("explain", "a.txt", "--model", "kind")
    assert explained.returncode == 0, explained.stderr
    assert "Bình luận, đánh giá" in explained.stdout


def test_resume_asks_for_the_same(run_chude, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(REVIEW, encoding="utf-8")
    first = run_chude("label", "in", "-o", "out.csv", "--kind", "-q")
    again = run_chude("label", "in", "-o", "out.csv", "--kind", "-q", "--resume")
    assert (first.returncode, again.returncode) == (0, 0), again.stderr
    assert rows_of((tmp_path / "out.csv").read_text(encoding="utf-8"))[0]["kind"] == "binh-luan"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--only-news", "2"), "0<=x<=1"),
        (("--only-news", "news"), "is not a number; write one from 0 to 1"),
        (("--kind", "--text-column", "text", "--keep", "kind"), "cannot keep kind"),
    ],
)
def test_what_makes_no_sense_is_refused(run_chude, tmp_path, options, said):
    (tmp_path / "t.csv").write_text("text,kind\nGiá vàng tăng,a\n", encoding="utf-8")
    done = run_chude("label", "t.csv", *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_help_names_the_recommended_limit(run_chude):
    done = run_chude("label", "--help")
    assert f"{MIN_NEWS_PROBABILITY:g} is recommended" in " ".join(done.stdout.split())
    assert f"recommended: --only-news {MIN_NEWS_PROBABILITY:g}" in " ".join(run_chude("models").stdout.split())


def test_the_summary_counts_kinds_in_the_language_of_messages(run_chude, tmp_path):
    (tmp_path / "texts.csv").write_text(
        f'text,kind\n"{REVIEW.strip()}",a\n"{REVIEW.strip()} Lần sau nhé.",b\n', encoding="utf-8"
    )
    ask = ["label", "texts.csv", "--text-column", "text", "-o"]
    told = run_chude(*ask, "a.csv", "--kind", "--summary", "a.json")
    assert "kinds: Comments and reviews 2" in told.stderr
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["kinds"] == {"binh-luan": 2}
    assert "loại văn bản: Bình luận, đánh giá 2" in run_chude("--lang", "vi", *ask, "b.csv", "--kind").stderr
    plain = run_chude(*ask, "c.csv", "--keep", "kind", "--summary", "c.json")
    assert "kinds" not in plain.stderr
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["kinds"] == {}


def test_a_resumed_run_continues_the_counts_of_kinds():
    state = {"texts": 3, "topics": {"unknown": 3}, "reasons": {}, "failures": {}, "encodings": {}, "first_failures": []}
    earlier = Tally.from_dict(state)  # as a version that counted no kinds has written it
    assert earlier.kinds == {}
    earlier.add(Tally(texts=2, kinds=Counter({"khac": 2})))
    assert Tally.from_dict(earlier.as_dict()).kinds == {"khac": 2}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_the_table_names_the_kind_of_what_is_not_news(tmp_path, samples_folder):
    article = next(samples_folder.glob("the-thao/*.txt")).read_text(encoding="utf-8")
    (tmp_path / "review.txt").write_text(REVIEW, encoding="utf-8")
    (tmp_path / "article.txt").write_text(article, encoding="utf-8")
    for options in (["--kind"], ["--only-news", str(MIN_NEWS_PROBABILITY)]):
        done = on_a_terminal("label", "review.txt", "article.txt", *options, cwd=tmp_path)
        lines = {name: next(line for line in done.text.splitlines() if name in line) for name in ("review", "article")}
        assert "Comments and reviews" in lines["review"]
        assert "News" not in lines["article"]


def test_models_says_what_is_caught_and_lost(run_chude):
    measured = json.loads((models_folder() / "kind.json").read_text(encoding="utf-8"))
    said = " ".join(run_chude("models").stdout.split())
    for share in (measured["caught"], *measured["lost"].values()):
        assert f"{100 * share:.1f} %" in said
    kind, news = (
        next(each for each in json.loads(run_chude("models", "--json").stdout) if each["name"] == name)
        for name in ("kind", "news")
    )
    assert kind["kind_scores"] == measured
    assert news["kind_scores"] is None
