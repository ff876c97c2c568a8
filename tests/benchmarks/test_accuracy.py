"""`make evaluate` on a few articles: nothing leaks, nothing is fitted twice, the tables hold what was measured."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy import __main__ as program
from benchmarks.accuracy import report, tasks
from benchmarks.accuracy.contestants import CONTESTANTS, ScikitLearn
from benchmarks.accuracy.scoring import calibrated
from benchmarks.accuracy.store import Answered
from benchmarks.accuracy.tasks import ARTICLES, WHOLE, Source, Task
from chude import bundled, load
from chude.evaluation import evaluate
from chude.tokenizer import Tokenizer
from chude.training.duplicates import near_duplicates
from tools import scores as tables
from tools.card import card
from tools.corpora import read_corpora, read_recipe, sampled

ROOT = Path(__file__).parents[2]
PUBLISHERS = ("vnexpress", "vietnamnet", "vnexpress+dantri", "small")
RECIPE = read_recipe(ROOT / "models" / "news.toml")


@pytest.fixture(scope="module")
def frame(samples: tuple[list[str], list[str]]) -> pd.DataFrame:
    """The samples as a corpus: the four articles of each topic are of four publishers, the last of a small one."""
    texts, topics = samples
    names = [PUBLISHERS[i % 4] for i in range(len(texts))]
    names = [f"small {i % 8}" if name == "small" else name for i, name in enumerate(names)]
    columns = {"text": texts, "title": None, "topic": topics, "publisher": names, "kind": "article", "split": "train"}
    return pd.DataFrame(columns).assign(section=topics)


@pytest.fixture(scope="module")
def folder(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Corpora of the names that the recipe has, made of the samples."""
    folder = tmp_path_factory.mktemp("corpora")
    lines = frame["text"].str.split("\n").str[0]
    files = {entry["file"]: frame.iloc[:0] for entry in RECIPE["corpus"]}
    files["four_newspapers_2020"] = frame
    files["vnexpress_2021_headlines"] = frame.assign(text=lines, publisher="vnexpress", kind="headline")
    backwards = frame["text"].map(lambda text: " ".join(text.split()[::-1]))
    files["newspapers_2025"] = frame.assign(text=backwards, publisher="dantri")
    files["dantri_2025_headlines"] = frame.assign(text=backwards.str[:60], publisher="dantri", kind="headline")
    files["vntc10"] = frame.assign(split=["test" if i % 4 == 0 else "train" for i in range(len(frame))])
    files |= {entry["file"]: frame.iloc[::3] for entry in RECIPE["test"]}
    sentences = frame.assign(section=frame["topic"].where(frame.index % 9 != 0, "xe|du-lich"))
    sentences["split"] = ["test" if i % 4 == 0 else "train" for i in range(len(frame))]
    files |= dict.fromkeys(("uit_vsfc", "uts2017_bank"), sentences)
    for name, part in files.items():
        part.to_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What a whole run wrote, in ``out``, and the answers it kept, in ``answers``."""
    made = tmp_path_factory.mktemp("made")
    (made / "out").mkdir()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes")  # scikit-learn's, of so few texts
        patch.setattr(program, "CORPORA", folder)
        assert program.main(["--answers", str(made / "answers"), "--output", str(made / "out")]) == 0
        yield made


@pytest.fixture
def measured(made: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made / "out" / "accuracy.json").read_text(encoding="utf-8"))
    return found


def test_the_table_holds_every_group_and_contestant(made: Path, measured: dict[str, Any]) -> None:
    rows = measured["scores"]
    for name in CONTESTANTS:
        ours = [row for row in rows if row["contestant"] == name]
        assert {row["group"] for row in ours} == set(report.TITLES)
        assert {row["task"] for row in ours if row["group"] == "publishers"} >= {"vnexpress", "small 1", "mean"}
        assert {"articles", "headlines"} <= {row["part"] for row in ours if row["group"] == "publishers"}
        assert "mean" in {row["part"] for row in ours if row["group"] == "years"}
    assert all(0 <= row["accuracy"] <= 1 for row in rows)
    text = (made / "out" / "accuracy.md").read_text(encoding="utf-8")
    for title in report.TITLES.values():
        assert f"## {title}" in text
    first = next(row for row in rows if row["group"] == "vntc")
    assert f"| {100 * first['accuracy']:.1f} |" in text


def test_other_ways_of_writing_get_identical_predictions(measured: dict[str, Any]) -> None:
    for row in measured["scores"]:
        if row["contestant"] == "chude" and row["variant"] in {"upper case", "NFD", "other tone place"}:
            assert row["same"] == 1.0


def test_reliability_is_told_by_the_number_of_known_terms(made: Path, measured: dict[str, Any]) -> None:
    rows = measured["reliability"]
    assert {row["least"] for row in rows} >= {1, 2, 51}
    assert all(0 < row["probability"] <= 1 and 0 <= row["accuracy"] <= 1 and row["texts"] > 0 for row in rows)
    assert f"| 51 or more | {rows[-1]['texts']:,} |" in (made / "out" / "accuracy.md").read_text(encoding="utf-8")


def test_corpora_that_are_not_scored_change_nothing_that_is(folder: Path, tmp_path: Path) -> None:
    without = {**RECIPE, "corpus": [entry for entry in RECIPE["corpus"] if entry.get("scored", True)]}
    assert len(without["corpus"]) < len(RECIPE["corpus"])
    with_them, alone = (
        {task.name: task for task in tasks.publishers(recipe, folder, tmp_path)} for recipe in (RECIPE, without)
    )
    assert with_them.keys() == alone.keys()
    for name, task in with_them.items():
        assert task.parts.keys() == alone[name].parts.keys()
        for part, frame in task.parts.items():
            assert frame["text"].tolist() == alone[name].parts[part]["text"].tolist()
        assert set(alone[name].learned_from["text"]) <= set(task.learned_from["text"])
    assert "newspapers_2025" in set(with_them["publishers/vnexpress"].learned_from["corpus"])


def test_years_are_left_out_with_all_their_texts(folder: Path, tmp_path: Path) -> None:
    (task,) = tasks.later(RECIPE, folder, tmp_path)
    newest = {entry["file"] for entry in RECIPE["corpus"] if "since" in entry}
    assert {corpus for part in task.parts.values() for corpus in part["corpus"]} <= newest
    assert not newest & set(task.learned_from["corpus"])


def test_a_recipe_may_take_fewer_texts_of_a_corpus(folder: Path) -> None:
    entries = [
        {"file": "four_newspapers_2020", "weight": 1.0},
        {"file": "newspapers_2025", "weight": 1.0, "most_texts": 2},
    ]
    frame = sampled(read_corpora({"most_texts": 3, "corpus": entries}, folder))
    sizes = frame.groupby(["corpus", "topic"]).size().groupby("corpus").max()
    assert sizes.to_dict() == {"four_newspapers_2020": 3, "newspapers_2025": 2}
    assert len(sampled(read_corpora({"corpus": entries[:1]}, folder))) == len(
        read_corpora({"corpus": entries[:1]}, folder)
    )


def test_nothing_is_fitted_twice(made: Path, monkeypatch: pytest.MonkeyPatch, measured: dict[str, Any]) -> None:
    for contestant in CONTESTANTS.values():
        monkeypatch.setattr(contestant, "learn", None)
    (made / "again").mkdir()
    assert program.main(["--answers", str(made / "answers"), "--output", str(made / "again")]) == 0
    assert json.loads((made / "again" / "accuracy.json").read_text(encoding="utf-8")) == measured


def test_what_made_an_answer_tells_it_from_others(frame: pd.DataFrame) -> None:
    ours = CONTESTANTS["chude"]()
    rows, part = np.arange(10), {ARTICLES: frame.iloc[20:]}
    task = Task("t", Source(frame), rows, part, parameters={"C": 1.0})
    assert task.digest == Task("u", Source(frame), rows, part).digest
    assert task.digest != Task("t", Source(frame), np.arange(11), part).digest
    assert task.digest != Task("t", Source(frame), rows, {ARTICLES: frame.iloc[21:]}).digest
    assert task.digest != Task("t", Source(frame.assign(topic="xe")), rows, part).digest
    assert ours.made_of(task) != ours.made_of(Task("t", Source(frame), rows, part, parameters={"C": 0.5}))
    assert ours.made_of(task) == ours.made_of(task)


def test_a_group_is_left_out_with_all_that_is_like_it(frame: pd.DataFrame) -> None:
    reprint = frame[frame["publisher"] == "vnexpress"].iloc[:3].assign(publisher="vietnamnet", topic="xe")
    frame = pd.concat([frame, reprint], ignore_index=True)
    alike = near_duplicates(Tokenizer().batch(frame["text"].tolist()))
    for group in tasks.publisher_groups(frame).values():
        learned, scored = tasks.left_out(frame, group, alike)
        assert len(learned)
        assert len(scored)
        assert set(frame["publisher"].iloc[scored]) == group
        for name in frame["publisher"].iloc[learned]:
            assert group.isdisjoint(name.split("+"))
        assert not set(alike[learned]) & set(alike[scored])
    learned, _ = tasks.left_out(frame, {"vnexpress"}, alike)
    assert not set(learned) & set(range(len(frame) - 3, len(frame)))
    learned, _ = tasks.left_out(frame, {"dantri"}, alike)
    assert "vnexpress" in set(frame["publisher"].iloc[learned])
    assert "vnexpress+dantri" not in set(frame["publisher"].iloc[learned])


def test_each_publisher_is_in_one_group() -> None:
    names = ["dantri", "vnexpress", "vnexpress+dantri", *(f"small {i}" for i in range(12) for _ in range(i + 1))]
    groups = tasks.publisher_groups(pd.DataFrame({"publisher": names, "kind": "article"}))
    assert sorted(name for group in groups.values() for name in group) == sorted(set(names) - {"vnexpress+dantri"})
    assert groups["vnexpress"] == {"vnexpress"}
    assert [len(group) for name, group in groups.items() if name not in tasks.ALONE] == [3, 3, 2, 2, 2]
    assert {"small 11", "small 6", "small 1"} in groups.values()


@pytest.mark.filterwarnings("ignore:The number of unique classes")
def test_counting_once_is_fitting_a_vectorizer_on_the_texts(frame: pd.DataFrame) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    rows = np.flatnonzero(frame.index % 4 != 0)
    unseen = frame["text"].iloc[::4].tolist()
    classes, answer = ScikitLearn().learn(Task("t", Source(frame), rows, {}))
    plain = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC(random_state=0))
    plain.fit(frame["text"].iloc[rows], frame["topic"].iloc[rows])
    order = np.argsort(-plain.decision_function(unseen), axis=1, kind="stable")
    assert classes == plain.classes_.tolist()
    assert (answer(unseen)["best"] == order[:, 0]).all()
    assert (answer(unseen)["second"] == order[:, 1]).all()


def test_probabilities_do_not_see_the_group_they_are_of() -> None:
    rng = np.random.default_rng(0)
    classes, groups = ("a", "b", "c"), [f"publishers/{i}" for i in range(3)]

    def answers(n: int) -> dict[str, Any]:
        scores = rng.normal(size=(n, 3))
        return {"best": scores.argmax(axis=1), "second": scores.argmin(axis=1), "confidence": np.zeros(n)} | {
            "scores": scores.astype(np.float32), "n_terms": np.full(n, 9), "short": np.zeros(n, dtype=bool)
        }  # fmt: skip

    variants = (WHOLE, "first 15 syllables", "first 50 syllables")
    made = {name: Answered(classes, {(ARTICLES, v): answers(40) for v in variants}) for name in groups}

    def listed(turned: str) -> list[Task]:
        found = []
        for name in groups:
            best = made[name].answers[ARTICLES, WHOLE]["best"]
            truth = np.array(classes)[(best + 1) % 3 if name == turned else best]
            part = pd.DataFrame({"text": "", "topic": truth})
            found.append(Task(name, Source(part), np.arange(0), {ARTICLES: part}))
        return found

    def confidence(turned: str, name: str) -> Any:
        return calibrated(listed(turned), made)[name].answers[ARTICLES, WHOLE]["confidence"]

    assert (confidence("", groups[0]) == confidence(groups[0], groups[0])).all()
    assert (confidence("", groups[1]) > confidence(groups[0], groups[1])).any()


def rows_of(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.startswith("|")][2:]


def test_tables_of_the_pages_hold_what_was_measured(
    made: Path, measured: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MEASURED", made / "out" / "accuracy.json")
    english, vietnamese = tables.blocks("en"), tables.blocks("vi")
    figures = [row.split(" | ")[1:] for row in rows_of(english["scores"])]
    swapped = [row.translate(str.maketrans(",.", ".,")) for row in rows_of(vietnamese["scores"])]
    assert figures == [row.split(" | ")[1:] for row in swapped]
    assert len(figures) == len(tables.ROWS)
    (official,) = (
        row
        for row in measured["scores"]
        if (row["group"], row["part"], row["variant"]) == ("vntc", "official test split", WHOLE)
        and row["contestant"] == "scikit-learn"
    )
    assert f"| {100 * official['accuracy']:.1f} % |" in english["scores"].splitlines()[2]
    assert len(english["thresholds"].splitlines()) == 2 + len(measured["thresholds"])
    assert "uts2017_bank" in english["own-labels"]


def test_a_card_holds_only_what_was_measured_on_its_model(
    measured: dict[str, Any], samples: tuple[list[str], list[str]]
) -> None:
    model = load("news")
    file = (bundled.models_folder() / "news.safetensors").read_bytes()
    tests = {"samples": evaluate(model, *samples)}
    measured |= {"recipe": model.about["recipe"]}
    text = card(model, file, tests, measured)
    assert "| dev_vietnamnet_2023 | upper case |" in text
    assert "| vnexpress, articles | whole |" in text
    assert "| mean, articles | first 15 syllables |" in text
    assert "official test split" not in text
    changed = card(model, file, tests, measured | {"models": {}, "recipe": {"name": "news"}})
    assert "has not been run since" in changed
    assert "dev_vietnamnet_2023 |" not in changed
    assert "vnexpress, articles" not in changed
    assert "make evaluate" not in card(model, file, tests, {})
