"""The kinds of text are described as the topics are, and the recipe of their model uses them all."""

import dataclasses
import re
import unicodedata
from pathlib import Path

import pytest

from chude.topics import NEWS, TOPICS, UNKNOWN, Topic, kinds
from tools.corpora import read_recipe

KINDS = kinds()
RECIPE = read_recipe(Path(__file__).parents[2] / "models" / "kind.toml")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_kind_says_everything(kind: Topic) -> None:
    for field in dataclasses.fields(Topic):
        value = getattr(kind, field.name)
        assert value.strip() == value != "", field.name
        assert unicodedata.is_normalized("NFC", value), field.name


def test_slugs_are_no_topics() -> None:
    assert NEWS in KINDS
    assert not set(KINDS) & {UNKNOWN, *(topic.slug for topic in TOPICS)}


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.slug != "khac"], ids=lambda kind: kind.slug)
def test_what_is_excluded_goes_to_the_same_kinds_in_both_languages(kind: Topic) -> None:
    def named(text: str) -> set[str]:
        return set(re.findall(r"[a-z]+(?:-[a-z]+)?", text)) & set(KINDS)

    assert named(kind.excludes) == named(kind.excludes_vi) != set()
    assert kind.slug not in named(kind.excludes)


def test_the_recipe_says_what_each_kind_holds() -> None:
    assert set(RECIPE["kinds"]) | {NEWS} == set(KINDS)
    held = [kind for kinds_of in RECIPE["kinds"].values() for kind in kinds_of]
    assert len(held) == len(set(held))
