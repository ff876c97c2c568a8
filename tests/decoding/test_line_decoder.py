"""Streams whose encoding shows late or changes: each line is decoded as what it is."""

import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.decoding.line_decoder import LineDecoder

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
LINES = [
    unicodedata.normalize("NFC", line)
    for path in sorted(SAMPLES.glob("*-*/*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if len(line) > 100
]
PLAIN = "Plain ASCII comes first, for a while."


def encoded(text: str, name: str) -> tuple[str, bytes]:
    if name == "utf-8":
        return text, text.encode()
    known = code_page(name).bytes_of
    if name == "tcvn3":
        text = "".join(char if char in known else char.lower() for char in text)
    text = "".join(filter(known.__contains__, text))
    return text, code_page(name).encode(text)


def decoded(decoder: LineDecoder, *blocks: bytes) -> list[tuple[str, str]]:
    """Lines and what each was decoded as."""
    found = []
    for block in blocks:
        for text, name in decoder.decode(block):
            assert decoder.encoding == name
            found += [(line, name) for line in text.split("\n") if line]
    return found


def test_there_are_lines_to_try() -> None:
    assert len(LINES) > 80


@pytest.mark.parametrize("name", LEGACY_ENCODINGS)
@given(seed=st.randoms(use_true_random=False), n_plain=st.integers(0, 5), n_blocks=st.integers(1, 3))
@settings(deadline=None, max_examples=20)
def test_an_encoding_that_shows_late(name: str, seed: random.Random, n_plain: int, n_blocks: int) -> None:
    pairs = [encoded(line, name) for line in seed.sample(LINES, 6)]
    blocks = [f"{PLAIN}\n".encode() * 3] * n_plain
    blocks += [b"".join(data + b"\n" for _, data in pairs)] * n_blocks
    found = decoded(LineDecoder("utf-8"), *blocks)
    assert found[: 3 * n_plain] == [(PLAIN, "utf-8")] * (3 * n_plain)
    assert found[3 * n_plain :] == [(text, name) for text, _ in pairs] * n_blocks


@pytest.mark.parametrize("name", LEGACY_ENCODINGS)
@given(seed=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_lines_of_utf8_and_of_another_encoding(name: str, seed: random.Random) -> None:
    """As files of several writers have them, one after the other; whichever came first."""
    pairs = [
        (*encoded(line, which), which) for line in seed.sample(LINES, 12) for which in [seed.choice(["utf-8", name])]
    ]
    block = b"".join(data + b"\n" for _, data, _ in pairs)
    for first in ("utf-8", name):
        found = decoded(LineDecoder(first), block)
        wrong = [pair for pair, (text, _, which) in zip(found, pairs, strict=True) if pair != (text, which)]
        assert not wrong


def test_what_says_too_little_is_in_what_came_before() -> None:
    first, second = encoded(LINES[0], "tcvn3"), encoded("Hà", "tcvn3")
    decoder = LineDecoder("utf-8")
    assert decoded(decoder, first[1] + b"\n", second[1] + b"\n") == [(first[0], "tcvn3"), ("Hà", "tcvn3")]
    assert not decoder.is_damaged


def test_damaged_utf8_stays_utf8() -> None:
    block = "\n".join(LINES[:3]).encode()
    broken = block.replace("ế".encode(), b"\xe1\xbf", 1)
    decoder = LineDecoder("utf-8")
    found = decoded(decoder, broken)
    assert {name for _, name in found} == {"utf-8"}
    assert sum("\ufffd" in line for line, _ in found) == 1
    assert decoder.is_damaged
    assert not decoder.anew().is_damaged


def test_a_character_that_stands_for_damage_is_none() -> None:
    decoder = LineDecoder("utf-8")
    assert decoded(decoder, "Hà \ufffd Nội\n".encode()) == [("Hà \ufffd Nội", "utf-8")]
    assert not decoder.is_damaged


def test_an_encoding_that_is_given_holds_for_everything() -> None:
    block = "Hà Nội\n".encode()
    assert decoded(LineDecoder("tcvn3", is_given=True), block) == [
        (code_page("tcvn3").decode(block).strip("\n"), "tcvn3")
    ]


@given(st.lists(st.binary(max_size=60), max_size=6), st.sampled_from(["utf-8", "utf-8-sig", *LEGACY_ENCODINGS]))
@settings(deadline=None)
def test_no_line_is_lost_whatever_the_bytes(lines: list[bytes], name: str) -> None:
    block = b"".join(line.replace(b"\n", b"") + b"\n" for line in lines)
    text = "".join(text for text, _ in LineDecoder(name).decode(block))
    assert text.count("\n") == len(lines)
