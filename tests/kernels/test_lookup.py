"""The perfect hash finds what a dict finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.kernels import lookup as kernel
from chude.kernels.plain import lookup as plain
from chude.kernels.plain.tokenizing import Letters
from chude.tokenizer import Tokenizer

few = st.integers(0, 255)
key = st.one_of(
    st.integers(0, 2**64 - 1),
    few,  # crowded at the low end, at the high end, and at both
    few.map(lambda low: low << 56),
    few.map(lambda low: low << 32 | low),
)
hashes = st.lists(st.integers(0, 2**64 - 1), max_size=30).map(lambda values: np.array(values, dtype=np.uint64))


@settings(deadline=None)
@given(st.lists(key, unique=True, max_size=400), st.integers(0, 2**32 - 1))
def test_every_key_finds_its_row_and_a_stranger_none(keys: list[int], seed: int) -> None:
    array = np.array(keys, dtype=np.uint64)
    # Strangers are drawn at random, as hashes are: 57 bits of a key count, and a search would find out which.
    asked = np.concatenate([array, np.random.default_rng(seed).integers(0, 2**64, 50, dtype=np.uint64)])
    lookup = kernel.Lookup(array)
    assert len(lookup) == len(keys)
    assert np.array_equal(lookup.rows(asked), plain.Lookup(array).rows(asked))


@pytest.mark.parametrize("n_keys", [0, 1, 1_000, 100_000])
def test_vocabularies_of_all_sizes(n_keys: int) -> None:
    keys = np.unique(np.random.default_rng(n_keys).integers(0, 2**64, n_keys, dtype=np.uint64))
    assert np.array_equal(kernel.Lookup(keys).rows(keys), np.arange(len(keys)))


@pytest.mark.parametrize("form", [kernel, plain])
def test_equal_keys_are_refused(form: object) -> None:
    with pytest.raises(ValueError, match="two keys are the same") as error:
        form.Lookup(np.array([9, 7, 8, 7, 9], dtype=np.uint64))
    assert error.value.args[1:] == (1, 3)


def test_keys_made_to_collide_are_refused() -> None:
    """All are in one bucket, which has more keys than any pilot can part."""
    keys = np.unique(np.random.default_rng(0).integers(0, 2**40, 5000, dtype=np.uint64))
    with pytest.raises(ValueError, match="collide"):
        kernel.Lookup(keys)


@settings(deadline=None)
@given(hashes, st.integers(1, 6))
def test_keys_of_ngrams(tokens: np.ndarray, n: int) -> None:
    assert np.array_equal(kernel.ngram_keys(tokens, n), plain.ngram_keys(tokens, n))


syllable = st.sampled_from(
    ["giá", "vàng", "ky", "kỳ", "nghiêng", "Nghiễng", "to\u00e0n", "toa\u0300n", "a", "𝐚", "đ\ufb01"]
)
term = st.lists(syllable | st.text(max_size=12) | st.text("aâ \n", max_size=90), min_size=1, max_size=4).map(" ".join)
lines_of_any_bytes = st.lists(term.map(str.encode) | st.binary(max_size=10), max_size=8).map(b"\n".join)


def both_forms(lines: bytes, diacritics: bool, i_for_y: bool) -> tuple[object, object]:
    """Return the keys, or what is raised, of the form that runs and of the plain form."""
    letters = Tokenizer("syllable", diacritics, i_for_y).letters
    plain_letters = Letters(letters.entries, letters.compositions, letters.i_for_y)
    found: list[object] = []
    for form, of_form in ((kernel, letters), (plain, plain_letters)):
        try:
            found.append(form.keys_of_lines(np.frombuffer(lines, dtype=np.uint8), of_form).tolist())
        except UnicodeDecodeError:
            found.append("no UTF-8")
        except ValueError as error:
            found.append(error.args)
    return found[0], found[1]


@settings(deadline=None)
@given(st.lists(term, max_size=12).map("\n".join), st.booleans(), st.booleans())
def test_keys_of_lines(lines: str, diacritics: bool, i_for_y: bool) -> None:
    found, expected = both_forms(lines.encode(errors="replace"), diacritics, i_for_y)
    assert found == expected


@settings(deadline=None)
@given(lines_of_any_bytes)
def test_keys_of_lines_that_may_be_no_utf8(lines: bytes) -> None:
    found, expected = both_forms(lines, True, True)
    if expected == "no UTF-8":  # the compiled form reads no further than a line without a token
        assert found == expected or found[0] == "a line holds no token"
    else:
        assert found == expected


@pytest.mark.parametrize(
    "lines",
    [
        "a\0 a \0a a\0a",
        "12345678 1234567 123456789 12345678",
        f"{'x' * 63} {'x' * 64} {'ế' * 21} {'ế' * 22} {'x' * 65}",
        "a  b \n c",
        "\ud7ff \ue000 \u0800 \u07ff \u0080 \uffff \U00010000 a\U0010ffff",
        "a\n",
        "\na",
        "",
    ],
)
def test_keys_of_lines_at_the_edges(lines: str) -> None:
    found, expected = both_forms("\n".join([lines, lines]).encode(), True, True)
    assert found == expected


@pytest.mark.parametrize("byte", range(0x80, 0x100))
def test_every_beginning_of_a_sequence(byte: int) -> None:
    for rest in (b"", b"\x80", b"\xbf", b"\x80\x80", b"\xa0\x80", b"\x90\x80\x80", b"\xbf\xbf\xbf", b"\x80a", b"a"):
        for before in (b"a", b"abcdefgh"):
            found, expected = both_forms(before + bytes([byte]) + rest + b" b\nc", True, True)
            assert found == expected


@settings(deadline=None)
@given(hashes, st.data())
def test_keys_of_runs(tokens: np.ndarray, data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(0, len(tokens)))) if len(tokens) else {0}
    bounds = np.array(sorted(cuts | {0}), dtype=np.int64)
    assert np.array_equal(kernel.keys_of_runs(tokens, bounds), plain.keys_of_runs(tokens, bounds))


def test_runs_that_are_empty_or_elsewhere_are_refused() -> None:
    tokens = np.arange(5, dtype=np.uint64)
    for bounds in ([0, 2, 2], [0, 6], [-1, 2], [0, 9, 3], []):
        with pytest.raises(ValueError, match=r"empty|within"):
            kernel.keys_of_runs(tokens, np.array(bounds, dtype=np.int64))


@settings(deadline=None)
@given(hashes, st.data())
def test_hashes_of_words(tokens: np.ndarray, data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(tokens), max_size=len(tokens)))
    continues = np.array(flags, dtype=np.bool_)
    assert np.array_equal(kernel.joined_hashes(tokens, continues), plain.joined_hashes(tokens, continues))
