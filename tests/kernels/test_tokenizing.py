"""The compiled tokenizer gives what the plain one gives, for str of every width."""

import pickle
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.kernels import tokenizing as kernel
from chude.kernels.plain import tokenizing as plain
from chude.tokenizer import Tokenizer
from chude.tokenizer.letters import EITHER_AFTER

LETTERS = st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậ ,.\n0123456789")
MARKS = "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b"
ODD = st.sampled_from(MARKS + "\u00ad\u200bÐßſ각ㅠ中и\ud83d\ude00\ud835😀𝛼𝐀\U0010ffff")
SPELT_WITH_EITHER = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["h", "k", "L", "m", "s", "t", "qu", "th", "v", "a", "hq", ""]),
        st.sampled_from("iyỹĩÝ"),
        st.sampled_from(["", "", "\u0301", "a", "n"]),
    )
).map(" ".join)
texts = (
    SPELT_WITH_EITHER
    | st.text(LETTERS)
    | st.text(LETTERS | ODD)
    | st.text(st.characters(max_codepoint=0xFF))
    | st.text()
)


def plain_letters(diacritics: bool, i_for_y: bool = True) -> plain.Letters:
    letters = Tokenizer("syllable", diacritics, i_for_y).letters
    return plain.Letters(letters.entries, letters.compositions, letters.i_for_y)


def equal(left: tuple[np.ndarray, ...], right: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(left, right, strict=True))


@settings(deadline=None)
@given(st.lists(texts, max_size=6), st.booleans(), st.booleans())
def test_texts(given_texts: list[str], diacritics: bool, i_for_y: bool) -> None:
    letters, others = Tokenizer("syllable", diacritics, i_for_y).letters, plain_letters(diacritics, i_for_y)
    assert equal(kernel.tokenize(given_texts, letters), plain.tokenize(given_texts, others))
    for text in given_texts:
        assert equal(kernel.token_places(text, letters), plain.token_places(text, others))


@settings(deadline=None)
@given(
    st.sampled_from(["a", "ạ", "đ ", "hỹ ", " ", "nghiêng"]),
    st.integers(1_010, 1_030),
    st.text(LETTERS, max_size=30),
    st.text(LETTERS | ODD, max_size=5),
)
def test_texts_longer_than_what_is_read_at_once(filler: str, n: int, middle: str, end: str) -> None:
    text = (filler * n)[:n] + middle + (filler * n)[:n] + end
    assert equal(kernel.tokenize([text], Tokenizer().letters), plain.tokenize([text], plain_letters(True)))


@pytest.mark.parametrize("form", [kernel, plain])
def test_i_and_y_are_one_letter_after_the_onsets_that_the_tokenizer_names_and_no_others(form: ModuleType) -> None:
    letters = form.Letters(*_tables(), True)
    alone = [chr(code) for code in range(ord("a"), ord("z") + 1)] + ["đ"]
    either = {
        onset
        for onset in ["", *alone, *(a + b for a in alone for b in alone), *(f"q{a}{b}" for a in alone for b in alone)]
        if len(set(form.tokenize([f"{onset}i {onset}y"], letters)[0].tolist())) == 1
    }
    assert either == set(EITHER_AFTER)


def test_sample_articles(samples: tuple[list[str], list[str]]) -> None:
    letters, others = Tokenizer().letters, plain_letters(True)
    assert equal(kernel.tokenize(samples[0], letters), plain.tokenize(samples[0], others))


@pytest.mark.parametrize("wrong", [[1], ["a", None], [b"a"]])
def test_what_is_no_str_is_a_type_error(wrong: list[object]) -> None:
    with pytest.raises(TypeError):
        kernel.tokenize(wrong, Tokenizer().letters)


def test_tables_of_another_shape_are_refused() -> None:
    letters = Tokenizer().letters
    for form in (kernel, plain):
        with pytest.raises(ValueError, match="other shapes"):
            form.Letters(letters.entries[:-1].copy(), letters.compositions)


def test_letters_survive_a_pickle() -> None:
    for i_for_y in (False, True):
        again = pickle.loads(pickle.dumps(kernel.Letters(*_tables(), i_for_y)))
        assert again.i_for_y is i_for_y
        assert len(set(kernel.tokenize(["sĩ sỹ"], again)[0].tolist())) == 2 - i_for_y


def _tables() -> tuple[np.ndarray, np.ndarray]:
    letters = Tokenizer().letters
    return letters.entries, letters.compositions
