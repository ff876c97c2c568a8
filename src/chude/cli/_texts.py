"""The INPUT of pick and review: options that say how texts are read, and what could not be."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

import chude
from chude.cli._types import Condition
from chude.errors import InputError

if TYPE_CHECKING:
    from chude import TopicModel
    from chude.review.candidates import Candidate, Failures

F = TypeVar("F", bound=Callable[..., Any])

_SHOWN = 5

_OPTIONS = (
    click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model that guesses."),
    click.option("--lines", is_flag=True, help="Take every line of a file as a text."),
    click.option(
        "--text-column", metavar="NAME", help="Inputs are tables (CSV, TSV, JSONL, Parquet); the column of text."
    ),
    click.option("--title-column", metavar="NAME", help="Column of titles; put in front of the text."),
    click.option("--where", type=Condition(), multiple=True, help="Take only rows with that value; may be repeated."),
    click.option(
        "--include", multiple=True, metavar="GLOB", help="Take files of that name from folders, instead of *.txt."
    ),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders of that name."),
    click.option("--encoding", metavar="NAME", help="Decode as this, instead of detecting it for each file."),
)


def text_options(command: F) -> F:
    """Add the options that say how INPUT is read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_texts(
    inputs: tuple[str, ...], model: "TopicModel", options: dict[str, Any], failures: "Failures"
) -> Iterator["Candidate"]:
    """Read INPUT as the options say, by way of labelling, which knows every format."""
    from chude.review.candidates import candidates

    text, title = options["text_column"], options["title_column"]
    encoding = options["encoding"]
    if text is None:
        if title is not None or options["where"]:
            raise InputError("--title-column and --where need a table's --text-column")
        labels = chude.label_files(
            list(inputs),
            model=model,
            include=options["include"],
            exclude=options["exclude"],
            lines=options["lines"],
            encoding=encoding,
        )
    else:
        if options["lines"]:
            raise InputError("--lines reads plain text, --text-column a table: give one of them")
        if options["include"] or options["exclude"]:
            raise InputError("--include and --exclude choose texts from folders: for tables, give the tables or a glob")
        keep = [] if title is None else [title]
        labels = chude.label_table(
            list(inputs), text, title=title, keep=keep, where=dict(options["where"]), model=model, encoding=encoding
        )
    return candidates(labels, title, failures)


def show_failures(failures: "Failures") -> None:
    """Print to stderr what could not be read."""
    if not failures:
        return
    number = f"{len(failures):,} {'text' if len(failures) == 1 else 'texts'}"
    click.echo(f"chude: {number} cannot be read:", err=True)
    for place, error in failures[:_SHOWN]:
        click.echo(f"  {place}: {error}", err=True)
    if len(failures) > _SHOWN:
        click.echo(f"  and {len(failures) - _SHOWN:,} more", err=True)


def check_not_input(output: str, inputs: tuple[str, ...]) -> None:
    """Check that an output is none of the files given.

    Raises
    ------
    InputError
        If it is.
    """
    real = os.path.realpath(output)
    if any(os.path.realpath(path) == real for path in inputs):
        raise InputError(f"{output} is both input and output; choose another name for the output")
