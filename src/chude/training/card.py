"""Model cards: what a recipe says and what scores measured, in Markdown beside the model file."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chude.model import TopicModel

if TYPE_CHECKING:
    from chude.evaluation import Evaluation

_TEMPLATES = Path(__file__).parent.parent / "pages"


def card(model: TopicModel, size: int, tests: Mapping[str, "Evaluation"]) -> str:
    """Write the card of a bundled model.

    Parameters
    ----------
    model : TopicModel
        Made by a recipe, which its `about` holds.
    size : int
        Of its file, in bytes.
    tests : mapping of str to Evaluation
        Scores on texts never seen in training.

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
        purpose=recipe["purpose"].strip(),
        weaknesses=recipe["weaknesses"].strip(),
        groups=recipe.get("groups"),
        most_texts=recipe.get("most_texts"),
        keep_repeats=recipe.get("keep_repeats", False),
        reads=f"{model.reading.tokenizer.kind}s, n-grams of {' to '.join(map(str, model.reading.ngram_range))}",
        size=size,
        terms=len(model.reading.idf),
        bare_terms=len(model.bare_reading.idf) if model.bare_reading else 0,
        min_coverage=model.min_coverage,
        held_out=model.about.get("held_out"),
        n_texts=model.about["n_texts"],
        names={topic.slug: topic.vi for topic in model.topics},
        corpora=[_corpus(entry, model.about["corpora"]) for entry in recipe["corpus"]],
        tests=list(tests.items()),
        percent=lambda share: f"{100 * share:.1f} %",
    )
    return text.rstrip() + "\n"


def _corpus(entry: Mapping[str, Any], texts: Mapping[str, int]) -> dict[str, Any]:
    where = ", ".join(f"{column} = {value}" for column, value in entry.get("where", {}).items())
    return {"file": entry["file"], "where": where, "texts": texts.get(entry["file"], 0), "weight": entry["weight"]}


def pictures(model: TopicModel, found: "Evaluation") -> dict[str, bytes]:
    """Draw the confusion matrix and the reliability diagram of one of the tests; return PNG files by name."""
    from chude.evaluation.figures import confusion_matrix, reliability_diagram

    names = {topic.slug: topic.vi for topic in model.topics}
    return {
        "confusion.png": confusion_matrix(found, [names.get(label, label) for label in found.confusion_labels])["png"],
        "reliability.png": reliability_diagram(found)["png"],
    }
