"""Lists of texts: told from others, and parted into runs that are neither too long nor empty."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chude.kernels import texts as kernel
from chude.kernels.plain import texts as plain


class Name(str):
    __slots__ = ()


@given(st.lists(st.text(max_size=3) | st.sampled_from([Name("a"), None, b"a", 1.0]), max_size=6))
def test_texts_are_told_from_others(values: list[Any]) -> None:
    assert kernel.are_texts(values) == plain.are_texts(values)


@given(st.lists(st.text(max_size=9), max_size=40), st.integers(1, 9), st.integers(1, 30))
def test_runs_are_neither_too_long_nor_empty(texts: list[str], most_texts: int, most_characters: int) -> None:
    runs = kernel.chunks(texts, most_texts, most_characters)
    assert runs == plain.chunks(texts, most_texts, most_characters)
    assert [k for start, stop in runs for k in range(start, stop)] == list(range(len(texts)))
    for start, stop in runs:
        assert 0 < stop - start <= most_texts
        assert sum(map(len, texts[start : stop - 1])) < most_characters


def test_what_is_no_text_has_no_length() -> None:
    with pytest.raises(TypeError, match="expected a text of type str"):
        kernel.chunks(["a", None], 5, 5)  # type: ignore[list-item]
