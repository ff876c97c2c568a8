"""``chude models``: the models that come with chude."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from chude import bundled
from chude.locale import N_, _, number, sentence
from chude.pages.figures import percent

if TYPE_CHECKING:
    from chude.model import TopicModel


@click.command(name="models", short_help="List the bundled models.")
def command() -> None:
    """List the bundled models: topics, training data, scores, limits below which a text is unknown, size."""
    from chude.errors import InputError
    from chude.model import TopicModel

    names = bundled.model_names()
    if not names:
        raise InputError("no model comes with this installation; reinstall chude, or run `make models` in a checkout")
    for name in names:
        path = bundled.models_folder() / f"{name}.safetensors"
        click.echo("\n".join([*_lines(TopicModel.load(path), path.stat().st_size), ""]))


def _lines(model: "TopicModel", size: int) -> Iterator[str]:
    yield _(
        "{model}   {size:.1f} MB, {terms:,} terms, {units}",
        model=model.name,
        size=size / 1e6,
        terms=len(model.accented.idf),
        units=_("syllables") if model.accented.tokenizer.kind == "syllable" else _("words"),
    )
    yield from _entry(_("topics"), ", ".join(f"{topic.slug} ({topic.vi})" for topic in model.topics))
    yield from _entry(_("data"), _data(model.about))
    yield from _entry(_("scores"), _scores(model.about))
    limits = _(
        "probability {probability:.2f}, coverage {coverage:.2f}",
        probability=model.min_probability,
        coverage=model.min_coverage,
    )
    yield from _entry(_("limits"), limits)


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
        return f"{texts}: " + ", ".join(f"{name} {number(count)}" for name, count in corpora.items())
    return texts


def _scores(about: Mapping[str, Any]) -> str:
    """Whatever entries of `about` hold an accuracy: those of cross-validation, and of test sets."""
    entries = {N_("cross-validation"): about.get("held_out"), N_("test"): about.get("test"), **about.get("scores", {})}
    scores = [
        _(
            "{name}: accuracy {accuracy}, macro-F1 {macro_f1}",
            name=sentence(name.replace("_", " ")),
            accuracy=percent(entry["accuracy"]),
            macro_f1=percent(entry["macro_f1"]),
        )
        for name, entry in entries.items()
        if isinstance(entry, Mapping) and {"accuracy", "macro_f1"} <= entry.keys()
    ]
    return "; ".join(scores) or _("not known")
