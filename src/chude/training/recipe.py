"""Recipes: how a bundled model is made, from corpora to file.

``python -m chude.training.recipe models/news.toml models/news.safetensors`` rebuilds a model, byte for byte on one
machine. A recipe is TOML: ``name``; ``topics`` (``taxonomy`` or ``vntc``); ``groups`` (``publisher``, or missing);
``keep_repeats`` (true where near-duplicates with the same topic stay); ``balance`` (the power of a corpus and topic's
number of texts that its weight is divided by); ``most_texts`` (of each corpus and topic; all where missing);
``[classifier]`` (parameters of `chude.TopicClassifier`); one ``[[corpus]]`` for each file: ``file``, ``weight``, and
``where`` (a table of column and value); one ``[[test]]`` for each set of texts it is scored on: ``name``, ``file``,
``where``; and words for the card, ``purpose`` and ``weaknesses``.
"""

import os
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from chude.errors import ChudeError, InputError
from chude.model import TopicModel
from chude.topics import vntc_sections

if TYPE_CHECKING:
    from chude.evaluation import Evaluation

CORPORA = Path(os.environ.get("CHUDE_CORPORA", "../shared/corpora"))
_COLUMNS = ["text", "title", "topic", "publisher", "kind", "split"]


def read_recipe(path: Path) -> dict[str, Any]:
    """Read a recipe."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_corpora(recipe: dict[str, Any], folder: Path = CORPORA) -> pd.DataFrame:
    """Read the texts a recipe names.

    Returns
    -------
    DataFrame
        Columns ``text`` (the title in front), ``topic``, ``publisher``, ``kind``, ``corpus`` and ``corpus_weight``;
        rows without a topic are left out.

    Raises
    ------
    InputError
        If the corpora are not there.
    """
    parts = []
    for entry in recipe["corpus"]:
        path = folder / f"{entry['file']}.parquet"
        if not path.is_file():
            raise InputError(
                f"the corpus {path} is not there; set CHUDE_CORPORA to the folder of the corpora (data/README.md says "
                "what they are)"
            )
        frame = pd.read_parquet(path, columns=_COLUMNS)
        for column, value in entry.get("where", {}).items():
            frame = frame[frame[column] == value]
        frame = frame[frame["topic"].notna()].assign(corpus=entry["file"], corpus_weight=float(entry["weight"]))
        title = frame["title"].fillna("")
        frame["text"] = (title + "\n").where(title != "", "") + frame["text"].fillna("")
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)[["text", "topic", "publisher", "kind", "corpus", "corpus_weight"]]


def balanced(frame: pd.DataFrame, power: float) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Return the weight of each text: its corpus's, shared among the corpus's texts of the topic."""
    size = frame.groupby(["corpus", "topic"])["text"].transform("size").to_numpy(dtype=np.float64)
    shared = size**-power
    weights: np.ndarray[Any, np.dtype[np.float64]] = shared / shared.mean() * frame["corpus_weight"].to_numpy()
    return weights


def without_repeats(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep one text of each group of near-duplicates that carry the same topic."""
    from chude.tokenizer import Tokenizer
    from chude.training.duplicates import near_duplicates

    batch = Tokenizer().batch(frame["text"].tolist())
    repeated = pd.DataFrame({"group": near_duplicates(batch), "topic": frame["topic"].to_numpy()}).duplicated()
    return frame[~repeated.to_numpy()].reset_index(drop=True)


def sampled(frame: pd.DataFrame, most: int | None) -> pd.DataFrame:
    """Keep at most so many texts of each corpus and topic, drawn by chance but always the same."""
    if most is None:
        return frame
    shuffled = frame.sample(frac=1, random_state=0)
    return shuffled[shuffled.groupby(["corpus", "topic"]).cumcount() < most].sort_index().reset_index(drop=True)


def learn(recipe: dict[str, Any], folder: Path = CORPORA) -> TopicModel:
    """Learn the model of a recipe."""
    from chude.classifier import TopicClassifier

    frame = read_corpora(recipe, folder)
    if not recipe.get("keep_repeats"):
        frame = without_repeats(frame)
    frame = sampled(frame, recipe.get("most_texts"))
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


def score(model: TopicModel, recipe: dict[str, Any], folder: Path = CORPORA) -> dict[str, "Evaluation"]:
    """Score a model on the ``[[test]]`` texts of its recipe; they are reported, and choose nothing."""
    from chude.evaluation import evaluate

    found = {}
    for test in recipe.get("test", []):
        frame = read_corpora({"corpus": [test | {"weight": 1.0}]}, folder)
        found[test["name"]] = evaluate(model, frame["text"].tolist(), frame["topic"].tolist())
    return found


def finish(model: TopicModel, recipe: dict[str, Any], path: Path, folder: Path = CORPORA) -> None:
    """Write a model with its scores, its card beside it, and the pictures of the card."""
    from chude.training.card import write_card

    tests = score(model, recipe, folder)
    scores = {name: {"accuracy": each.accuracy, "macro_f1": each.macro_f1} for name, each in tests.items()}
    model = replace(model, about=MappingProxyType(dict(model.about) | {"recipe": recipe, "scores": scores}))
    model.save(path)
    write_card(model, path, tests)


def main(arguments: list[str]) -> int:
    """Rebuild a model: recipe, file."""
    if len(arguments) != 2:
        print("usage: python -m chude.training.recipe RECIPE.toml MODEL.safetensors", file=sys.stderr)
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
