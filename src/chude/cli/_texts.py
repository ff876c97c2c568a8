"""The INPUT of pick and review: options that say how texts are read, and which texts cannot be read."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

import chude
from chude.cli._bundles import as_one
from chude.cli._report import causes_said, left_alone_line
from chude.cli._types import Condition
from chude.errors import InputError
from chude.labelling.progress import cause_of
from chude.locale import _, ngettext, number, sentence

if TYPE_CHECKING:
    from chude import TopicModel
    from chude.labelling.labels import Labels
    from chude.review.candidates import Candidate, Failures

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOptions:
    """How INPUT is read; every field is an argument of that name."""

    model: str
    lines: bool
    text_column: str | None
    title_column: str | None
    where: tuple[tuple[str, str], ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    encoding: str | None

    def read(self, inputs: Sequence[str], model: "TopicModel", failures: "Failures") -> Iterator["Candidate"]:
        """Read INPUT through labelling, which knows every format.

        Texts that cannot be read are added to `failures`, at the end also which files are left alone.
        """
        from chude.review.candidates import candidates

        labels = self._labels(inputs, model)

        def texts() -> Iterator["Candidate"]:
            yield from candidates(labels, self.title_column, failures)
            failures.left_alone.update(labels.left_alone)

        return texts()

    def check_any(self, inputs: Sequence[str], n_texts: int) -> None:
        """Check that --where left a text.

        Raises
        ------
        InputError
            If not.
        """
        if self.where and not n_texts:
            where, conditions = ", ".join(inputs), ", ".join(f"{column}={value}" for column, value in self.where)
            raise InputError(f"{where}: no row has {conditions}")

    def _labels(self, inputs: Sequence[str], model: "TopicModel") -> "Labels":
        if self.text_column is None:
            if self.title_column is not None or self.where:
                raise InputError("--title-column and --where need a table's --text-column")
            return chude.label_files(
                inputs,
                model=model,
                include=self.include,
                exclude=self.exclude,
                lines=self.lines,
                encoding=self.encoding,
            )
        if self.lines:
            raise InputError("--lines reads plain text, --text-column a table: give one of them")
        if self.include or self.exclude:
            raise InputError("--include and --exclude choose texts from folders: for tables, give the tables or a glob")
        return chude.label_table(
            inputs,
            self.text_column,
            title=self.title_column,
            keep=[] if self.title_column is None else [self.title_column],
            where=dict(self.where),
            model=model,
            encoding=self.encoding,
        )


_OPTIONS = (
    click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model that suggests topics."),
    click.option("--lines", is_flag=True, help="Read each line of a file as a text."),
    click.option(
        "--text-column", metavar="NAME", help="Column of text; the inputs are tables (CSV, TSV, JSONL, Parquet)."
    ),
    click.option("--title-column", metavar="NAME", help="Column of titles, which are put in front of the texts."),
    click.option("--where", type=Condition(), multiple=True, help="Read only rows with that value; may be repeated."),
    click.option(
        "--include", multiple=True, metavar="GLOB", help="Read files with that name in folders, instead of *.txt."
    ),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files and folders with that name."),
    click.option("--encoding", metavar="NAME", help="Encoding of all files, instead of detecting it for each."),
)


text_options = as_one("how", TextOptions, _OPTIONS)
"""Adds the options that say how INPUT is read to a command; the command gets them as one argument, ``how``."""


def show_unreadable(failures: "Failures") -> None:
    """Print to stderr which texts cannot be read."""
    if not failures:
        return
    counts = causes_said(Counter(cause_of(why) for _place, why in failures))
    unread = ngettext(
        "chude: {n:,} text cannot be read: {counts}",
        "chude: {n:,} texts cannot be read: {counts}",
        len(failures),
        counts=counts,
    )
    click.echo(unread, err=True)
    for place, error in failures[:_SHOWN]:
        click.echo(f"  {place}: {sentence(error)}", err=True)
    if len(failures) > _SHOWN:
        click.echo(_("  and {n:,} more", n=len(failures) - _SHOWN), err=True)


def show_left_out(left_out: Mapping[str, int], left_alone: Mapping[str, int]) -> None:
    """Print to stderr how many texts that can be read could not be chosen, and why; and which files were not read."""
    if left_alone:
        click.echo(left_alone_line(left_alone), err=True)
    if left_out:
        counts = "; ".join(f"{number(count)} {sentence(why)}" for why, count in left_out.items())
        click.echo(_("left out: {counts}", counts=counts), err=True)


def check_not_input(output: str, inputs: tuple[str, ...]) -> None:
    """Check that the output is not one of the given files.

    Raises
    ------
    InputError
        If it is.
    """
    real = os.path.realpath(output)
    if any(os.path.realpath(path) == real for path in inputs):
        raise InputError(f"{output} is both input and output; choose another name for the output")
