"""One canonical token for every way of writing a syllable."""

import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chude.kernels.tokenizing import token_places
from chude.tokenizer import Tokenizer
from chude.tokenizer.letters import EITHER_AFTER

HERE = Path(__file__).parent
ACCENTED, UNACCENTED = Tokenizer(), Tokenizer(diacritics=False)
EXCEPTIONS = tomllib.loads((HERE / "nfc_exceptions.toml").read_text(encoding="utf-8"))["exception"]

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵbcdđghklmnpqrstvx"
I_AND_Y = tomllib.loads((HERE / "i_and_y.toml").read_text(encoding="utf-8"))
vietnamese_text = st.text(alphabet=VIETNAMESE + "  ,.-\n0123")
marks = "\u0300\u0301\u0309\u0303\u0323\u0302\u0306\u031b\u0308\u200d\u00ad"
text_of_any_kind = st.one_of(st.text(), st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + marks + " _ÐðƉ𝐀ï각"))


def hashes(text: str, diacritics: bool = True) -> list[int]:
    found: list[int] = token_places(text, Tokenizer(diacritics=diacritics).letters)[0].tolist()
    return found


def excepted(text: str) -> bool:
    return any(
        entry["first"] <= ord(c) <= entry["last"] and unicodedata.category(c).startswith(entry["category"])
        for c in text
        for entry in EXCEPTIONS
    )


@settings(deadline=None, max_examples=200)
@given(text_of_any_kind, st.booleans())
def test_composed_and_decomposed_text_have_the_same_tokens(text: str, diacritics: bool) -> None:
    assume(not excepted(text))
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, text)
        assert hashes(other, diacritics) == hashes(text, diacritics)
        assert Tokenizer(diacritics=diacritics).tokens(other) == Tokenizer(diacritics=diacritics).tokens(text)


@pytest.mark.parametrize("text", ["a\U0001d167\u0302n", "a\U0001e8d0\u0302n", "\U0002f979"])
def test_the_exceptions_are_still_exceptions(text: str) -> None:
    assert excepted(text)
    forms = (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))
    assert len({tuple(ACCENTED.tokens(form)) for form in forms}) > 1


@settings(deadline=None)
@given(vietnamese_text)
def test_case_does_not_matter(text: str) -> None:
    tokens = ACCENTED.tokens(text)
    for other in (text.upper(), text.title(), text.swapcase()):
        assert ACCENTED.tokens(other) == tokens
        assert hashes(other) == hashes(text)


@settings(deadline=None)
@given(vietnamese_text)
def test_another_eth_in_place_of_d_with_stroke_does_not_matter(text: str) -> None:
    for eth in "ÐðĐƉɖ":
        assert ACCENTED.tokens(text.replace("đ", eth)) == ACCENTED.tokens(text)
        assert hashes(text.replace("đ", eth)) == hashes(text)


@settings(deadline=None, max_examples=150)
@given(text_of_any_kind, st.booleans())
def test_canonical_tokens_are_their_own_canonical_form(text: str, diacritics: bool) -> None:
    tokenizer = Tokenizer(diacritics=diacritics)
    tokens = tokenizer.tokens(text)
    again = " ".join(tokens)
    assert tokenizer.tokens(again) == tokens
    assert hashes(again, diacritics) == hashes(text, diacritics)
    assert [unicodedata.normalize("NFC", token) for token in tokens] == tokens


@settings(deadline=None, max_examples=150)
@given(text_of_any_kind)
def test_hashes_are_equal_exactly_where_canonical_tokens_are(text: str) -> None:
    for tokenizer in (ACCENTED, UNACCENTED):
        pairs = set(zip(tokenizer.tokens(text), hashes(text, tokenizer.diacritics), strict=True))
        assert len(pairs) == len({token for token, _ in pairs}) == len({h for _, h in pairs})


@settings(deadline=None)
@given(text_of_any_kind)
def test_the_reading_without_diacritics_is_the_other_one_stripped(text: str) -> None:
    def stripped(token: str) -> str:
        plain = unicodedata.normalize("NFD", token.replace("đ", "d"))
        return "".join(c for c in plain if c not in "\u0300\u0301\u0309\u0303\u0323\u0302\u0306\u031b")

    assert [unicodedata.normalize("NFC", stripped(t)) for t in ACCENTED.tokens(text)] == UNACCENTED.tokens(text)


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(
        text_of_any_kind, st.text(alphabet=[chr(p) for p in range(0xD830, 0xD840)] + list("a\udc00\U0001d400😀 "))
    )
)
def test_a_span_is_where_its_token_is_written(text: str) -> None:
    end = 0
    for tokenizer in (ACCENTED, UNACCENTED):
        end = 0
        for token, start, stop in tokenizer.spans(text):
            assert end <= start < stop <= len(text)
            assert tokenizer.tokens(text[start:stop]) == [token]
            end = stop


def test_lone_halves_of_a_character_are_separators() -> None:
    halves = "x \ud835\udc00b"
    assert len(halves) == 5
    assert [tuple(span) for span in ACCENTED.spans(halves)] == [("x", 0, 1), ("b", 4, 5)]


def test_long_tokens_and_other_scripts_keep_their_tokens_apart() -> None:
    """Each pair once had one hash: a word held nine letters, and what went beyond overlapped."""
    pairs = (HERE / "hash_neighbours.txt").read_text(encoding="utf-8").splitlines()
    for pair in pairs:
        left, right = hashes(pair)
        assert left != right, pair


def test_mathematical_letters_are_the_letters_they_show() -> None:
    for shown, plain in (("𝐀𝐛𝟗", "ab9"), ("𝛼𝛽", "αβ"), ("x𝛼y", "xαy"), ("𝛼", "α"), ("𝐭𝐡𝐮̉", "thủ")):
        assert ACCENTED.tokens(shown) == ACCENTED.tokens(plain)
        assert hashes(shown) == hashes(plain), shown


def test_only_diacritics_make_a_token_accented() -> None:
    lines = ["government christmas 0912345678", "кириллица 中文 𝛼𝛽", "thành phố", "tha\u0300nh pho\u0302\u0301", "đi"]
    assert ACCENTED.batch(lines).accented.tolist() == [0, 0, 2, 2, 1]


@settings(deadline=None)
@given(st.lists(text_of_any_kind, max_size=6), st.booleans())
def test_a_batch_is_its_texts_one_after_another(texts: list[str], diacritics: bool) -> None:
    batch = Tokenizer(diacritics=diacritics).batch(texts)
    parts = [batch.hashes[a:b].tolist() for a, b in zip(batch.bounds[:-1], batch.bounds[1:], strict=True)]
    assert parts == [hashes(text, diacritics) for text in texts]


@pytest.mark.parametrize("entry", I_AND_Y["together"], ids=lambda entry: entry["reason"])
def test_i_and_y_are_one_token_where_they_spell_one_syllable(entry: dict[str, Any]) -> None:
    for i, y in entry["pairs"]:
        for form in ("NFC", "NFD"):
            left, right = unicodedata.normalize(form, i), unicodedata.normalize(form, y)
            assert hashes(left) == hashes(right.upper()), (i, y)
            assert hashes(left, False) == hashes(right, False), (i, y)
            for tokenizer in (ACCENTED, UNACCENTED):
                assert tokenizer.tokens(left) == tokenizer.tokens(right), (i, y)
        apart = Tokenizer(i_for_y=False)
        assert apart.tokens(i) != apart.tokens(y)
        assert len(set(apart.batch([i, y]).hashes.tolist())) == 2


@pytest.mark.parametrize("entry", I_AND_Y["apart"], ids=lambda entry: entry["reason"])
def test_i_and_y_stay_apart_where_they_spell_two(entry: dict[str, Any]) -> None:
    for i, y in entry["pairs"]:
        for tokenizer in (ACCENTED, UNACCENTED):
            assert tokenizer.tokens(i) != tokenizer.tokens(y), (i, y)
            assert len(set(tokenizer.batch([i, y]).hashes.tolist())) == 2, (i, y)


@settings(deadline=None)
@given(vietnamese_text)
def test_the_rule_of_i_and_y_changes_these_syllables_and_no_others(text: str) -> None:
    """Written down once more, from the end of a syllable: its letters without tone."""

    def with_i(token: str) -> str:
        onset, last = token[:-1], unicodedata.normalize("NFD", token[-1:])
        return (
            unicodedata.normalize("NFC", onset + "i" + last[1:]) if onset in EITHER_AFTER and last[:1] == "y" else token
        )

    apart = Tokenizer(i_for_y=False)
    assert ACCENTED.tokens(text) == [with_i(token) for token in apart.tokens(text)]
    assert ACCENTED.batch([text]).accented.tolist() == apart.batch([text]).accented.tolist()
