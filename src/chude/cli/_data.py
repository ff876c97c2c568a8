"""The DATA of train, evaluate, compare and audit: options that say where labels are, and what was left out of it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from chude.cli._types import Condition
from chude.dataset import Columns, Dataset, read

F = TypeVar("F", bound=Callable[..., Any])

_SHOWN_FAILURES = 5


_OPTIONS = (
    click.option(
        "--text-column", metavar="NAME", help="DATA are tables (CSV, TSV, JSONL, Parquet); the column of text."
    ),
    click.option("--title-column", metavar="NAME", help="Column of titles; put in front of the text."),
    click.option("--topic-column", metavar="NAME", default="topic", show_default=True, help="Column of labels."),
    click.option("--publisher-column", metavar="NAME", help="Column of publishers, for scores and splits."),
    click.option("--where", type=Condition(), multiple=True, help="Take only rows with that value; may be repeated."),
    click.option(
        "--include", multiple=True, metavar="GLOB", help="Take files of that name from folders, instead of *.txt."
    ),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders of that name."),
)


def data_options(command: F) -> F:
    """Add the options that say how DATA is read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_data(data: Sequence[str], options: dict[str, Any]) -> Dataset:
    """Read DATA as the options say, and tell on stderr what of it was left out."""
    columns = Columns(
        text=options["text_column"],
        title=options["title_column"],
        topic=options["topic_column"],
        publisher=options["publisher_column"],
        split=options.get("split_column"),
        where=options["where"],
    )
    found = read(data, columns, include=options["include"], exclude=options["exclude"])
    for reason, count in found.skipped.items():
        click.echo(f"left out {count:,} {'row' if count == 1 else 'rows'} {reason}", err=True)
    if found.failures:
        click.echo(f"chude: {len(found.failures):,} texts cannot be read and are left out:", err=True)
        for place, error in found.failures[:_SHOWN_FAILURES]:
            click.echo(f"  {place}: {error}", err=True)
        if len(found.failures) > _SHOWN_FAILURES:
            click.echo(f"  and {len(found.failures) - _SHOWN_FAILURES:,} more", err=True)
    return found
