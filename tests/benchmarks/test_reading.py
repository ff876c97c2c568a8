"""A blind reading stays blind, is complete, and is counted as it says."""

import json
import math
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from benchmarks.accuracy.reading import __main__ as program
from benchmarks.accuracy.reading import answers, drawing, figures, kept, report, sheets
from benchmarks.accuracy.reading.drawing import Drawn, Item
from benchmarks.accuracy.reading.kept import Judgement, Reading
from chude import TOPICS
from chude.errors import InputError

SLUGS = [topic.slug for topic in TOPICS]
CORPORA = ("dev_one", "dev_two")
DAY = date(2026, 1, 2)


@pytest.fixture
def made_up(samples, tmp_path: Path) -> Path:
    """Two corpora of the sample articles; of every third the newspaper's topic is another, of one it is null."""
    texts, labels = samples
    titles, bodies = zip(*(text.split("\n", 1) for text in texts), strict=True)
    topics = [SLUGS[(SLUGS.index(label) + (i % 3 == 0)) % len(SLUGS)] for i, label in enumerate(labels)]
    frame = pd.DataFrame({"title": titles, "text": bodies, "topic": [None, *topics[1:]]})
    for name, part in zip(CORPORA, (frame[::2], frame[1::2]), strict=True):
        part.reset_index(drop=True).to_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


@pytest.fixture
def drawn(made_up, samples_model) -> Drawn:
    return drawing.draw(made_up, samples_model, "x", corpora=CORPORA, disagreements=8, agreements=5)


@pytest.fixture
def folder(made_up, drawn) -> Path:
    sheets.write_texts(made_up / "mine", made_up, drawn, 3)
    return made_up / "mine"


def answer(path: Path, rows: list[str]) -> None:
    head = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text("\n".join([head, *(f"{number},{row}" for number, row in enumerate(rows, 1))]), encoding="utf-8")


# Drawing


def test_a_draw_is_the_same_for_the_same_seed_and_holds_what_it_says(made_up, samples_model, drawn) -> None:
    def again(seed: int) -> Drawn:
        return drawing.draw(
            made_up, samples_model, "x", seed=seed, corpora=CORPORA[::-1], disagreements=8, agreements=5
        )

    assert again(0) == drawn
    assert {item.row for item in again(1).items} != {item.row for item in drawn.items}
    assert len(set(drawn.items)) == 13
    frames = {name: pd.read_parquet(made_up / f"{name}.parquet") for name in CORPORA}
    for item in drawn.items:
        title, text, topic = frames[item.corpus].loc[item.row, ["title", "text", "topic"]]
        assert item.newspaper == topic
        assert item.topics[0] == samples_model.predict([f"{title}\n{text}"])[0]
        assert item.probabilities[0] >= item.probabilities[1]
    assert sum(item.agreement for item in drawn.items) == 5
    assert drawn.disagreements + drawn.agreements == sum(frame["topic"].notna().sum() for frame in frames.values())
    assert drawn.weights().sum() == pytest.approx(drawn.disagreements + drawn.agreements)


def test_what_was_drawn_is_read_as_it_was_written(drawn, tmp_path) -> None:
    drawing.write_drawn(tmp_path / "drawn.json", drawn)
    assert drawing.read_drawn(tmp_path / "drawn.json") == drawn


def test_too_few_texts_and_no_corpus_are_said(made_up, samples_model) -> None:
    with pytest.raises(InputError, match="1000 disagreements are to be drawn, and the corpora hold"):
        drawing.draw(made_up, samples_model, "x", corpora=CORPORA, disagreements=1000)
    with pytest.raises(InputError, match="set CHUDE_CORPORA"):
        drawing.draw(made_up, samples_model, "x")


# Sheets


def test_what_a_reader_gets_first_does_not_depend_on_labels(made_up, drawn, folder) -> None:
    others = [replace(item, newspaper="xe", topics=("xe", "du-lich"), probabilities=(0.6, 0.2)) for item in drawn.items]
    sheets.write_texts(made_up / "other", made_up, replace(drawn, items=tuple(others)), 3)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["1-texts-01.txt", "1-texts-02.txt", "1-topics.csv", "key-do-not-open.json", "order.json"]
    for name in names:
        same = (folder / name).read_bytes() == (made_up / "other" / name).read_bytes()
        assert same is (name != sheets.KEY)


def test_every_text_is_on_a_sheet_and_a_long_one_is_cut_which_is_said(made_up, drawn, monkeypatch) -> None:
    monkeypatch.setattr(sheets, "SYLLABLES", 50)
    sheets.write_texts(made_up / "cut", made_up, drawn, 3)
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((made_up / "cut").glob("1-texts-*")))
    for (place, _), part in zip(sheets.order(13, 3), text.split("===== item ")[1:], strict=True):
        title, body = drawing.texts_of(made_up, drawn.items)[place]
        n = len(body.split())
        assert part.startswith(f"{part.split()[0]} =====\n{title}\n\n{' '.join(body.split()[:3])}")
        assert (f"[cut here: the first 50 of {n} syllables]" in part) is (n > 50)
        assert len(part.split()) <= len(title.split()) + 50 + 11


def test_labels_come_only_after_the_topics_and_in_random_order(made_up, drawn, folder) -> None:
    with pytest.raises(InputError, match=r"no answer for items 1, 2, .* and 3 more; `none` where nothing fits"):
        sheets.open_labels(folder, made_up)
    assert not (folder / sheets.LABELS).exists()
    answer(folder / answers.TOPICS, ["none"] * 13)
    sheets.open_labels(folder, made_up)
    lines = (folder / sheets.LABELS).read_text(encoding="utf-8").splitlines()
    first = [line.split()[1] for line in lines if line.startswith("   A: ")]
    second = [line.split()[1] for line in lines if line.startswith("   B: ")]
    items = [drawn.items[place] for place, _ in sheets.order(13, 3)]
    assert [{a, b} for a, b in zip(first, second, strict=True)] == [set(item.labels) for item in items]
    assert {item.topics[0] == a for a, item in zip(first, items, strict=True)} == {True, False}
    for item in items:
        assert set(item.labels) == (set(item.topics) if item.agreement else {item.topics[0], item.newspaper})


def test_answers_are_not_written_over(made_up, drawn, folder) -> None:
    with pytest.raises(InputError, match="holds files already"):
        sheets.write_texts(folder, made_up, drawn, 0)
    answer(folder / answers.TOPICS, ["xe"] * 13)
    sheets.open_labels(folder, made_up)
    answer(folder / answers.VERDICTS, ["A,A"] * 13)
    sheets.open_labels(folder, made_up)
    assert len(answers.read_verdicts(folder, 13)) == 13


# Answers


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["xe"] * 12, "no answer for items 13;"),
        (["xe", "", *["xe"] * 11], "no answer for items 2;"),
        (["xe"] * 14, "item '14', expected each number from 1 to 13 once"),
        (["xe", "oto", *["xe"] * 11], "item 2: oto is no topic"),
        (["xe", "xe du-lich xe", *["xe"] * 11], "item 2: xe du-lich xe: expected one to 3 different topics"),
        (["xe", "xe none", *["xe"] * 11], "item 2: none is no topic"),
        ([" ".join(SLUGS[:4]), *["xe"] * 12], "item 1: .*expected one to 3 different topics"),
    ],
)
def test_topics_that_are_incomplete_or_wrong_are_refused(folder, rows, message) -> None:
    answer(folder / answers.TOPICS, rows)
    with pytest.raises(InputError, match=message):
        answers.read_topics(folder, 13)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",A", "no answer for items 2"),
        ("A,", "no answer for items 2"),
        ("C,A", "item 2: acceptable is 'c', expected A, B, both or none"),
        ("both,none", "item 2: better is 'none', expected A, B or equal"),
        ("A,B", "item 2: only A is acceptable, and B is the better one"),
    ],
)
def test_verdicts_that_are_incomplete_or_wrong_are_refused(made_up, folder, row, message) -> None:
    answer(folder / answers.TOPICS, ["xe"] * 13)
    sheets.open_labels(folder, made_up)
    answer(folder / answers.VERDICTS, ["A,A", row, *["none,equal"] * 11])
    with pytest.raises(InputError, match=message):
        kept.keep(folder, "mine", "person", made_up / "kept")
    assert not (made_up / "kept").exists()


def test_labels_that_were_not_opened_and_topics_changed_afterwards_are_refused(made_up, folder) -> None:
    answer(folder / answers.TOPICS, ["xe"] * 13)
    with pytest.raises(InputError, match="have not been opened"):
        kept.read_answers(folder)
    sheets.open_labels(folder, made_up)
    answer(folder / answers.VERDICTS, ["A,A"] * 13)
    answer(folder / answers.TOPICS, [*["xe"] * 12, "du-lich"])
    with pytest.raises(InputError, match="has changed since the labels were opened"):
        kept.read_answers(folder)
    answer(folder / answers.TOPICS, [" XE "] * 13)
    assert len(kept.read_answers(folder)[1]) == 13


def test_a_reading_is_kept_as_it_was_given_and_without_text(made_up, drawn, folder) -> None:
    rng = np.random.default_rng(0)
    sets = [tuple(rng.choice(SLUGS, n, replace=False).tolist()) for n in rng.integers(0, 4, 13)]
    verdicts = [("A", "A"), ("B", "B"), ("both", "A"), ("both", "equal"), ("none", "B")]
    chosen = [verdicts[i] for i in rng.integers(0, 5, 13)]
    answer(folder / answers.TOPICS, [" ".join(topics) or "none" for topics in sets])
    sheets.open_labels(folder, made_up)
    answer(folder / answers.VERDICTS, [",".join(verdict) for verdict in chosen])
    path = kept.keep(folder, "mine", "language model", made_up / "kept", DAY)
    found, (reading,) = kept.read_kept(made_up / "kept")
    assert found == drawn
    assert (reading.name, reading.reader, reading.day) == ("mine", "language model", "2026-01-02")
    for number, (place, swapped) in enumerate(sheets.order(13, 3)):
        said, labels = reading.judgements[place], sheets.shown(drawn.items[place], swapped)
        accepted, better = chosen[number]
        assert said.topics == sets[number]
        assert said.acceptable == {"A": labels[:1], "B": labels[1:], "both": labels, "none": ()}[accepted]
        assert said.better == {"A": labels[0], "B": labels[1], "equal": None}[better]
    rows = json.loads(path.read_text(encoding="utf-8"))["items"]
    words = {word for row in rows for word in (row["corpus"], *row["topics"], *row["acceptable"], row["better"])}
    assert words <= {*CORPORA, *SLUGS, None}


def test_a_name_that_is_taken_and_another_draw_are_refused(made_up, drawn, folder) -> None:
    answer(folder / answers.TOPICS, ["xe"] * 13)
    sheets.open_labels(folder, made_up)
    answer(folder / answers.VERDICTS, ["A,A"] * 13)
    for name in ("drawn", "../mine", "Tên"):
        with pytest.raises(InputError, match="is no name for a reading"):
            kept.keep(folder, name, "person", made_up / "kept")
    kept.keep(folder, "mine", "person", made_up / "kept")
    with pytest.raises(InputError, match="is kept already"):
        kept.keep(folder, "mine", "person", made_up / "kept")
    drawing.write_drawn(made_up / "kept" / kept.DRAWN, replace(drawn, seed=1))
    with pytest.raises(InputError, match="holds another draw"):
        kept.keep(folder, "other", "person", made_up / "kept")
    drawing.write_drawn(made_up / "kept" / kept.DRAWN, replace(drawn, items=drawn.items[1:]))
    with pytest.raises(InputError, match="is a reading of other texts"):
        kept.read_kept(made_up / "kept")


# Figures


@st.composite
def readings(draw) -> tuple[Drawn, list[Reading]]:
    """Any draw with both kinds of items, and two readings of it."""
    two = st.lists(st.sampled_from(SLUGS[:4]), min_size=2, max_size=2, unique=True).map(tuple)
    shares = st.floats(0, 0.5).map(lambda second: (1 - second, second))
    items = []
    for row, agreement in enumerate([True, False, *draw(st.lists(st.booleans(), max_size=12))]):
        topics = draw(two)
        newspaper = topics[0] if agreement else draw(st.sampled_from([slug for slug in SLUGS[:4] if slug != topics[0]]))
        items.append(Item("dev_one", row, newspaper, topics, draw(shares)))
    n = sum(item.agreement for item in items)
    more = st.integers(0, 1000)
    drawn = Drawn(0, "x", len(items) - n + draw(more), n + draw(more), tuple(items))

    def judgement(item: Item) -> Judgement:
        topics = draw(st.lists(st.sampled_from(SLUGS[:4]), max_size=3, unique=True))
        accepted = tuple(label for label in item.labels if draw(st.booleans()))
        return Judgement(tuple(topics), accepted, draw(st.sampled_from([None, *item.labels])))

    return drawn, [Reading(name, "person", "", tuple(map(judgement, items))) for name in ("a", "b")]


@given(readings())
def test_shares_add_up_to_those_of_all_texts(made) -> None:
    drawn, (reading, _) = made
    weights = drawn.weights()
    agreement = np.array([item.agreement for item in drawn.items])
    for good in (figures.written_down(reading, drawn.model), figures.accepted(reading, drawn.newspapers)):
        found = figures.shares(drawn, good)
        assert found.projected.value == pytest.approx((weights * good).sum() / weights.sum())
        for part, of in ((found.disagreements, ~agreement), (found.agreements, agreement)):
            interval = binomtest(int(good[of].sum()), int(of.sum())).proportion_ci(0.95, method="wilson")
            assert (part.low, part.high) == pytest.approx((interval.low, interval.high))
            assert part.value == pytest.approx(good[of].mean())
        assert 0 <= found.projected.low <= found.projected.value <= found.projected.high <= 1
    same = figures.accepted(reading, drawn.model)[agreement] == figures.accepted(reading, drawn.newspapers)[agreement]
    assert same.all()


def test_the_interval_of_all_texts_is_that_of_one_kind_where_there_is_no_other() -> None:
    items = tuple(Item("dev_one", row, "xe", ("xe", "du-lich"), (0.9, 0.1)) for row in range(10))
    found = figures.shares(Drawn(0, "x", 0, 40, items), np.arange(10) < 7)
    assert found.projected == found.agreements
    assert math.isnan(found.disagreements.value)


def test_the_interval_of_all_texts_is_narrower_than_the_mean_of_both() -> None:
    """By hand: 5 of 10 in either kind, as many texts of each: the distances shrink by the root of two."""
    items = tuple(
        Item("dev_one", row, "xe", ("xe" if row % 2 else "du-lich", "the-thao"), (0.9, 0.1)) for row in range(20)
    )
    found = figures.shares(Drawn(0, "x", 50, 50, items), np.arange(20) < 10)
    low = binomtest(5, 10).proportion_ci(0.95, method="wilson").low
    assert found.projected.low == pytest.approx(0.5 - (0.5 - low) / math.sqrt(2))


@given(readings())
def test_every_disagreement_is_counted_once(made) -> None:
    drawn, (reading, _) = made
    found = figures.better(drawn, reading)
    apart = sum(not item.agreement for item in drawn.items)
    assert found.model + found.newspaper + found.neither == apart
    assert found.only_model + found.only_newspaper + found.both + found.none == apart
    good = figures.accepted(reading, drawn.model)[[not item.agreement for item in drawn.items]]
    assert found.only_model + found.both == good.sum()
    if decided := found.only_model + found.only_newspaper:
        assert found.p_value == pytest.approx(binomtest(found.only_model, decided).pvalue)


@given(readings())
def test_readers_agree_with_themselves_and_as_much_as_each_other(made) -> None:
    drawn, (one, other) = made
    found, turned = figures.agreement(drawn, one, other), figures.agreement(drawn, other, one)
    assert found.overlap == turned.overlap
    mine = figures.agreement(drawn, one, one)
    assert mine.overlap.projected.value == pytest.approx(1)
    for kappa in (mine.first_topic, mine.all_first_topic, mine.accepted, mine.all_accepted):
        assert math.isnan(kappa) or kappa == pytest.approx(1)
    first = [[(*said.topics, "none")[0] for said in reading.judgements] for reading in (one, other)]
    if len({*first[0], *first[1]}) > 1:
        assert found.first_topic == pytest.approx(cohen_kappa_score(*first))
        assert turned.first_topic == pytest.approx(found.first_topic)


@given(readings(), st.sampled_from([0.1, 0.2, 0.3]))
def test_a_second_topic_is_counted_text_by_text(made, least) -> None:
    drawn, (reading, _) = made
    without, found = (figures.also(drawn, reading, drawn.items, each) for each in (None, least))
    weights = drawn.weights()
    named = right = written = second = 0.0
    for weight, item, said in zip(weights, drawn.items, reading.judgements, strict=True):
        topics = [item.topics[0], *([item.topics[1]] if item.probabilities[1] >= least else [])]
        second += weight * (len(topics) == 2)
        named += weight * len(topics)
        right += weight * sum(topic in said.topics for topic in topics)
        written += weight * len(said.topics)
    assert found.second == pytest.approx(second / weights.sum())
    assert found.right == pytest.approx(right / named)
    assert without.second == 0
    projected = figures.shares(drawn, figures.written_down(reading, drawn.model)).projected.value
    assert without.right == pytest.approx(projected)
    if written:
        assert found.found == pytest.approx(right / written)
        assert found.found >= without.found - 1e-12


# The program


def test_the_program_takes_a_reader_from_the_draw_to_the_tables(
    made_up, samples_model_file, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("CHUDE_CORPORA", str(made_up))
    at = ["--readings", str(made_up / "kept")]
    few = ["--disagreements", "6", "--agreements", "4", "--corpora", *CORPORA]
    for name in ("a", "b"):
        folder = str(made_up / name)
        assert program.main(["draw", folder, *few]) == 0
        assert program.main(["open", folder]) == 2
        assert "no answer for items 1, 2" in capsys.readouterr().err
        answer(made_up / name / answers.TOPICS, ["xe du-lich"] * 10)
        assert program.main(["open", folder]) == 0
        assert program.main(["keep", folder, name, "--reader", "person", *at]) == 2
        answer(made_up / name / answers.VERDICTS, ["both,equal"] * 10)
        assert program.main(["check", folder]) == 0
        assert "all 10 items are answered" in capsys.readouterr().out
        assert program.main(["keep", folder, name, "--reader", "person", *at]) == 0
    capsys.readouterr()
    assert program.main(["report", *at, "--models", str(samples_model_file)]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"Readers: A, a person, [\d-]{10}; B, a person, [\d-]{10}\.\n", printed)
    assert "| A | accepted when seen | chude | 100.0 % (61 to 100) | 100.0 % (51 to 100) | 100.0 % (" in printed
    assert "| A and B wrote down a topic in common | 100.0 %" in printed
    assert f"| A | written down before any label was seen | {samples_model_file} |" in printed
    assert "earlier one" not in printed
    assert program.main(["report", *at, "--only-also", "vi"]) == 0
    assert "| `--also 0.2` | B | " in capsys.readouterr().out


def test_a_reading_of_an_earlier_model_is_said_to_be_one(drawn) -> None:
    reading = Reading("a", "person", "", tuple(Judgement(("xe",), (), None) for _ in drawn.items))
    assert "(x, y)" in report.as_markdown(drawn, [reading], {}, "y")
    assert "earlier" not in report.as_markdown(drawn, [reading], {}, "x")


def test_no_reading_is_said(tmp_path, capsys) -> None:
    assert program.main(["report", "--readings", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "No reading is kept yet.\n"


# What is kept in the project


def test_readings_of_the_project_hold_row_numbers_and_topics_only() -> None:
    names = {*drawing.CORPORA, *SLUGS}
    drawn, found = kept.read_kept()
    assert drawn is not None
    assert {word for item in drawn.items for word in (item.corpus, item.newspaper, *item.topics)} <= names
    for reading in found:
        assert reading.reader in kept.READERS
        assert {word for said in reading.judgements for word in (*said.topics, *said.acceptable)} <= names
        for item, said in zip(drawn.items, reading.judgements, strict=True):
            assert {*said.acceptable, said.better} <= {*item.labels, None}


def test_the_draw_of_the_project_can_be_repeated(corpora) -> None:
    import chude
    from chude import bundled

    drawn, _ = kept.read_kept()
    assert drawn is not None
    digest = drawing.digest_of(bundled.models_folder() / "news.safetensors")
    if digest == drawn.model_digest:
        assert drawing.draw(corpora, chude.load(), digest, seed=drawn.seed) == drawn
    for item in drawn.items:
        frame = pd.read_parquet(corpora / f"{item.corpus}.parquet", columns=["topic"])
        assert frame["topic"][item.row] == item.newspaper
