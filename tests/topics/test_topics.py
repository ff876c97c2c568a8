"""The taxonomy is complete, agrees with itself, and costs nothing until it is asked for."""

import dataclasses
import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chude import topics
from chude.topics import TOPICS, Topic, topic, vntc_sections

SLUGS = [t.slug for t in TOPICS]
FIELDS = [field.name for field in dataclasses.fields(Topic)]


def test_the_thirteen_topics_stand_in_their_order() -> None:
    expected = "thoi-su the-gioi kinh-doanh khoa-hoc cong-nghe suc-khoe the-thao giai-tri phap-luat giao-duc doi-song"
    assert [*expected.split(), "xe", "du-lich"] == SLUGS


@pytest.mark.parametrize("entry", TOPICS, ids=SLUGS)
def test_a_topic_says_everything(entry: Topic) -> None:
    for name in FIELDS:
        value = getattr(entry, name)
        assert value.strip() == value != "", name
        assert unicodedata.is_normalized("NFC", value), name
    for name in ("includes", "excludes", "includes_vi", "excludes_vi"):
        assert getattr(entry, name).endswith("."), name


@pytest.mark.parametrize("entry", TOPICS, ids=SLUGS)
def test_a_slug_is_its_name_without_diacritics(entry: Topic) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFD", entry.vi.lower().replace("đ", "d")) if c.isascii())
    assert bare.replace(" ", "-") == entry.slug


@pytest.mark.parametrize("entry", TOPICS, ids=SLUGS)
def test_what_is_excluded_goes_to_other_topics_and_to_the_same_in_both_languages(entry: Topic) -> None:
    english, vietnamese = _slugs_after(r"\bto", entry.excludes), _slugs_after("thuộc", entry.excludes_vi)
    assert english == vietnamese != set()
    assert entry.slug not in english


def test_names_are_told_apart() -> None:
    for name in FIELDS:
        assert len({getattr(t, name) for t in TOPICS}) == len(TOPICS), name
    assert topics.UNKNOWN not in SLUGS


def test_a_slug_finds_its_topic() -> None:
    assert [topic(slug) for slug in SLUGS] == list(TOPICS)


@given(st.text().filter(lambda label: label not in SLUGS))
def test_a_label_of_ones_own_is_its_own_name(label: str) -> None:
    assert topic(label) == Topic(slug=label, vi=label, en=label)


def test_a_topic_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TOPICS[0].vi = "Khác"  # type: ignore[misc]


def test_a_name_the_module_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="TOPIKS"):
        _ = topics.TOPIKS


def test_vntc_has_ten_sections_with_slugs_of_the_taxonomy() -> None:
    sections = vntc_sections()
    slugs = [entry.slug for entry in sections.values()]
    assert len(sections) == len(set(slugs)) == 10
    assert set(SLUGS) - set(slugs) == {"giao-duc", "xe", "du-lich"}
    for section, entry in sections.items():
        bare = "".join(c for c in unicodedata.normalize("NFD", entry.vi.replace("Đ", "D")) if c.isascii())
        assert bare.replace("- ", "") == section


def test_the_taxonomy_is_read_on_first_use_only() -> None:
    code = (
        "import sys, chude.topics; print('tomllib' in sys.modules);chude.topics.TOPICS; print('tomllib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def _slugs_after(word: str, text: str) -> set[str]:
    return {slug for slug in SLUGS if re.search(rf"{word} {slug}(?![\w-])", text)}


def test_media_topics_of_the_iptc() -> None:
    matches = {"exactMatch", "closeMatch", "broadMatch"}
    found = {t.slug: (t.iptc, t.iptc_match) for t in TOPICS if t.iptc is not None}
    assert all(re.fullmatch(r"medtop:\d{8}", code) and match in matches for code, match in found.values())
    assert found["the-thao"] == ("medtop:15000000", "exactMatch")
    assert set(SLUGS) - set(found) == {"thoi-su", "the-gioi", "xe"}
    exact = [code for code, match in found.values() if match == "exactMatch"]
    assert len(set(exact)) == len(exact)
    assert (topic("Góc nhìn").iptc, topic("Góc nhìn").iptc_match) == (None, None)
