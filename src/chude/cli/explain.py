"""``chude explain``: why a text has its topic."""

import json
import os
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from chude.atomic import write_atomically
from chude.cli import examples
from chude.errors import DecodingError, InputError
from chude.locale import _

if TYPE_CHECKING:
    from chude.decoding import Decoded

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
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the positions of all terms.")
@click.option("--encoding", metavar="NAME", help="Encoding of FILE, instead of detecting it.")
def command(file: str, model: str, k: int, html: str | None, as_json: bool, encoding: str | None) -> None:
    """Show why a text has its topic: the terms for it and for the second topic, and where they are in the text.

    FILE is a text, or an HTML page, whose main text is extracted; - is standard input.

    Exit codes: 0 explained, 2 wrong use or no text, 3 the page could not be written, 130 by Ctrl-C.
    """
    if html == "-" and as_json:
        raise InputError("--html - and --json would both print; give --html a file")
    decoded = _read(file, encoding)
    import chude

    explanation = chude.load(model).explain(decoded.text, k)
    title = "" if file == "-" else Path(file).name
    if html == "-":
        _print(explanation.to_html(title))
    elif html is not None:
        write_atomically(html, explanation.to_html(title).encode("utf-8"))
        click.echo(_("wrote {path}", path=html), err=True)
    if as_json:
        _print(json.dumps({"path": file, "encoding": decoded.encoding, **explanation.to_dict()}, ensure_ascii=False))
    elif html is None:
        colour = _wants_colour()
        _print(explanation.to_text(_width(), colour=colour))


def _read(file: str, encoding: str | None) -> "Decoded":
    from chude.decoding import file_text

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
    try:
        return file_text(data, file, encoding=encoding)
    except DecodingError as error:
        raise DecodingError(f"{'standard input' if file == '-' else file}: {error}") from error


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
