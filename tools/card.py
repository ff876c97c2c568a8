"""Model cards: what a recipe says and what scores measured, in Markdown beside the model file.

``python -m tools.card models/news.safetensors models/vntc.safetensors`` writes the cards of bundled models
anew: it scores them on the tests of their recipes, and takes the rest from ``accuracy.json`` beside them, which
``make evaluate`` writes. Figures there that were measured on another file of the model are left out, and that is said.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chude.errors import ChudeError, InputError
from chude.model import TopicModel
from tools import blocks
from tools.corpora import CORPORA, read_corpora, read_recipe

if TYPE_CHECKING:
    from chude.evaluation import Evaluation

_TEMPLATES = Path(__file__).parent
_MEASURED = "accuracy.json"
_OURS = "chude"


def card(
    model: TopicModel,
    file: bytes,
    tests: Mapping[str, "Evaluation"],
    measured: Mapping[str, Any],
    words: Mapping[str, Any] | None = None,
) -> str:
    """Write the card of a bundled model.

    Parameters
    ----------
    model : TopicModel
        Made by a recipe, which its `about` holds.
    file : bytes
        Its file.
    tests : mapping of str to Evaluation
        Scores on texts never seen in training.
    measured : mapping
        What ``make evaluate`` measured; empty where it did not run.
    words : mapping, optional
        A recipe whose `purpose` and `weaknesses` are printed in place of those that the model holds: words about a
        model may be corrected without learning it anew.

    Returns
    -------
    str
        Markdown.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    recipe = model.about["recipe"]
    # Markdown, from figures and our own words: nothing in it is to be escaped.
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=False)  # noqa: S701
    text = environment.get_template("card.md.j2").render(
        name=model.name,
        purpose=(words or recipe)["purpose"].strip(),
        weaknesses=(words or recipe)["weaknesses"].strip(),
        groups=recipe.get("groups"),
        most_texts=recipe.get("most_texts"),
        keep_repeats=recipe.get("keep_repeats", False),
        reads=f"{model.accented.tokenizer.kind}s, n-grams of {' to '.join(map(str, model.accented.ngram_range))}",
        size=len(file),
        terms=len(model.accented.idf),
        unaccented_terms=len(model.unaccented.idf) if model.unaccented else 0,
        min_coverage=model.min_coverage,
        min_probability=model.min_probability,
        held_out=model.about.get("held_out"),
        n_texts=model.about["n_texts"],
        names={topic.slug: topic.vi for topic in model.topics},
        corpora=[_corpus(entry, model.about["corpora"]) for entry in recipe["corpus"]],
        tests=list(tests.items()),
        measured=_of_model(model, file, measured),
        percent=lambda share: "–" if share is None else f"{100 * share:.1f} %",
        number=lambda value: "–" if value is None else f"{value:.3f}",
    )
    return text.rstrip() + "\n"


def _corpus(entry: Mapping[str, Any], texts: Mapping[str, int]) -> dict[str, Any]:
    conditions = [f"{column} = {value}" for column, value in entry.get("where", {}).items()]
    if "most_texts" in entry:
        conditions.append(f"at most {entry['most_texts']:,} of each topic")
    where = ", ".join(conditions)
    return {"file": entry["file"], "where": where, "texts": texts.get(entry["file"], 0), "weight": entry["weight"]}


def _of_model(model: TopicModel, file: bytes, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the measurements is about this file of the model, and this recipe of it."""
    same_file = measured.get("models", {}).get(model.name) == sha256(file).hexdigest()
    rows = [row for row in measured.get("scores", []) if row["contestant"] == _OURS]
    same_recipe = model.name == measured.get("recipe", {}).get("name") and _learns_alike(model, measured["recipe"])
    newspapers = [row for row in rows if row["group"] == "publishers"] if same_recipe else []
    return {
        "stale": bool(rows) and not same_file,
        "bundled": [row for row in rows if row["model"] == model.name] if same_file else [],
        "newspapers": [row for row in newspapers if row["variant"] == "whole" and row["part"] != "scraps"],
        "varied": [row for row in newspapers if row["task"] == "mean" and row["part"] == "articles"],
        "thresholds": measured["thresholds"] if newspapers else [],
        "pooled_calibration_error": measured["pooled_calibration_error"] if newspapers else None,
        "reliability": measured.get("reliability", []) if newspapers else [],
        "most_texts": measured.get("most_texts"),
        "most_scored": measured.get("most_scored"),
    }


def _learns_alike(model: TopicModel, recipe: Mapping[str, Any]) -> bool:
    """Say whether a recipe is the model's in all that decides what is learned from a given sample of texts."""
    return all(model.about["recipe"].get(name) == recipe.get(name) for name in ("classifier", "balance", "corpus"))


def pictures(model: TopicModel, found: "Evaluation") -> dict[str, bytes]:
    """Draw the confusion matrix and the reliability diagram of one of the tests; return PNG files by name."""
    from chude.evaluation.figures import confusion_matrix, reliability_diagram

    names = {topic.slug: topic.vi for topic in model.topics}
    return {
        "confusion.png": confusion_matrix(found, [names.get(label, label) for label in found.confusion_labels])["png"],
        "reliability.png": reliability_diagram(found)["png"],
    }


def write_card(model: TopicModel, path: Path, tests: Mapping[str, "Evaluation"]) -> None:
    """Write the card of the model in a file, beside it, and the pictures of the card.

    Parameters
    ----------
    model : TopicModel
    path : Path
        Its file.
    tests : mapping of str to Evaluation
    """
    there = path.with_name(_MEASURED)
    measured = json.loads(there.read_text(encoding="utf-8")) if there.is_file() else {}
    words = path.with_suffix(".toml")
    text = card(model, path.read_bytes(), tests, measured, read_recipe(words) if words.is_file() else None)
    if path.parent.resolve() == blocks.ROOT / "models" and (made := blocks.read_blocks().get(f"card-{model.name}")):
        text = f"{blocks.marker(made)}\n\n{text}"
    path.with_suffix(".md").write_text(text, encoding="utf-8")
    for number, found in enumerate(tests.values(), 1):
        for name, data in pictures(model, found).items():
            path.with_name(f"{path.stem}-{number}-{name}").write_bytes(data)


def score(model: TopicModel, recipe: dict[str, Any], folder: Path = CORPORA) -> dict[str, "Evaluation"]:
    """Score a model on the ``[[test]]`` texts of its recipe; they are reported, and choose nothing."""
    from chude.evaluation import evaluate

    found = {}
    for test in recipe.get("test", []):
        frame = read_corpora({"corpus": [test | {"weight": 1.0}]}, folder)
        found[test["name"]] = evaluate(model, frame["text"].tolist(), frame["topic"].tolist())
    return found


def main(arguments: Sequence[str]) -> int:
    """Write the cards of model files anew."""
    if not arguments:
        print("usage: python -m tools.card MODEL.safetensors...", file=sys.stderr)
        return 2
    try:
        for path in map(Path, arguments):
            model = TopicModel.load(path)
            if "recipe" not in model.about:
                raise InputError(f"{os.fspath(path)} was not made by a recipe; only the bundled models have cards")
            write_card(model, path, score(model, model.about["recipe"]))
    except (ChudeError, OSError) as error:
        print(f"chude: error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
