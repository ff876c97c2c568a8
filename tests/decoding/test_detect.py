"""Encodings are told apart: round trips of sample articles and of generated text, and cases from a file."""

import random
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chude.decoding import ENCODINGS, canonical_name, decode
from chude.decoding.code_pages import LEGACY_ENCODINGS, code_page
from chude.errors import DecodingError, InputError

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))
SAMPLES = HERE.parents[1] / "data" / "samples"
UNICODE = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
ARTICLES = [
    unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    for path in sorted(SAMPLES.glob("*/*.txt"))
    if path.parent.name != "difficult"
]
SYLLABLES = sorted(
    {word.lower() for text in ARTICLES for word in text.split() if word.isalpha() and not word.isascii()}
)


def encodable(text: str, name: str) -> str:
    """Reduce a text to what an encoding can represent: small letters where it has no capitals, the rest left out."""
    if name not in LEGACY_ENCODINGS:
        return text
    known = code_page(name).bytes_of
    if name == "tcvn3":
        text = "".join(char if char in known else char.lower() for char in text)
    return "".join(filter(known.__contains__, text))


def encoded(text: str, name: str) -> bytes:
    return code_page(name).encode(text) if name in LEGACY_ENCODINGS else text.encode(name)


def case_bytes(case: dict[str, Any]) -> bytes:
    return bytes.fromhex(case["data"]) if "data" in case else case["source"].encode(case["codec"])


def test_there_are_articles_to_try() -> None:
    assert len(ARTICLES) >= 39
    assert len(SYLLABLES) > 800


@pytest.mark.parametrize("name", [*UNICODE, *LEGACY_ENCODINGS])
@pytest.mark.parametrize("change", ["__str__", "upper", "lower"])
def test_pieces_of_articles_come_back(name: str, change: str) -> None:
    pieces = [text[at : at + 200] for text in ARTICLES for at in range(0, len(text) - 200, 200)]
    pieces = [encodable(getattr(str, change)(piece), name) for piece in pieces]
    wrong = [piece for piece in pieces if (d := decode(encoded(piece, name))).text != piece or d.encoding != name]
    assert len(pieces) > 200
    assert len(wrong) <= 0.005 * len(pieces), wrong


@pytest.mark.parametrize("name", [*UNICODE, *LEGACY_ENCODINGS])
@given(
    others=st.lists(st.text("abcdefghijklmnopqrstuvwxyz0123456789.,-", min_size=1, max_size=9), max_size=100),
    seed=st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_generated_text_comes_back(name: str, others: list[str], seed: random.Random) -> None:
    """Any syllables in any order, among any amount of ASCII."""
    words = seed.sample(SYLLABLES, 50) + others
    seed.shuffle(words)
    text = encodable(" ".join(words), name)
    decoded = decode(encoded(text, name))
    assert decoded.text == text
    assert decoded.encoding == name


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
@settings(deadline=None)
def test_valid_utf8_is_never_taken_for_anything_else(text: str) -> None:
    assume(not text.startswith("\ufeff"))
    assert (decode(text.encode(), mend=False).text, decode(text.encode(), mend=False).encoding) == (text, "utf-8")


@given(st.sampled_from(ARTICLES), st.sampled_from(LEGACY_ENCODINGS))
@settings(deadline=None)
def test_what_legacy_bytes_happen_to_be_valid_utf8_stays_utf8(text: str, name: str) -> None:
    data = code_page(name).encode(encodable(text, name))
    assert decode(data).encoding == name  # never "utf-8, damaged"
    assert decode(data, mend=False) == decode(data)


@pytest.mark.parametrize("case", CASES["text"], ids=lambda case: case["why"])
def test_cases(case: dict[str, Any]) -> None:
    decoded = decode(case_bytes(case))
    assert decoded.text == case.get("text", case.get("source"))
    assert decoded.encoding == case["encoding"]


def test_vietnamese_far_into_a_text_is_found() -> None:
    text = "Plain ASCII comes first, for a long while. " * 5000 + "“Quoted” – first. " + ARTICLES[0]
    decoded = decode(code_page("vni").encode(text))
    assert (decoded.text, decoded.encoding) == (text, "vni")


def test_a_typographic_start_does_not_decide() -> None:
    text = "He said “well” – then came the rest. " * 60 + ARTICLES[1]
    decoded = decode(code_page("tcvn3").encode(encodable(text, "tcvn3")))
    assert decoded.encoding == "tcvn3"


def test_newlines_stay_as_they_are() -> None:
    for name in (*UNICODE, *LEGACY_ENCODINGS):
        text = "Tin vắn trong ngày\r\nđược đọc lại\rlần nữa\n"
        assert decode(encoded(text, name)).text == text


@pytest.mark.parametrize("name", ENCODINGS)
def test_any_encoding_can_be_forced(name: str) -> None:
    text = "được"
    if name == "windows-1252":
        text = "déjà vu"
    data = code_page(name).encode(text) if name in (*LEGACY_ENCODINGS, "windows-1252") else text.encode(name)
    decoded = decode(data, encoding=name.upper().replace("-", "_"))
    assert (decoded.text, decoded.encoding) == (text, name)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("UTF8", "utf-8"),
        ("cp1258", "windows-1258"),
        ("Windows 1258", "windows-1258"),
        ("abc", "tcvn3"),
        ("TCVN", "tcvn3"),
        ("vni-windows", "vni"),
        ("x-viet-vps", "vps"),
        ("latin-1", "windows-1252"),
        ("UTF-16", "utf-16-le"),
    ],
)
def test_aliases(alias: str, name: str) -> None:
    assert canonical_name(alias) == name


def test_a_byte_order_mark_knows_better_than_a_forced_byte_order() -> None:
    assert decode("\ufeffHà".encode("utf-16-be"), encoding="utf-16").text == "Hà"
    assert decode("\ufeffHà".encode(), encoding="utf-8").encoding == "utf-8-sig"


def test_an_unknown_name_is_refused_with_the_names_that_are_known() -> None:
    with pytest.raises(InputError, match=r"unknown encoding 'klingon'.*utf-8.*windows-1258.*vps"):
        decode(b"x", encoding="klingon")


def test_a_forced_encoding_reports_what_it_cannot_read() -> None:
    decoded = decode("Hà Nội đẹp".encode(), encoding="tcvn3")
    assert decoded.encoding == "tcvn3, damaged"
    assert decode(b"H\xe0 N\xf4i", encoding="utf-8").encoding == "utf-8, damaged"
    with pytest.raises(DecodingError, match="NUL bytes"):
        decode("Hà Nội".encode("utf-16-le"), encoding="vni")
