"""Words are those of underthesea, in canonical spelling and at their places in the text."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.errors import TokenizerError
from chude.tokenizer import Tokenizer, words

SYLLABLES, WORDS, BARE_WORDS = Tokenizer(), Tokenizer("word"), Tokenizer("word", diacritics=False)


def test_words_are_those_of_underthesea(samples: tuple[list[str], list[str]]) -> None:
    from underthesea import word_tokenize

    for text in samples[0][::4]:
        found = ("_".join(SYLLABLES.tokens(word)) for word in word_tokenize(text))
        assert WORDS.tokens(text) == [word for word in found if word]


def test_words_without_diacritics_are_the_same_words(samples: tuple[list[str], list[str]]) -> None:
    text = samples[0][0]
    places = [(start, stop) for _, start, stop in WORDS.spans(text)]
    assert [(start, stop) for _, start, stop in BARE_WORDS.spans(text)] == places
    assert "ha_noi" in BARE_WORDS.tokens("Thủ đô Hà Nội")


def test_a_syllable_that_underthesea_respells_stands_alone_and_the_rest_is_joined() -> None:
    text = "Nghành y tế hôm nay họp tại Hà Nội"
    assert WORDS.tokens(text) == ["nghành", "y_tế", "hôm_nay", "họp", "tại", "hà_nội"]
    assert [text[a:b] for _, a, b in WORDS.spans(text)] == ["Nghành", "y tế", "hôm nay", "họp", "tại", "Hà Nội"]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("abcd"), max_size=12),
    st.lists(st.lists(st.sampled_from("abcd"), max_size=3), max_size=6),
)
def test_any_two_readings_of_a_text_are_aligned(syllables: list[str], found: list[list[str]]) -> None:
    flags = words.continues(syllables, found)
    assert flags.shape == (len(syllables),)
    assert not flags[:1].any()
    assert flags.sum() <= sum(max(len(word) - 1, 0) for word in found)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["Hà", "Nội", "thủ", "đô", "\ud800", "\ud835\udc00", "😀", ".", "\n", "nghành"])))
def test_hashes_and_spans_of_words_go_together(parts: list[str]) -> None:
    text = " ".join(parts)
    batch = WORDS.batch([text, "Hà Nội"])
    tokens = WORDS.tokens(text)
    assert batch.bounds.tolist() == [0, len(tokens), len(tokens) + 1]
    pairs = set(zip([*tokens, "hà_nội"], batch.hashes.tolist(), strict=True))
    assert len(pairs) == len({token for token, _ in pairs}) == len({h for _, h in pairs})


def test_without_underthesea_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "underthesea", None)
    with pytest.raises(TokenizerError, match="pip install underthesea"):
        WORDS.tokens("Hà Nội")
