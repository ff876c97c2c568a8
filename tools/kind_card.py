"""The card of the model of kinds."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from chude.model import TopicModel
from chude.topics import kinds

_TEMPLATES = Path(__file__).parent


def kind_card(model: TopicModel, file: bytes, measured: Mapping[str, Any]) -> str:
    """Write the card.

    Parameters
    ----------
    model : TopicModel
        Made by a recipe of kinds, which its `about` holds.
    file : bytes
        Its file.
    measured : mapping
        What ``python -m benchmarks.kinds`` measured. Figures of another file of the model are left out.

    Returns
    -------
    str
        Markdown.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    recipe = model.about["recipe"]
    # Markdown, from figures and our own words: nothing in it is to be escaped.
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=False)  # noqa: S701
    text = environment.get_template("kind_card.md.j2").render(
        name=model.name,
        purpose=recipe["purpose"].strip(),
        weaknesses=recipe["weaknesses"].strip(),
        recipe=recipe,
        reads=f"{model.accented.tokenizer.kind}s, n-grams of {' to '.join(map(str, model.accented.ngram_range))}",
        size=len(file),
        terms=len(model.accented.idf),
        unaccented_terms=len(model.unaccented.idf) if model.unaccented else 0,
        n_texts=model.about["n_texts"],
        limit=model.about["min_news_probability"],
        short_below=model.accented.short_below,
        kinds=[kinds()[topic.slug] for topic in model.topics],
        measured=measured if measured.get("model") == sha256(file).hexdigest() else None,
        percent=lambda share: "–" if share is None else f"{100 * share:.1f} %",
    )
    return text.rstrip() + "\n"


def write_kind_card(path: Path, measured: Mapping[str, Any]) -> None:
    """Write the card of the model in a file, beside it."""
    path.with_suffix(".md").write_text(kind_card(TopicModel.load(path), path.read_bytes(), measured), encoding="utf-8")
