"""Texts written differently: what stays the same, and what does not."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from chude import TopicModel
from chude.evaluation.perturbations import (
    PERTURBATIONS,
    SAME_SYLLABLES,
    misspelt,
    other_tone_place,
    upper,
    without_diacritics,
)
from chude.tokenizer import Tokenizer

ONSETS = ["", "b", "ch", "h", "kh", "l", "ng", "ngh", "qu", "th", "tr", "x"]
RHYMES = ["òa", "oà", "oá", "óe", "oẹ", "ủy", "uỷ", "uý", "oán", "uyến", "oái", "ườn", "ậm", "ua", "oa", "ia"]
syllables = st.builds("".join, st.tuples(st.sampled_from(ONSETS), st.sampled_from(RHYMES)))
sentences = st.lists(st.one_of(syllables, st.sampled_from(["Quý", "(khoẻ)", "hòa.", "3-1", "USD", "HÒA"]))).map(
    " ".join
)


@settings(deadline=None)
@given(st.one_of(sentences, st.text()))
def test_moving_tones_twice_gives_the_text_again(text: str) -> None:
    assert other_tone_place(other_tone_place(text)) == unicodedata.normalize("NFC", text)


@settings(deadline=None)
@given(sentences)
def test_other_ways_of_writing_have_the_same_tokens(text: str) -> None:
    tokens = Tokenizer().tokens(text)
    for name in SAME_SYLLABLES:
        assert Tokenizer().tokens(PERTURBATIONS[name](text)) == tokens


def test_tones_move_only_where_the_two_styles_part() -> None:
    moved = {"hòa": "hoà", "HOÀ": "HÒA", "thúy": "thuý", "khoẻ": "khỏe", "hoạ sĩ": "họa sĩ"}
    for here, there in moved.items():
        assert other_tone_place(here) == there
    for same in ("quý", "Quỳ", "hoàn", "ngoái", "thuế", "của", "xoong", "Iowa", "khuỷu"):
        assert other_tone_place(same) == same


def test_predictions_survive_another_way_of_writing(
    samples_model: TopicModel, samples: tuple[list[str], list[str]]
) -> None:
    texts, _ = samples
    for name in SAME_SYLLABLES:
        other = [PERTURBATIONS[name](text) for text in texts]
        assert other != texts
        assert (samples_model.predict_proba(other) == samples_model.predict_proba(texts)).all()


@given(st.text())
def test_capitals_keep_the_number_of_characters(text: str) -> None:
    assert len(upper(text)) == len(text)


def test_nothing_is_left_of_diacritics(samples: tuple[list[str], list[str]]) -> None:
    for text in samples[0]:
        bare = without_diacritics(text)
        assert not set(bare) & set("ăâđêôơưàảãáạ")
        assert len(bare) == len(unicodedata.normalize("NFC", text))
        assert Tokenizer(diacritics=False).tokens(bare) == Tokenizer(diacritics=False).tokens(text)


def test_a_tenth_of_the_syllables_is_misspelt_and_always_the_same_way(samples: tuple[list[str], list[str]]) -> None:
    for text in samples[0]:
        before = unicodedata.normalize("NFC", text).split()
        after = misspelt(text).split()
        assert len(after) == len(before)
        changed = sum(a != b for a, b in zip(before, after, strict=True))
        assert 0.07 * len(before) <= changed <= 0.11 * len(before)
        assert misspelt(text) == misspelt(text)
        assert misspelt(text, seed=1) != misspelt(text)
    assert misspelt("Đường sắt", share=1.0) != "Đường sắt"
    assert misspelt("a b 1 2", share=1.0) == "a b 1 2"
    assert misspelt("") == ""


def test_what_was_meant_can_be_guessed() -> None:
    slips = {misspelt("đường", 1.0, seed) for seed in range(300)}
    assert {"đương", "duong", "dduwowngf"} <= slips
    assert "đường" not in slips
    assert "trân" in {misspelt("chân", 1.0, seed) for seed in range(300)}
