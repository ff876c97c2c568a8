"""One word says little, also to the bundled models."""

from pathlib import Path

import pytest

from chude import bundled, load

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["news", "vntc"])
def test_no_single_word_is_nearly_certain(name: str) -> None:
    if name not in bundled.model_names():
        pytest.skip(f"models/{name}.safetensors is not built")
    model = load(name)
    for scorer in (model.accented, model.unaccented):
        assert scorer is not None
        words = [term for term in bytes(scorer.vocabulary).decode().split("\n") if " " not in term]
        assert len(words) > 1000
        assert model.predict_proba(words).max() < 0.6
    assert model.predict_proba(["0", "TTO"]).max() < 0.6


@pytest.mark.parametrize("name", ["news", "vntc"])
def test_spellings_with_i_and_y_are_one_to_news_and_two_to_vntc(name: str) -> None:
    if name not in bundled.model_names():
        pytest.skip(f"models/{name}.safetensors is not built")
    pairs = [("bác sĩ mổ", "bác sỹ mổ"), ("nước Mĩ", "nước Mỹ"), ("lí do", "lý do"), ("quí một", "quý một")]
    for one, other in pairs:
        of_one, of_other = load(name).predict_proba([one, other])
        assert (of_one == of_other).all() == (name == "news"), (one, other)
