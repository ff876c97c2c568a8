"""Kinds of text beside topics: the other columns stay, the probabilities are the model's own, limits are kept."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fake_model import FakeModel

import chude
from chude import TopicModel
from chude.bundled import model_names
from chude.errors import InputError
from chude.labelling.api import label_files, label_table
from chude.labelling.kinds import Kinds
from chude.labelling.rules import MIN_NEWS_PROBABILITY, Rules
from chude.model.limits import rounded
from chude.sinks.schema import KIND_COLUMNS
from chude.topics import NEWS, UNKNOWN, kinds

pytestmark = pytest.mark.skipif("kind" not in model_names(), reason="models/kind.safetensors is not built")

OTHERS = [
    "Khách sạn sạch sẽ, nhân viên nhiệt tình, mình sẽ quay lại lần sau nhé!",
    "Điều 5. Trách nhiệm của Ủy ban nhân dân cấp tỉnh trong việc quản lý, sử dụng tài sản công",
    "Trang này dùng cookie. Nhấn Đồng ý để tiếp tục. Đăng nhập | Đăng ký | Giỏ hàng",
    "def cong(a, b):\n    # trả về tổng của hai số\n    return a + b",
    "",
    "zxcv qwrt",
    "gia vang tang manh trong phien sang nay, nguoi dan xep hang mua",
    "The committee will meet again in September to discuss the budget.",
]
TEXTS = st.lists(st.sampled_from(OTHERS) | st.text(max_size=60), max_size=12)


@pytest.fixture(scope="module")
def kind() -> TopicModel:
    return chude.load("kind")


@pytest.fixture(scope="module")
def texts(samples: tuple[list[str], list[str]]) -> list[str]:
    return [*samples[0], *OTHERS]


def rows_of(texts: Sequence[str], **options: Any) -> list[dict[str, Any]]:
    labels = label_table(pa.table({"text": pa.array(texts, pa.string())}), **options)
    return [row for batch in labels for row in batch.rows()]


@given(TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_models_together_say_what_each_says_alone(
    samples_model: TopicModel, kind: TopicModel, texts: list[str]
) -> None:
    found, kinds_found = Kinds(samples_model, threads=1).score(texts)
    alone = samples_model.score_texts(texts)
    for name, values in found._asdict().items():
        assert (values == getattr(alone, name)).all(), name
    assert (kinds_found == rounded(kind.predict_proba(texts))).all()


def test_a_model_of_words_is_scored_too(kind: TopicModel, texts: list[str]) -> None:
    words = chude.TopicClassifier(tokenizer="word", min_df=1, calibration_folds=0, short_below=0).fit(
        texts[:12], ["a", "b"] * 6
    )
    prediction, kinds_found = Kinds(words.model_, threads=1).score(texts[:20])
    assert (prediction.probabilities == words.model_.predict_proba(texts[:20])).all()
    assert (kinds_found == rounded(kind.predict_proba(texts[:20]))).all()


def test_all_other_columns_stay(texts: list[str], samples_model: TopicModel) -> None:
    plain, told = (
        rows_of(texts, model=samples_model, top=2, also=0.2, iptc=True, kind=given) for given in (False, True)
    )
    assert [{k: v for k, v in row.items() if k not in KIND_COLUMNS} for row in told] == plain
    assert [name for name in told[0] if name not in plain[0]] == list(KIND_COLUMNS)
    assert list(told[0])[-3:] == list(KIND_COLUMNS)


def test_kinds_are_those_of_the_model(texts: list[str], samples_model: TopicModel, kind: TopicModel) -> None:
    column = kind.classes_.tolist().index(NEWS)
    probabilities = kind.predict_proba(texts)
    for row, slug, its in zip(
        rows_of(texts, model=samples_model, kind=True), kind.predict(texts), probabilities, strict=True
    ):
        assert row["kind"] == slug in kinds()
        assert row["kind_probability"] == pytest.approx(its.max(), abs=1e-6)
        assert row["news_probability"] == pytest.approx(its[column], abs=1e-6)


@pytest.mark.parametrize("limit", [0.0, MIN_NEWS_PROBABILITY, 0.5, 1.0])
def test_below_the_limit_a_text_is_not_news(texts: list[str], samples_model: TopicModel, limit: float) -> None:
    plain = rows_of(texts, model=samples_model, kind=True)
    for row, before in zip(rows_of(texts, model=samples_model, only_news=limit), plain, strict=True):
        stays = row["news_probability"] >= limit or before["reason"] in {"empty", "not covered"}
        if stays:
            assert row == before
        else:
            changed = {"topic": UNKNOWN, "topic_name": "không rõ", "reason": "not news"}
            assert row == before | changed


def test_the_samples_are_news_and_the_rest_is_not(samples: tuple[list[str], list[str]]) -> None:
    articles = rows_of(samples[0], only_news=MIN_NEWS_PROBABILITY)
    assert sum(row["reason"] == "not news" for row in articles) <= 0.03 * len(articles)
    assert [row["reason"] for row in rows_of(OTHERS[:4], only_news=MIN_NEWS_PROBABILITY)] == ["not news"] * 4


def test_another_model_than_topic_models_can_be_labelled_with(texts: list[str], kind: TopicModel) -> None:
    plain, told = rows_of(texts, model=FakeModel()), rows_of(texts, model=FakeModel(), kind=True)
    assert [{k: v for k, v in row.items() if k not in KIND_COLUMNS} for row in told] == plain
    assert [row["kind"] for row in told] == kind.predict(texts).tolist()


def test_a_text_that_cannot_be_read_has_no_kind(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02\xff" * 40)
    (row,) = (row for batch in label_files(tmp_path / "a.txt", kind=True) for row in batch.rows())
    assert row["error"]
    assert [row[name] for name in KIND_COLUMNS] == [None] * 3


def test_the_limit_is_between_0_and_1() -> None:
    with pytest.raises(InputError, match=r"least probability of news must be between 0 and 1, not 1\.5"):
        Rules(only_news=1.5)


def test_a_kept_column_may_not_have_the_name_of_one_that_is_asked_for(tmp_path: Path) -> None:
    table = pa.table({"text": ["Giá vàng tăng", "Mưa lớn"], "kind": [7, None]})
    with pytest.raises(InputError, match="cannot keep kind"):
        label_table(table, keep=["kind"], kind=True)
    out = tmp_path / "labels.parquet"
    label_table(table, keep=["kind"]).write(out)  # where kinds are not asked for it is kept as ever
    kept = pq.read_table(out)
    assert kept.column_names[2] == "kind"
    assert kept["kind"].type == pa.int64()
    assert kept["kind"].to_pylist() == [7, None]


def test_the_limit_that_help_names_is_the_models(kind: TopicModel) -> None:
    assert kind.about["min_news_probability"] == MIN_NEWS_PROBABILITY


def test_no_private_source_is_in_the_file(kind: TopicModel) -> None:
    """Sources for measuring only are not counted among those that were learned from."""
    recipe = kind.about["recipe"]
    assert set(recipe["measured_only"]) == {"uit_vsfc", "visfd", "vsmec"}
    assert recipe["min_sources"] >= 2
    assert set(kind.classes_.tolist()) == set(kinds())


def test_the_manifest_knows_the_option_and_the_model(tmp_path: Path, kind: TopicModel) -> None:
    from chude.labelling.job import Job
    from chude.labelling.manifest import Manifest, OutputOptions
    from chude.sources.inputs import Inputs
    from chude.sources.options import SourceOptions

    (tmp_path / "a.txt").write_text(OTHERS[0], encoding="utf-8")
    source = Inputs([tmp_path / "a.txt"], SourceOptions())
    plain, told, limited = (
        Manifest.of(Job(source, FakeModel(), rules), OutputOptions(format="csv"))
        for rules in (Rules(), Rules(kind=True), Rules(only_news=0.5))
    )
    assert plain.kind_model is None
    assert told.kind_model == limited.kind_model == hashlib.sha256(kind.to_bytes()).hexdigest()
    for asked, said in ((told, "kind"), (limited, "only_news")):
        with pytest.raises(InputError, match=said):
            plain.require_same(asked)
    assert Manifest.from_json(told.to_json()) == told
