"""Samples are what their README says: enough for each topic, of news length, in the encoding they claim."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from chude.bundled import data_folder
from chude.decoding import decode
from chude.topics import TOPICS, UNKNOWN

SAMPLES = data_folder() / "samples"
DIFFICULT = SAMPLES / "difficult"
SLUGS = {t.slug for t in TOPICS}
ARTICLES = sorted(path for slug in SLUGS for path in (SAMPLES / slug).glob("*.txt"))


def _labels() -> list[tuple[str, str]]:
    with (SAMPLES / "labels.csv").open(encoding="utf-8", newline="") as file:
        return [(row["path"], row["topic"]) for row in csv.DictReader(file)]


def _name(path: Path) -> str:
    return path.relative_to(SAMPLES).as_posix()


def test_labels_cover_every_file_once_and_nothing_else() -> None:
    paths = Counter(path for path, _ in _labels())
    assert paths == Counter(_name(path) for path in SAMPLES.rglob("*.txt"))


def test_labels_are_topics_and_agree_with_names() -> None:
    for path, topic in _labels():
        folder, name = path.split("/")
        assert topic in SLUGS | {UNKNOWN}
        if folder == "difficult":
            assert name.endswith(f"-{topic}.txt")
        else:
            assert folder == topic
            assert name.startswith(f"{topic}-")


def test_every_topic_has_three_articles() -> None:
    counts = Counter(path.parent.name for path in ARTICLES)
    assert {slug for slug in SLUGS if counts[slug] < 3} == set()


@pytest.mark.parametrize("path", ARTICLES, ids=_name)
def test_an_article_is_composed_utf8_of_news_length_with_headline_and_standfirst(path: Path) -> None:
    data = path.read_bytes()
    text = data.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert b"\r" not in data
    assert text.endswith("\n")
    assert 150 <= len(text.split()) <= 400
    headline, standfirst, *body = text.strip().split("\n\n")
    assert len(headline.split()) <= 20
    assert "\n" not in headline
    assert standfirst.endswith((".", "?", ")"))
    assert len(body) >= 3


@pytest.mark.parametrize("path", ARTICLES, ids=_name)
def test_an_article_is_written_in_vietnamese_letters(path: Path) -> None:
    letters = [c for c in path.read_text(encoding="utf-8").lower() if c.isalpha()]
    toned = sum(unicodedata.normalize("NFD", c) != c or c == "đ" for c in letters)
    assert 0.2 < toned / len(letters) < 0.5


def test_no_two_samples_share_a_headline() -> None:
    headlines = [decode(path.read_bytes()).text.split("\n")[0] for path in SAMPLES.rglob("*.txt")]
    assert len(set(headlines)) == len(headlines)


def test_text_without_diacritics_has_none() -> None:
    assert (DIFFICULT / "khong-dau-giao-duc.txt").read_bytes().isascii()


def test_decomposed_text_is_decomposed() -> None:
    text = (DIFFICULT / "nfd-suc-khoe.txt").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFD", text)
    assert not unicodedata.is_normalized("NFC", text)


def test_upper_case_text_is_all_upper_case() -> None:
    assert (DIFFICULT / "chu-hoa-the-thao.txt").read_text(encoding="utf-8").isupper()


def test_old_and_new_tone_places_both_occur() -> None:
    text = (DIFFICULT / "dau-kieu-cu-giai-tri.txt").read_text(encoding="utf-8").lower()
    assert all(syllable in text.replace(",", " ").split() for syllable in ("thuý", "hoà", "hoạ", "hóa"))


def test_a_headline_is_one_line() -> None:
    assert len((DIFFICULT / "chi-tieu-de-kinh-doanh.txt").read_text(encoding="utf-8").splitlines()) == 1


def test_utf16_starts_with_the_little_endian_mark() -> None:
    data = (DIFFICULT / "utf-16-du-lich.txt").read_bytes()
    assert data.startswith(b"\xff\xfe")
    assert data.decode("utf-16").startswith("Mùa sen tàn")


def test_windows_1258_is_what_python_reads_as_such() -> None:
    data = (DIFFICULT / "windows-1258-xe.txt").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    text = data.decode("cp1258")
    assert not unicodedata.is_normalized("NFC", text)
    assert unicodedata.normalize("NFC", text).startswith("Bảo dưỡng xích xe máy")


@pytest.mark.parametrize(
    ("name", "encoding", "start"),
    [
        ("tcvn3-khoa-hoc.txt", "tcvn3", "Vì sao lá sen không bao giờ ướt?"),
        ("windows-1258-xe.txt", "windows-1258", "Bảo dưỡng xích xe máy: năm phút mỗi tuần"),
        ("utf-16-du-lich.txt", "utf-16-le", "Mùa sen tàn, người Hà Nội"),
    ],
)
def test_chude_reads_the_encodings(name: str, encoding: str, start: str) -> None:
    decoded = decode((DIFFICULT / name).read_bytes())
    assert decoded.encoding == encoding
    assert decoded.text.startswith(start)


def test_the_readme_names_every_difficult_file_with_its_topic() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for path, topic in _labels():
        if path.startswith("difficult/"):
            assert f"| `{Path(path).name}` | `{topic}` |" in readme
