"""``chude models``: the models that come with chude."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from chude import bundled
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
    yield f"{model.name}   {size / 1e6:.1f} MB, {len(model.accented.idf):,} terms, {model.accented.tokenizer.kind}s"
    yield from _entry("topics", ", ".join(f"{topic.slug} ({topic.vi})" for topic in model.topics))
    yield from _entry("data", _data(model.about))
    yield from _entry("scores", _scores(model.about))
    yield from _entry("limits", f"probability {model.min_probability:.2f}, coverage {model.min_coverage:.2f}")


def _entry(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        80,
        initial_indent=f"  {name:<8}",
        subsequent_indent=" " * 10,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _data(about: Mapping[str, Any]) -> str:
    texts = f"{about['n_texts']:,} texts" if "n_texts" in about else "not known"
    corpora = about.get("corpora")
    if isinstance(corpora, Mapping):
        return f"{texts}: " + ", ".join(f"{name} {count:,}" for name, count in corpora.items())
    return texts


def _scores(about: Mapping[str, Any]) -> str:
    """Whatever entries of `about` hold an accuracy: those of cross-validation, and of test sets."""
    entries = {"cross-validation": about.get("held_out"), "test": about.get("test"), **about.get("scores", {})}
    scores = [
        f"{name.replace('_', ' ')}: accuracy {percent(entry['accuracy'])}, macro-F1 {percent(entry['macro_f1'])}"
        for name, entry in entries.items()
        if isinstance(entry, Mapping) and {"accuracy", "macro_f1"} <= entry.keys()
    ]
    return "; ".join(scores) or "not known"
