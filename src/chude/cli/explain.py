"""``chude explain``: why a text has its topic."""

import json
import os
import sys
from pathlib import Path
from shutil import get_terminal_size

import click

from chude.atomic import write_atomically
from chude.cli import examples
from chude.cli._outputs import check_free, overwrite_option
from chude.errors import InputError
from chude.locale import _
from chude.sources.one_text import one_text
from chude.sources.options import SourceOptions

_WIDEST = 100  # longer lines are hard to read


@click.command(
    name="explain",
    short_help="Show why a text has its topic.",
    epilog=examples(
        "chude explain article.txt",
        "chude explain article.txt -k 20 --html why.html",
        "chude explain - --json < article.txt",
    ),
)
@click.argument("file", metavar="FILE|-")
@click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model to explain.")
@click.option(
    "-k",
    "k",
    metavar="K",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Terms to list for and against a topic.",
)
@click.option("--html", metavar="PAGE", help="Write a self-contained HTML page instead; - prints it.")
@overwrite_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the positions of all terms.")
@click.option("--encoding", metavar="NAME", help="Encoding of FILE, instead of detecting it.")
def command(
    file: str, model: str, k: int, html: str | None, overwrite: bool, as_json: bool, encoding: str | None
) -> None:
    """Show why a text has its topic: the terms for it and for the second topic, and where they are in the text.

    FILE is one text of any kind that `chude label` reads, compressed or not; - is standard input.

    Exit codes: 0 explained, 2 wrong use or no text, 3 the page could not be written, 130 by Ctrl-C.
    """
    if html == "-" and as_json:
        raise InputError("--html - and --json would both print; give --html a file")
    check_free(None if html == "-" else html, overwrite=overwrite)
    text, found_encoding = one_text(file, SourceOptions(encoding=encoding))
    import chude

    explanation = chude.load(model).explain(text, k)
    title = "" if file == "-" else Path(file).name
    if html == "-":
        _print(explanation.to_html(title))
    elif html is not None:
        write_atomically(html, explanation.to_html(title).encode("utf-8"))
        click.echo(_("wrote {path}", path=html), err=True)
    if as_json:
        _print(json.dumps({"path": file, "encoding": found_encoding, **explanation.to_dict()}, ensure_ascii=False))
    elif html is None:
        colour = _wants_colour()
        _print(explanation.to_text(_width(), colour=colour))


def _wants_colour() -> bool:
    # https://no-color.org
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int:
    return min(get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else 80


def _print(text: str) -> None:
    """Print UTF-8, whatever the locale says of a file or pipe; a console knows better itself."""
    if sys.stdout.isatty():
        click.echo(text, color=True)
    else:
        click.echo(text.encode("utf-8"))
