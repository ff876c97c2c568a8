"""VIQR is read, and nothing else is taken for it."""

import unicodedata
from pathlib import Path

import pytest

from chude.decoding import decode
from chude.decoding.syllables import is_syllable
from chude.decoding.viqr import from_viqr, looks_like_viqr

FILES = Path(__file__).with_name("files")
SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ARTICLES = [
    unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    for path in sorted(SAMPLES.glob("*/*.txt"))
    if path.parent.name != "difficult"
]
SIGNS = dict(zip("\u0302\u0306\u031b\u0301\u0300\u0309\u0303\u0323", "^(+'`?~.", strict=True))
TONES = "'`?~."


def typed(text: str, *, tone_first: bool = False, horn: str = "+") -> str:
    """Type a text as VIQR: each letter, then its signs."""
    letters: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if char in "đĐ":
            letters.append("dd" if char == "đ" else "DD")
            continue
        base, *marks = unicodedata.normalize("NFD", char)
        signs = [SIGNS.get(mark, mark) for mark in marks]
        signs.sort(key=lambda sign: (sign in TONES) != tone_first)
        letters.append(base + "".join(signs).replace("+", horn))
    return "".join(letters)


@pytest.mark.parametrize("path", sorted(FILES.glob("viqr_*.txt")), ids=lambda path: path.stem)
def test_texts_typed_by_hand(path: Path) -> None:
    decoded = decode(path.read_bytes())
    assert decoded.encoding == "utf-8, mended"
    assert not any(f"{vowel}{sign}" in decoded.text for vowel in "aeou" for sign in "^(+`~")
    assert sum(map(is_syllable, decoded.text.replace(",", "").replace(".", "").split())) > 50


@pytest.mark.parametrize("tone_first", [False, True])
@pytest.mark.parametrize("horn", ["+", "*"])
@pytest.mark.parametrize("text", ARTICLES)
def test_articles_come_back(text: str, tone_first: bool, horn: str) -> None:
    """All but a sign at the end of a syllable, which may be punctuation, and names that are no syllables."""
    written = typed(text, tone_first=tone_first, horn=horn)
    if not written.isascii():
        written = written.encode("ascii", "ignore").decode()
    found = decode(written.encode()).text.split()
    expected = unicodedata.normalize("NFC", text).encode("utf-8").decode().split()
    expected = ["".join(char for char in word if typed(char).isascii()) for word in expected]
    expected = [word for word in expected if word]
    assert len(found) == len(expected)
    wrong = [(a, b) for a, b in zip(found, expected, strict=True) if a != b]
    assert len(wrong) <= 0.03 * len(found), wrong


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Tie^'ng Vie^.t cu?a chu'ng ta.", "Tiếng Việt của chúng ta."),
        ("VIE^.T NAM DDA^'T NU+O+'C TO^I", "VIỆT NAM ĐẤT NƯỚC TÔI"),
        ("Ho.c sinh nghi? he`. Ngu+o+`i ta no'i\\. Ddi dda^u\\?", "Học sinh nghỉ hè. Người ta nói. Đi đâu?"),
        ("So+? Y te^' noi o+? nha` ga. Gia' ca` phe^. Gia'o vie^n", "Sở Y tế noi ở nhà ga. Giá cà phê. Giáo viên"),
        ("Nga`y mu+a. Tro+`i to^'i. Nu+o+'c lu~ ve^`.", "Ngày mưa. Trời tối. Nước lũ về."),
    ],
)
def test_punctuation_and_capitals(text: str, read: str) -> None:
    assert from_viqr(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "The function f(a) = a^2 + e^x is continuous; see (e.g.) chapter 3.",
        "a+b=c, o+p=q; u*v; a*(b+c); e^(i*pi) = -1",
        "C++ and A+ grades, o'clock, café~bar, `code` and ``quotes''",
        "Hoi nghi ban ve gia lua. Nong dan duoc loi gi? Chua ai tra loi.",
        "ls -la ~/data; echo `date`; cp a* b* /tmp; grep -e '^a(b' file",
        "def area(a, b):\n    return a*b + o**2  # e^x\n",
        "username+tag@example.com, foo+bar@example.org; o+x, x+o",
    ],
)
def test_what_is_no_viqr(text: str) -> None:
    assert from_viqr(text) is None
    assert decode(text.encode()).text == text


def test_plain_words_are_not_even_looked_at() -> None:
    assert not looks_like_viqr("Hoi nghi ban ve gia lua. Nong dan duoc loi gi? Chua ai tra loi, ke ca 'ho'.")
