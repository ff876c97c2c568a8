"""Marks of punctuation, capitals and numbers."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude import VietnameseTfidfVectorizer
from chude.errors import InputError
from chude.kernels.plain.marking import MOST_WORDS
from chude.tokenizer import Tokenizer
from chude.tokenizer.marks import marked, pieces

ACCENTED = Tokenizer(marks=True)
LETTERS = "aáàảạâấăắđêếôơợưựybcghknt"
written = st.text(alphabet=LETTERS + LETTERS.upper() + "   .,?!:()…\"'%/|-_\n019😀ÐǅⅣ²")
shape = st.lists(st.sampled_from(["nhà", "Hà", "VN", "12", ",", "?", "...", "•"]), min_size=1, max_size=30)


def written_out(text: str) -> str:
    (string,) = marked([text])
    return string


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), written), st.booleans())
def test_spans_are_the_tokens_of_the_batch(text: str, diacritics: bool) -> None:
    tokenizer = Tokenizer(diacritics=diacritics, marks=True)
    batch = tokenizer.batch([text])
    again = Tokenizer(diacritics=diacritics).batch(tokenizer.tokens(text)).hashes
    assert np.array_equal(batch.hashes, again)
    assert all(0 <= span.start <= span.stop <= len(text) for span in tokenizer.spans(text))


@settings(deadline=None, max_examples=300)
@given(written)
def test_composed_or_not_the_tokens_are_the_same(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert ACCENTED.tokens(composed) == ACCENTED.tokens(decomposed)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), written))
def test_pieces_are_what_the_marked_text_joins(text: str) -> None:
    assert " ".join(piece.string for piece in pieces(text)) == written_out(text)


@settings(deadline=None)
@given(shape)
def test_words_are_all_there_and_in_order(parts: list[str]) -> None:
    text = " ".join(parts)
    tokens = ACCENTED.tokens(text)
    first = tokens[: tokens.index("markend")] if tokens else []
    words = [token for token in first if not token.startswith("mark")]
    assert words == ([token for token in Tokenizer().tokens(text) if not token.isdigit()] if tokens else [])


@pytest.mark.parametrize("text", ["", " \n", "?!…", "•••", "_"])
def test_a_text_without_a_word_has_no_marks(text: str) -> None:
    assert written_out(text) == ""
    assert ACCENTED.spans(text) == []


def test_the_marks_of_a_text() -> None:
    words = "markbegin markquote markcapital Giá nhà markcomma markcapitals TP markdigits4 markquestion markend"
    alone = "markbegin markquote markcapital markgap1 markcomma markcapitals markdigits4 markquestion markend"
    assert written_out("“Giá nhà, TP 2025?") == f"{words} {alone}"


@given(written)
def test_a_text_in_capitals_only_is_read_as_in_small_letters(text: str) -> None:
    capitals = written_out(text.upper()).split()
    assert not {"markcapital", "markcapitals"} & set(capitals)
    assert [word.lower() for word in capitals] == written_out(text.upper().lower()).split()


def test_one_small_letter_shows_that_capitals_are_meant() -> None:
    assert "markcapitals" not in written_out("CẦU MỚI THÔNG XE")
    assert written_out("CẦU mới THÔNG XE").split().count("markcapitals") == 6


def test_a_long_text_is_read_to_where_its_marks_end() -> None:
    head = " ".join(["nhà"] * MOST_WORDS)
    assert written_out(head + " Hà Nội, 12" * 50_000) == written_out(head)


def test_a_text_is_typed_without_diacritics_whatever_its_marks() -> None:
    texts = ["Gia vang tang, 12 %! (A, B, C)", "Giá vàng tăng, 12 %! (A, B, C)", "", "Giá - a b c d"]
    plain, read = Tokenizer().batch(texts), ACCENTED.batch(texts)
    share = [batch.accented / np.maximum(np.diff(batch.bounds), 1) for batch in (plain, read)]
    assert ((share[0] < 0.2) == (share[1] < 0.2)).all()


def test_marks_do_not_go_with_words() -> None:
    with pytest.raises(InputError, match="syllable"):
        Tokenizer("word", marks=True)


def test_the_vectorizer_counts_marks() -> None:
    texts = ["Giá vàng tăng?", "giá vàng tăng"]
    rows = VietnameseTfidfVectorizer(marks=True, ngram_range=(1, 1)).fit_transform(texts).toarray()
    assert not np.allclose(rows[0], rows[1])
    rows = VietnameseTfidfVectorizer(ngram_range=(1, 1)).fit_transform(texts).toarray()
    assert np.allclose(rows[0], rows[1])
