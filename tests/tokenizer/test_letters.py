"""The table of letters is what the Unicode database says, and covers each way of writing a character."""

import unicodedata

import numpy as np
import pytest

from chude.tokenizer import Tokenizer, letters

# Blocks in which no Unicode version since 3.2 has changed a letter of use here: Basic Latin to Cyrillic, Latin Extended
# Additional (Vietnamese), General Punctuation.
BLOCKS = [(0x0000, 0x0378), (0x0400, 0x0527), (0x1EA0, 0x1EFA), (0x2000, 0x2060)]
OLD = unicodedata.ucd_3_2_0


@pytest.mark.parametrize("block", BLOCKS)
def test_the_file_is_what_build_gives(block: tuple[int, int]) -> None:
    built = [letters.entry(point) for point in range(*block)]
    assert letters.table()[slice(*block)].tolist() == built


def test_the_whole_file_is_what_build_gives_under_the_unicode_version_it_was_built_with() -> None:
    if unicodedata.unidata_version != "14.0.0":
        pytest.skip(f"letters.npy was built with Unicode 14.0.0, this Python has {unicodedata.unidata_version}")
    assert np.array_equal(letters.table(), letters.build())


def test_every_character_reads_the_same_composed_and_decomposed() -> None:
    old = [chr(p) for p in range(0x10000) if OLD.category(chr(p)) not in ("Cn", "Cs")]
    for text in ("a{}b", "{}", "ê{}\u0301"):
        written = [text.format(c) for c in old]
        plain = Tokenizer().batch(written)
        for form in ("NFC", "NFD"):
            other = Tokenizer().batch([unicodedata.normalize(form, t) for t in written])
            assert np.array_equal(other.bounds, plain.bounds)
            assert np.array_equal(other.hashes, plain.hashes)


def test_codes_and_letters_are_one_to_one() -> None:
    for code in range(1, 0x3000):
        letter = letters.letter_of(code)
        if code > len(letters.VIETNAMESE_LETTERS) and letter in letters.VIETNAMESE_LETTERS:
            continue  # the code point of a Vietnamese letter is no code; it has one of its own
        assert letters.code_of(letter) == code


@pytest.mark.parametrize("diacritics", [True, False])
def test_the_letter_that_a_character_is_read_as_is_read_as_itself(diacritics: bool) -> None:
    """Found by fuzzing: a term of Korean vowels ("ㅠㅠ") was spelled in letters that are no letters when read again."""
    entries = letters.table(diacritics)
    codes = (entries[entries < 0] >> letters.CODE_SHIFT) & letters.CODE_MASK
    again = entries[[ord(letters.letter_of(code)) for code in codes.tolist()]]
    assert (again < 0).all()
    assert np.array_equal((again >> letters.CODE_SHIFT) & letters.CODE_MASK, codes)


@pytest.mark.parametrize("diacritics", [True, False])
def test_the_table_cannot_be_changed(diacritics: bool) -> None:
    with pytest.raises(ValueError, match="read-only"):
        letters.table(diacritics)[0] = 1
