"""A model's file: exact, the same bytes for the same model, whole or not there, and readable ever after."""

import json
from pathlib import Path

import numpy as np
import pytest

import chude
from chude import TopicModel
from chude.errors import InputError, OutputError
from chude.model.model_file import FORMAT_VERSION

OLD = Path(__file__).parents[1] / "models-of-old"
ARRAYS = ("vocabulary", "idf")
HEAD_ARRAYS = ("scale", "weights", "intercept")


@pytest.mark.parametrize("n_topics", [1, 2, 17, 300])
@pytest.mark.parametrize("unaccented", [True, False])
@pytest.mark.parametrize("short_below", [0, 6])
def test_what_is_loaded_is_what_was_saved(
    make_model, tmp_path: Path, n_topics: int, unaccented: bool, short_below: int
) -> None:
    model = make_model(n_topics, unaccented=unaccented, short_below=short_below)
    path = tmp_path / "mô hình.safetensors"
    model.save(path)
    other = TopicModel.load(path)
    assert path.read_bytes() == model.to_bytes() == other.to_bytes()
    assert (other.name, other.topics, dict(other.about)) == (model.name, model.topics, dict(model.about))
    assert other.classes_.tolist() == [topic.slug for topic in model.topics]
    pairs = [(model.accented, other.accented)]
    if model.unaccented is not None:
        pairs.append((model.unaccented, other.unaccented))
    for left, right in pairs:
        assert (left.tokenizer, left.ngram_range, left.sublinear_tf) == (
            right.tokenizer,
            right.ngram_range,
            right.sublinear_tf,
        )
        assert (left.short is None, right.short is None) == (not short_below,) * 2
        assert left.short_below == right.short_below == short_below
        arrays = [(left, right, name) for name in ARRAYS]
        heads = [(left.whole, right.whole), (left.short, right.short)]
        arrays += [(*both, name) for both in heads if both[0] is not None for name in HEAD_ARRAYS]
        for one, two, name in arrays:
            assert np.array_equal(getattr(one, name), getattr(two, name))
            assert getattr(one, name).dtype == getattr(two, name).dtype
    texts = ["Giá vàng Hà Nội", "gia vang", "", "bóng đá " * 50]
    for left, right in zip(model.score_texts(texts), other.score_texts(texts), strict=True):
        assert np.array_equal(left, right)


def test_the_file_is_a_safetensors_file(samples_model_file: Path, samples_model: TopicModel) -> None:
    from safetensors import safe_open

    with safe_open(samples_model_file, framework="np") as file:
        header = json.loads(file.metadata()["chude"])
        assert np.array_equal(file.get_tensor("marked.weights"), samples_model.accented.whole.weights)
    assert header["format_version"] == 4, "what reads no marks can be read by a chude that knows none"
    assert "marks" not in header
    assert [topic["slug"] for topic in header["topics"]] == samples_model.classes_.tolist()


def test_saving_replaces_in_one_step_and_leaves_nothing_behind(make_model, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    make_model(2).save(path)
    make_model(3).save(str(path))
    assert len(TopicModel.load(str(path)).topics) == 3
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]
    (tmp_path / "folder.safetensors").mkdir()
    for wrong in (tmp_path / "folder.safetensors", tmp_path / "none" / "a.safetensors"):
        with pytest.raises(OutputError, match="cannot write"):
            make_model(2).save(wrong)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.safetensors", "folder.safetensors"]


def test_chude_load_takes_a_path_and_names_what_there_is(samples_model_file: Path, tmp_path: Path) -> None:
    assert chude.load(samples_model_file).name == chude.load(str(samples_model_file)).name == "samples"
    with pytest.raises(InputError, match=r"no model .*none\.safetensors.*: give the path of a model file, or one of"):
        chude.load(tmp_path / "none.safetensors")


def test_a_model_that_reads_marks_says_so() -> None:
    model = TopicModel.load(OLD / "v5.safetensors")
    again = TopicModel.from_bytes(model.to_bytes())
    for scorer in (model.accented, again.accented, model.unaccented, again.unaccented):
        assert scorer is not None
        assert scorer.tokenizer.marks
    assert model.predict_proba(["vàng tăng?"]).tolist() == again.predict_proba(["vàng tăng?"]).tolist()
    assert model.predict_proba(["vàng tăng?"]).tolist() != model.predict_proba(["Vàng tăng"]).tolist()


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION + 1))
def test_files_of_every_format_version_keep_their_answers(version: int) -> None:
    recorded = json.loads((OLD / f"v{version}.json").read_text(encoding="utf-8"))
    model = TopicModel.load(OLD / f"v{version}.safetensors")
    assert model.classes_.tolist() == recorded["topics"]
    judged = model.score_texts([case["text"] for case in recorded["cases"]])
    for row, case in enumerate(recorded["cases"]):
        assert judged.probabilities[row].tolist() == pytest.approx(case["probabilities"], abs=1e-6)
        assert judged.coverage[row] == pytest.approx(case["coverage"], abs=1e-12)
