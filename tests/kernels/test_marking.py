"""The compiled kernel writes the marks that the plain one writes, for str of every width."""

import unicodedata
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chude.kernels import marking as kernel
from chude.kernels.plain import marking as plain
from chude.tokenizer import marks

COMPILED = kernel.Marks(marks.describe, marks.WORDS, marks.GAPS)
PLAIN = plain.Marks(marks.describe, marks.WORDS, marks.GAPS)

written = st.text(
    alphabet="aăđưEĂĐ   .,?…\"'%|_-\n019ÐǅⅣⅷ²½Ⓐ中😀\u0301\u0345\u200b\ud83d\U00020000\U000e0067\U0010ffff"
)
texts = written | written.map(str.upper) | st.text() | st.text(st.characters(max_codepoint=0xFF))


@settings(deadline=None, max_examples=300)
@given(st.lists(texts, max_size=6))
@example(["? - . 9" * 2000, "nhà Hà " * 300, "," * 5000, "A" * 5000, "Ⓐ" + " x" * 40, ",, ½kg .. ²"])
def test_texts(given_texts: list[str]) -> None:
    assert kernel.marked(given_texts, COMPILED) == plain.marked(given_texts, PLAIN)


@settings(deadline=None)
@given(texts)
def test_a_str_is_as_narrow_as_its_characters(text: str) -> None:
    (mark,) = kernel.marked([text + "…" + "a" * 2000], COMPILED)
    assert mark == "".join(list(mark))
    assert hash(mark) == hash("".join(list(mark)))


def test_characters_alone_and_inside_words() -> None:
    points = [*range(0x2600), *range(0x2600, 0x110000, 97)]
    given_texts = [f"{chr(point)} a{chr(point)}b {chr(point)}Ab" for point in points]
    assert kernel.marked(given_texts, COMPILED) == plain.marked(given_texts, PLAIN)


def test_a_character_is_described_once_and_what_goes_wrong_there_is_not_lost() -> None:
    asked: list[str] = []

    def describe(character: str) -> int:
        asked.append(character)
        if unicodedata.category(character) == "So":
            raise LookupError(character)
        return marks.describe(character)

    once = kernel.Marks(describe, marks.WORDS, marks.GAPS)
    kernel.marked(["Hà, Hà", "hà, à"], once)
    assert sorted(asked) == sorted(set("Hà, h"))
    with pytest.raises(LookupError):
        kernel.marked(["một ☀"], once)


@pytest.mark.parametrize("wrong", [[1], ["a", None], [b"a"]])
def test_what_is_no_str_is_a_type_error(wrong: list[object]) -> None:
    with pytest.raises(TypeError):
        kernel.marked(wrong, COMPILED)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", [kernel, plain])
def test_too_few_words_are_refused(form: ModuleType) -> None:
    with pytest.raises(ValueError, match="fewer words"):
        form.Marks(marks.describe, marks.WORDS[:14], marks.GAPS)
