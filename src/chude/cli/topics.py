"""``chude topics``: what can be told apart."""

import json

import click

import chude
from chude.cli import examples
from chude.pages.visible import columns, visible
from chude.topics import Topic, topic


@click.command(
    name="topics",
    short_help="List the topics of a model.",
    epilog=examples("chude topics", "chude topics --model mine.safetensors", "chude topics --json"),
)
@click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model whose topics to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with what belongs to each topic.")
def command(model: str, as_json: bool) -> None:
    """List the topics of a model: the slug that files have, the Vietnamese and the English name.

    Exit codes: 0 listed, 2 wrong use.
    """
    topics = chude.load(model).topics
    if as_json:
        listed = [_described(each) for each in topics]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    names = [[visible(name) for name in (t.slug, t.vi, t.en)] for t in topics]
    widths = [max(columns(row[k]) for row in names) for k in range(3)]
    for row in names:
        cells = (name + " " * (width - columns(name)) for name, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _described(given: Topic) -> dict[str, str | None]:
    """Return a topic in values of JSON; a model file holds its names, the taxonomy what belongs to it."""
    known = topic(given.slug)
    full = known if (known.vi, known.en) == (given.vi, given.en) else given
    return {name: getattr(full, name) for name in ("slug", "vi", "en", "iptc", "includes", "excludes")}
