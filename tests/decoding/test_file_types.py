"""What is no prose is told by what is in it, whatever its name; prose that looks like it is not."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.decoding import beginning_file_type, file_text, may_be_no_prose, text_file_type
from chude.decoding.file_types import MAIL, PAGE
from chude.decoding.prose import HEAD
from chude.errors import DecodingError

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "file_types.toml").read_text(encoding="utf-8"))
SAMPLES = HERE.parents[1] / "data" / "samples"
ARTICLES = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*-*/*.txt"))]
PAGES = [
    "<!DOCTYPE html><html><body><p>Giá vàng</p></body></html>",
    "  \n<!-- lưu từ https://vi.example -->\n<HTML><BODY>Giá vàng</BODY></HTML>",
    '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html><body>Giá vàng</body></html>',
    "<div class=tin><p>Giá vàng</p></div>",
    "<p>Giá vàng tăng</p><p>Giá gạo giảm</p>",
    "<b>Giá vàng</b> tăng",
    "Trang chủ</a></li><li><a href=/tin>Tin</a></li></ul><h1>Giá vàng</h1><p>Giá vàng tăng</p><p>Hết</p></div></div>",
]


@pytest.mark.parametrize("case", CASES["type"], ids=lambda case: case["why"])
@pytest.mark.parametrize("start", ["", "\n\n", "\ufeff"], ids=["", "lines", "mark"])
def test_what_is_no_prose(case: dict[str, Any], start: str) -> None:
    for name in ("", "a.txt", "a.chn", "-"):
        with pytest.raises(DecodingError) as raised:
            file_text((start + case["text"]).encode(), name)
        assert case["says"] in str(raised.value)
        assert ", not a text: " in str(raised.value)
    assert may_be_no_prose(case["text"].encode())


@pytest.mark.parametrize("case", CASES["type"], ids=lambda case: case["why"])
@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
def test_what_is_no_prose_in_other_encodings(case: dict[str, Any], codec: str) -> None:
    with pytest.raises(DecodingError, match=", not a text: "):
        file_text(case["text"].encode(codec))


@pytest.mark.parametrize("case", CASES["prose"], ids=lambda case: case["why"])
def test_prose_that_looks_like_it(case: dict[str, Any]) -> None:
    assert text_file_type(case["text"]) is None
    assert file_text(case["text"].encode()).text == case["text"]


@pytest.mark.parametrize("text", ARTICLES)
def test_articles_are_prose_in_any_company(text: str) -> None:
    for case in CASES["type"]:
        if len(case["text"]) < 100:
            assert text_file_type(f"{text}\n{case['text']}") is None, case["why"]
    assert text_file_type(text) is None
    assert not may_be_no_prose(text.encode()) or text.lstrip()[0] in '"[-#' or ":" in text.splitlines()[0]


@pytest.mark.parametrize("page", PAGES)
def test_pages(page: str) -> None:
    found = text_file_type(page)
    assert found is not None
    assert found.name == PAGE
    assert may_be_no_prose(page.encode())


def test_mail_needs_three_headers_and_a_blank_line() -> None:
    headers = ["From: a@example.com", "Subject: Giá vàng", "Date: Mon, 1 Jan 2024 08:00:00 +0700"]
    mail = "\n".join([*headers, "X-Other: 1", "", "Giá vàng tăng."])
    assert text_file_type(mail) is not None
    assert text_file_type(mail).name == MAIL  # type: ignore[union-attr]
    assert text_file_type("From ann Mon Jan  1 08:00:00 2024\n" + mail).name == MAIL  # type: ignore[union-attr]
    assert text_file_type("\n".join([*headers[:2], "", "Giá vàng tăng."])) is None
    assert text_file_type("\n".join([*headers, "Giá vàng tăng."])) is None


@given(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(["<", ">", "</p>", "{", '"a":', "=", "\t", ",", ";\n", "x", " ", "\n", "1", "ế", "From: "])
    ),
)
@settings(deadline=None, max_examples=500)
def test_the_cheap_look_overlooks_nothing(start: str, pieces: list[str]) -> None:
    text = start + "".join(pieces)
    data = text.encode("utf-8", "replace")
    if text_file_type(data.decode()) is not None:
        assert may_be_no_prose(data)


@given(
    st.lists(st.sampled_from([case["text"] for case in CASES["type"]] + PAGES), min_size=1, max_size=3), st.integers(0)
)
@settings(deadline=None)
def test_the_cheap_look_overlooks_no_piece_of_a_file_type(texts: list[str], at: int) -> None:
    text = "".join(texts)[at % 200 :]
    if text_file_type(text) is not None:
        assert may_be_no_prose(text.encode())


def test_tables_and_lists_may_hold_json_and_code() -> None:
    for case in CASES["type"]:
        is_refused = beginning_file_type(case["text"]) is not None
        assert is_refused or case["says"].startswith(("its fields", "JSON", "damaged", "XML", "source", "table"))
    assert beginning_file_type(PAGES[0]) is not None
    assert beginning_file_type("id,text\n1,một\n") is None


@pytest.mark.parametrize(
    "piece",
    [
        "<!-- -->",
        "/**/",
        "--\n",
        "<",
        "{",
        "[",
        '{"a":',
        "a=",
        "a,",
        "X-A: b\n",
        "(",
        "a.b[",
        "</p>",
        "\t",
        "begin;",
        " ",
    ],
)
def test_hostile_starts_take_time_in_proportion(piece: str) -> None:
    start = time.perf_counter()
    for text in (piece * HEAD, piece * 500_000):
        text_file_type(text)
        may_be_no_prose(text.encode())
        beginning_file_type(text)
    assert time.perf_counter() - start < 10
