"""The DATA of train, adapt, evaluate, compare and audit: options that say where labels are, and what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import click

from chude.cli._bundles import as_one
from chude.cli._report import left_alone_line
from chude.cli._types import Condition
from chude.dataset import Columns, Dataset, read
from chude.label_names import unified
from chude.locale import _, ngettext, sentence

_SHOWN_FAILURES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOptions:
    """How DATA is read; every field is an argument of that name."""

    text_column: str | None
    title_column: str | None
    topic_column: str
    publisher_column: str | None
    where: tuple[tuple[str, str], ...]
    delimiter: str | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]

    @property
    def chosen(self) -> dict[str, list[str]]:
        """What chooses texts of DATA, for what a model says of its origin."""
        return {
            "where": [f"{column}={value}" for column, value in self.where],
            "include": list(self.include),
            "exclude": list(self.exclude),
        }

    def with_where(self, where: tuple[tuple[str, str], ...]) -> "DataOptions":
        """Return the same options with other conditions, if there are any."""
        return replace(self, where=where) if where else self

    def read(self, data: Sequence[str], split_column: str | None = None) -> Dataset:
        """Read DATA, and print to stderr what of it was left out."""
        columns = Columns(
            text=self.text_column,
            title=self.title_column,
            topic=self.topic_column,
            publisher=self.publisher_column,
            split=split_column,
            where=self.where,
            delimiter=self.delimiter,
        )
        dataset = read(data, columns, include=self.include, exclude=self.exclude)
        _show_left_out(dataset)
        return dataset


_OPTIONS = (
    click.option("--text-column", metavar="NAME", help="Column of text; DATA are tables: CSV, JSON, Parquet, .xlsx."),
    click.option("--title-column", metavar="NAME", help="Column of titles, which are put in front of the texts."),
    click.option("--topic-column", metavar="NAME", default="topic", show_default=True, help="Column of labels."),
    click.option("--publisher-column", metavar="NAME", help="Column of publishers, to score and split by."),
    click.option("--where", type=Condition(), multiple=True, help="Read only rows with that value; may be repeated."),
    click.option("--delimiter", metavar="C", help=r"What parts the cells of CSV, if not detected; \t is a tab."),
    click.option(
        "--include", multiple=True, metavar="GLOB", help="Read files with that name in folders, instead of *.txt."
    ),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders with that name."),
)


data_options = as_one("how", DataOptions, _OPTIONS)
"""Adds the options that say how DATA is read to a command; the command gets them as one argument, ``how``."""


def unify_labels(dataset: Dataset) -> None:
    """Write labels that differ in case alone, or name the same topic, in one way, and print which to stderr."""
    dataset.topics, several = unified(dataset.topics)
    for spellings in several:
        first, *others = spellings.most_common()
        counts = ", ".join(f"{label!r} ({count:,})" for label, count in others)
        click.echo(_("the same label as {used!r}: {counts}", used=first[0], counts=counts), err=True)


def without_repeated(dataset: Dataset) -> Dataset:
    """Leave out texts that are there before with the same label, and print that to stderr; also which have several.

    A page saves what was reviewed so far as often as it is asked to, and cross-validation takes a text that it has seen
    for an easy one.
    """
    first: dict[str, dict[str, int]] = {}
    for i, (text, topic) in enumerate(zip(dataset.texts, dataset.topics, strict=True)):
        first.setdefault(text, {}).setdefault(topic, i)
    kept = sorted(i for labels in first.values() for i in labels.values())
    if repeated := len(dataset) - len(kept):
        line = ngettext(
            "left out {n:,} text that was read before, with the same label",
            "left out {n:,} texts that were read before, with the same label",
            repeated,
        )
        click.echo(line, err=True)
    several = [labels for labels in first.values() if len(labels) > 1]
    if several:
        click.echo(_("chude: {n:,} texts have several labels, and count for each:", n=len(several)), err=True)
        for labels in several[:_SHOWN_FAILURES]:
            click.echo("  " + ", ".join(f"{dataset.places[i]} {topic!r}" for topic, i in labels.items()), err=True)
        if len(several) > _SHOWN_FAILURES:
            click.echo(_("  and {n:,} more", n=len(several) - _SHOWN_FAILURES), err=True)
    return replace(dataset.chosen(kept), failures=dataset.failures) if repeated else dataset


def _show_left_out(dataset: Dataset) -> None:
    for reason, count in dataset.skipped.items():
        left_out = ngettext(
            "left out {n:,} row {reason}", "left out {n:,} rows {reason}", count, reason=sentence(reason)
        )
        click.echo(left_out, err=True)
    if dataset.untitled:
        shown = ", ".join(dataset.untitled[:_SHOWN_FAILURES])
        if len(dataset.untitled) > _SHOWN_FAILURES:
            shown = _("{named} and {n:,} more", named=shown, n=len(dataset.untitled) - _SHOWN_FAILURES)
        click.echo(_("read without titles, which other tables have: {paths}", paths=shown), err=True)
    if dataset.left_alone:
        click.echo(left_alone_line(dataset.left_alone), err=True)
    if dataset.failures:
        number = len(dataset.failures)
        click.echo(_("chude: {n:,} texts cannot be read and are left out:", n=number), err=True)
        for place, error in dataset.failures[:_SHOWN_FAILURES]:
            click.echo(f"  {place}: {sentence(error)}", err=True)
        if number > _SHOWN_FAILURES:
            click.echo(_("  and {n:,} more", n=number - _SHOWN_FAILURES), err=True)
