"""``chude models``: the models that come with chude."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chude import bundled
from chude.locale import N_, _, ngettext, sentence
from chude.pages.numbers import percent

if TYPE_CHECKING:
    from chude.model import TopicModel

_DEFAULT = "news"
"""The model that stands first."""

_CORPUS = re.compile(r" \(\w+\)$")
"""The name of a corpus at the end of that of a test."""


@click.command(name="models", short_help="List the bundled models.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(as_json: bool) -> None:
    """List the bundled models: topics, training data, scores, limits below which a text is unknown, size."""
    from chude.errors import InputError
    from chude.model import TopicModel

    names = sorted(bundled.model_names(), key=lambda name: name != _DEFAULT)
    if not names:
        raise InputError("no model comes with this installation; reinstall chude, or run `make models` in a checkout")
    paths = [bundled.models_folder() / f"{name}.safetensors" for name in names]
    models = [(TopicModel.load(path), path) for path in paths]
    if as_json:
        click.echo(json.dumps([_described(*each) for each in models], ensure_ascii=False, indent=2))
        return
    for model, path in models:
        click.echo("\n".join([*_lines(model, path), ""]))


def _described(model: "TopicModel", path: Path) -> dict[str, Any]:
    """Return what is listed of a model, in values of JSON."""
    return {
        "name": model.name,
        "path": str(path),
        "bytes": path.stat().st_size,
        "terms": len(model.accented.idf),
        "tokenizer": model.accented.tokenizer.kind,
        "topics": [{"slug": topic.slug, "vi": topic.vi, "en": topic.en} for topic in model.topics],
        "min_probability": model.min_probability,
        "min_coverage": model.min_coverage,
        "about": dict(model.about),
        "kind_scores": _kind_scores(path),
    }


def _lines(model: "TopicModel", path: Path) -> Iterator[str]:
    yield _(
        "{model}   {size:.1f} MB, {terms:,} terms, {units}",
        model=model.name,
        size=path.stat().st_size / 1e6,
        terms=len(model.accented.idf),
        units=_("syllables") if model.accented.tokenizer.kind == "syllable" else _("words"),
    )
    if purpose := _purpose(model.about):
        yield from _entry(_("for"), purpose)
    yield from _entry(_("topics"), ", ".join(f"{topic.slug} ({topic.vi})" for topic in model.topics))
    yield from _entry(_("data"), _data(model.about))
    kinds = _kind_scores(path)
    yield from _entry(_("scores"), _scores(model.about) if kinds is None else _said_of_kinds(kinds))
    limits = _(
        "probability {probability:.2f}, coverage {coverage:.2f}",
        probability=model.min_probability,
        coverage=model.min_coverage,
    )
    yield from _entry(_("limits"), limits)
    if (news := model.about.get("min_news_probability")) is not None:
        yield from _entry(_("news"), _("recommended: --only-news {limit:g}", limit=news))


def _kind_scores(path: Path) -> dict[str, Any] | None:
    """Return what was measured of a model of kinds, which stands beside its file; None where it is of another file."""
    measured_path = path.with_suffix(".json")
    if not measured_path.is_file():
        return None
    measured: dict[str, Any] = json.loads(measured_path.read_text(encoding="utf-8"))
    return measured if measured.get("model") == sha256(path.read_bytes()).hexdigest() else None


def _said_of_kinds(measured: Mapping[str, Any]) -> str:
    return _(
        "of sources left out, with the recommended limit: {caught} of what is not news is set aside, and of news "
        "{whole} of whole articles, {passage} of passages, {standfirst} of standfirsts, {headline} of headlines",
        caught=percent(measured["caught"]),
        **{form: percent(measured["lost"][form]) for form in ("whole", "passage", "standfirst", "headline")},
    )


def _purpose(about: Mapping[str, Any]) -> str:
    """Return the first sentence of what the recipe of a model says it is for."""
    recipe = about.get("recipe")
    purpose = str(recipe.get("purpose", "")) if isinstance(recipe, Mapping) else ""
    return sentence(first_sentence(purpose))


def first_sentence(text: str) -> str:
    """Return a text up to its first full stop."""
    first, end, _rest = " ".join(text.split()).partition(". ")
    return first + end.strip()


def _entry(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        80,
        initial_indent=f"  {name:<10}",
        subsequent_indent=" " * 12,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _data(about: Mapping[str, Any]) -> str:
    texts = _("{n:,} texts", n=about["n_texts"]) if "n_texts" in about else _("not known")
    corpora = about.get("corpora")
    if isinstance(corpora, Mapping):
        return ngettext("{texts} of {n:,} corpus", "{texts} of {n:,} corpora", len(corpora), texts=texts)
    return texts


def _scores(about: Mapping[str, Any]) -> str:
    """Whatever entries of `about` hold an accuracy: those of cross-validation, and of test sets."""
    entries = {N_("cross-validation"): about.get("held_out"), N_("test"): about.get("test"), **about.get("scores", {})}
    scores = [
        _(
            "{name}: accuracy {accuracy}, macro-F1 {macro_f1}",
            name=_CORPUS.sub("", sentence(name)).replace("_", " "),
            accuracy=percent(entry["accuracy"]),
            macro_f1=percent(entry["macro_f1"]),
        )
        for name, entry in entries.items()
        if isinstance(entry, Mapping) and {"accuracy", "macro_f1"} <= entry.keys()
    ]
    return "; ".join(scores) or _("not known")
