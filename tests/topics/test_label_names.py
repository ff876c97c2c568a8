"""Labels that mean the same are known to."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chude.label_names import named, unified
from chude.topics import TOPICS, Topic, name_key, vntc_sections

NAMES = [(name, topic.slug) for topic in TOPICS for name in (topic.slug, topic.vi, topic.en)]


@given(
    st.sampled_from(NAMES), st.sampled_from([str, str.upper, str.title, str.casefold]), st.sampled_from(["NFC", "NFD"])
)
def test_a_name_in_any_case_and_form_is_its_topic(pair: tuple[str, str], case, form) -> None:
    name, slug = pair
    written = unicodedata.normalize(form, case(name))
    assert name_key(written) == slug
    assert named([written], TOPICS) == [slug]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_spaces_and_typing_without_marks_do_not_matter(topic: Topic) -> None:
    written = [f" {topic.vi} ".replace(" ", "  "), *(topic.slug.title().replace("-", sign) for sign in (" ", "_", "-"))]
    assert {name_key(each) for each in written} == {topic.slug}


@given(st.lists(st.text(max_size=4)))
def test_labels_that_are_the_names_of_nothing_stay(labels: list[str]) -> None:
    strange = [label for label in labels if name_key(label) not in {topic.slug for topic in TOPICS}]
    assert named(strange, TOPICS) == strange
    assert len(set(unified(strange)[0])) == len({name_key(label) for label in strange})


def test_a_model_s_own_names_come_first() -> None:
    sections = list(vntc_sections().values())
    assert named(["Vi tính", "computing", "Công nghệ", "nichts"], sections)[:2] == ["cong-nghe", "cong-nghe"]
    own = [Topic("Thể thao", "Thể thao", "Thể thao"), Topic("nhà đất", "nhà đất", "nhà đất")]
    assert named(["the-thao", "SPORT", "Nhà Đất", "xe"], own) == ["Thể thao", "Thể thao", "nhà đất", "xe"]


def test_a_name_of_two_topics_tells_neither() -> None:
    topics = [Topic("A", "A", "A"), Topic("a", "a", "a")]
    assert named(["a", "A", "á"], topics) == ["a", "A", "á"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Thể thao", "thể thao", "the-thao", "the-thao"], ["the-thao"] * 4),
        (["Thể thao", "Thể  thao", "the thao", "Thể thao"], ["Thể thao"] * 4),
        (["Thể thao", "Thể thao", "sport"], ["Thể thao"] * 3),
        (["Nhà đất", "nhà đất", "nha dat"], ["Nhà đất", "Nhà đất", "nha dat"]),
        (["Thể thao", "Nhà đất"], ["Thể thao", "Nhà đất"]),
    ],
)
def test_spellings_become_the_most_frequent_one(labels: list[str], expected: list[str]) -> None:
    found, several = unified(labels)
    assert found == expected
    changed = {frozenset(each) for each in several}
    assert all(len(each) > 1 for each in changed)
    assert sum(map(Counter.total, several)) == sum(label in set().union(*changed) for label in labels)
