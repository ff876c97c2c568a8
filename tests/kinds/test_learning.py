"""How the model of kinds is learned, on sentences made up for this test."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from chude.tokenizer import Tokenizer
from chude.topics import NEWS
from chude.training.features import Settings
from tools.forms import in_forms, n_syllables
from tools.kind_model import calibrations
from tools.kinds import Corpus, KindFit, balanced, candidates, each_alone, in_few, left_out

SETTINGS = Settings(min_df=1, max_features=10_000, lead_tokens=0)
RECIPE = {"min_sources": 2, "C": 1.0}
SENTENCES = {
    "news:bao": ["Chủ tịch tỉnh cho biết cầu mới thông xe {k}", "Giá gạo hôm nay tăng theo thông báo của sở {k}"],
    "news:dai": ["Theo cơ quan chức năng cầu mới hoàn thành {k}", "Hôm nay đội tuyển cho biết đã thắng trận {k}"],
    "hat": ["Em ơi mùa xuân về trên lối cũ hoang vu {k}", "Anh nhớ em hoài trong cơn mưa chiều hoang vu {k}"],
    "tho": ["Mưa chiều rơi trên lối cũ em ơi {k}", "Nhớ em mùa xuân về mang tên Quỳnh Hoa {k}"],
    "chi-do": ["Chiều về mưa rơi em ơi anh nhớ {k}"],
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rows = [
        (sentence.format(k=f"{source[-2:]}{k}"), NEWS if source.startswith("news") else "tho-ca", source)
        for source, sentences in SENTENCES.items()
        for sentence in sentences
        for k in range(20)
    ]
    made = pd.DataFrame(rows, columns=["text", "topic", "source"])
    made["form"] = ["headline" if topic == NEWS else "" for topic in made["topic"]]
    return made.assign(kind=made["topic"], corpus="made up", copied=False, fitted=made["source"] != "chi-do")


@pytest.fixture(scope="module")
def corpus(frame: pd.DataFrame) -> Corpus:
    return Corpus.of(frame, Tokenizer(), 0.5)


def test_a_term_needs_two_sources(corpus: Corpus) -> None:
    found = candidates(corpus, SETTINGS)
    chosen = np.flatnonzero(corpus.fitted)
    terms = set(KindFit.on(corpus, chosen, found, SETTINGS, RECIPE).fitted(corpus, found).terms)
    tokenizer = Tokenizer()
    expected = set()
    by_source: dict[str, set[str]] = {}
    for text, source in zip(corpus.frame["text"][chosen], corpus.frame["source"][chosen], strict=True):
        tokens = tokenizer.tokens(text)
        pairs = {f"{a} {b}" for a, b in pairwise(tokens)}
        by_source.setdefault(source, set()).update(tokens, pairs)
    for source, its in by_source.items():
        for other in by_source.keys() - {source}:
            expected |= its & by_source[other]
    assert {term.replace("\x1f", " ") for term in terms} == expected
    assert "quỳnh" not in terms, "one source alone has the name"
    assert "mưa" in terms


def test_sources_weigh_the_same_and_news_its_share(frame: pd.DataFrame) -> None:
    fitted = frame["fitted"].to_numpy()
    weights = balanced(frame, fitted, 0.4)
    assert weights[fitted].mean() == pytest.approx(1)
    assert weights[fitted & (frame["topic"] == NEWS)].sum() / weights[fitted].sum() == pytest.approx(0.4)
    by_source = pd.Series(weights).groupby(frame["source"]).sum()
    assert by_source["hat"] == pytest.approx(by_source["tho"])


def test_every_source_is_scored_once_and_by_a_fit_without_it(corpus: Corpus, frame: pd.DataFrame) -> None:
    splits = [["hat", "news:bao"], ["tho", "news:dai"], ["chi-do"]]
    unseen = left_out(corpus, SETTINGS, RECIPE, splits, lambda _: None)
    assert np.isfinite(unseen.scores).all()
    out = (frame["source"].isin(splits[0])).to_numpy()
    turned = np.where(out, 1 - corpus.texts.topics, corpus.texts.topics)  # what is left out cannot teach
    other = replace(corpus, texts=replace(corpus.texts, topics=turned))
    again = left_out(other, SETTINGS, RECIPE, splits[:1], lambda _: None)
    assert (again.scores[out] == unseen.scores[out]).all()
    assert np.isnan(again.scores[~out]).all(), "no other split was asked for"


def test_splits_leave_out_every_source_once(frame: pd.DataFrame) -> None:
    many = pd.concat([frame] * 6, ignore_index=True)
    splits = each_alone(many)
    named = sorted(source for split in splits for source in split)
    assert named == sorted(SENTENCES)
    assert splits[-1] == ["chi-do"]
    assert sorted(source for split in in_few(splits, 2) for source in split) == named


def test_copies_teach_but_nothing_is_calibrated_or_split_by_them(frame: pd.DataFrame) -> None:
    copies = frame.assign(text=frame["text"].str.lower(), copied=True)
    both = Corpus.of(pd.concat([frame, copies], ignore_index=True), Tokenizer(marks=True), 0.5)
    assert each_alone(pd.concat([both.frame] * 6)) == each_alone(pd.concat([frame] * 6))
    unseen = left_out(both, SETTINGS, RECIPE, [["hat", "news:bao"], ["tho", "news:dai"], ["chi-do"]], lambda _: None)
    assert np.isfinite(unseen.scores).all()
    spoilt = unseen.scores.copy()
    spoilt[len(frame) :] *= -1
    (first, _, limit), (second, _, again) = (
        calibrations(both, given, None) for given in (unseen, replace(unseen, scores=spoilt))
    )
    assert limit == again
    assert np.array_equal(first.offsets, second.offsets)


def test_few_texts_of_news_are_below_the_limit(corpus: Corpus) -> None:
    unseen = left_out(corpus, SETTINGS, RECIPE, [["hat", "news:bao"], ["tho", "news:dai"], ["chi-do"]], lambda _: None)
    whole, _, limit = calibrations(corpus, unseen, None)
    news = whole.probabilities(unseen.scores, unseen.n_terms)[:, corpus.kinds.index(NEWS)]
    assert 0 <= limit < 1
    assert (news[corpus.is_news] < limit).mean() <= 0.03
    moved, _, same = calibrations(corpus, unseen, 0.25)
    assert same == 0.25
    news = moved.probabilities(unseen.scores, unseen.n_terms)[:, corpus.kinds.index(NEWS)]
    assert (news[corpus.is_news] < 0.25).mean() <= 0.03


def test_what_is_news_depends_on_the_scores_of_news_alone(corpus: Corpus) -> None:
    found = candidates(corpus, SETTINGS)
    weights = KindFit.on(corpus, np.flatnonzero(corpus.fitted), found, SETTINGS, RECIPE).whole.weights
    news = corpus.kinds.index(NEWS)
    others = np.delete(weights, news, axis=1).mean(axis=1)
    assert others == pytest.approx(-weights[:, news], abs=1e-6)


def test_news_comes_in_every_form() -> None:
    body = " ".join(f"Câu số {k} kể rằng cây cầu bắc qua sông sẽ được khánh thành trong năm nay." for k in range(30))
    rows = pd.DataFrame(
        {
            "title": ["Cầu mới qua sông sắp khánh thành trong năm nay"] * 8,
            "text": [f"{body} {k}" for k in range(8)],
            "topic": "thoi-su",
            "source": "news:bao",
            "kind": "article",
        }
    )
    made = in_forms(rows, most=3)
    assert made.groupby("form").size().to_dict() == dict.fromkeys(("whole", "passage", "standfirst", "headline"), 3)
    assert made.equals(in_forms(rows, most=3)), "the same texts every time"
    lengths = made["text"].map(n_syllables).groupby(made["form"])
    assert lengths.min()["whole"] > 200
    assert lengths.max()["standfirst"] < 120
    assert all(text in body for text in made["text"][made["form"] == "passage"])
