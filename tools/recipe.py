"""Recipes: how a bundled model is made, from corpora to file.

``python -m tools.recipe models/news.toml models/news.safetensors`` rebuilds a model, byte for byte on one
machine. A recipe is TOML: ``name``; ``topics`` (``taxonomy``, ``vntc`` or ``kinds``); ``groups`` (``publisher``, or
missing); ``keep_repeats`` (true where near-duplicates with the same topic stay); ``balance`` (the power of a corpus
and topic's number of texts that its weight is divided by); ``most_texts`` (of each corpus and topic; all where
missing); ``[classifier]`` (parameters of `chude.TopicClassifier`); one ``[[corpus]]`` for each file: ``file``,
``weight``, ``most_texts`` (in place of the recipe's), ``where`` (a table of column and value), and, for ``make
evaluate``, ``scored`` (false where its texts are learned from and never scored when publishers are left out) and
``since`` (the year its texts begin with, where years are left out); one ``[[test]]`` for each set of texts it is
scored on: ``name``, ``file``, ``where``; and words for the card, ``purpose`` and ``weaknesses``.

A recipe of ``kinds`` has no ``[classifier]`` and no ``[[test]]``. It has ``most_texts`` (of each source that is not
news), ``most_news`` (of each corpus, publisher, topic and form), ``most_of_form`` (of each publisher and form),
``publishers`` (those that are sources of their own), ``measured_only`` (sources that are not fitted), ``min_sources``
(that a term needs), ``small_letters`` (share of the texts that are fitted once more in small letters), ``news_share``
(of the weight), ``C``, ``[settings]`` (as of the classifier), and ``[kinds]``: for each slug of ``data/kinds.toml`` the
kinds of the corpus that it holds.
"""

import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chude.classifier import TopicClassifier
from chude.errors import ChudeError
from chude.model import TopicModel
from chude.topics import vntc_sections
from tools.card import score, write_card
from tools.corpora import CORPORA, balanced, read_corpora, read_recipe, sampled, without_repeats


def learn(recipe: dict[str, Any], folder: Path = CORPORA) -> TopicModel:
    """Learn the model of a recipe."""
    if recipe["topics"] == "kinds":
        from tools.kind_model import learn_kinds

        return learn_kinds(recipe, folder)
    frame = read_corpora(recipe, folder)
    if not recipe.get("keep_repeats"):
        frame = without_repeats(frame)
    frame = sampled(frame)
    print(f"{len(frame)} texts of {frame['corpus'].nunique()} corpora", file=sys.stderr)
    classifier = TopicClassifier(name=recipe["name"], **recipe["classifier"])
    groups = frame["publisher"].tolist() if recipe.get("groups") == "publisher" else None
    weights = balanced(frame, recipe["balance"])
    classifier.fit(
        frame["text"], frame["topic"], weights, groups, progress=lambda step: print(f"  {step}", file=sys.stderr)
    )
    model = classifier.model_
    if recipe["topics"] == "vntc":
        names = {section.slug: section for section in vntc_sections().values()}
        model = replace(model, topics=tuple(names[topic.slug] for topic in model.topics))
    corpora = frame.groupby("corpus", sort=True).size()
    sizes = {str(name): int(size) for name, size in corpora.items()}
    return replace(model, about=MappingProxyType(dict(model.about) | {"corpora": sizes}))


def finish(model: TopicModel, recipe: dict[str, Any], path: Path, folder: Path = CORPORA) -> None:
    """Write a model with its scores, its card beside it, and the pictures of the card."""
    if recipe["topics"] == "kinds":  # its scores are of fits without a source, which `benchmarks.kinds` makes
        replace(model, about=MappingProxyType(dict(model.about) | {"recipe": recipe})).save(path)
        return
    tests = score(model, recipe, folder)
    scores = {name: {"accuracy": each.accuracy, "macro_f1": each.macro_f1} for name, each in tests.items()}
    model = replace(model, about=MappingProxyType(dict(model.about) | {"recipe": recipe, "scores": scores}))
    model.save(path)
    write_card(model, path, tests)


def main(arguments: list[str]) -> int:
    """Rebuild a model: recipe, file."""
    if len(arguments) != 2:
        print("usage: python -m tools.recipe RECIPE.toml MODEL.safetensors", file=sys.stderr)
        return 2
    try:
        recipe = read_recipe(Path(arguments[0]))
        finish(learn(recipe), recipe, Path(arguments[1]))
    except (ChudeError, OSError) as error:
        print(f"chude: error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
