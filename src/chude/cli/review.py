"""``chude review``: a page to label texts on."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._texts import TextOptions, check_not_input, show_left_out, show_unreadable, text_options
from chude.cli._types import Proportion
from chude.errors import InputError
from chude.locale import _
from chude.topics import name_key

if TYPE_CHECKING:
    from chude import TopicModel
    from chude.review.least_probable import LeastProbable

_SHOWN = 5


@click.command(
    name="review",
    short_help="Write a page to label texts on.",
    epilog=examples(
        "chude review archive/ -n 50 -o review.html",
        "chude review news.parquet --text-column body -o review.html",
        "chude review labels.csv --below 0.5 -o review.html",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", required=True, metavar="PAGE", help="Write the page to this file (.html).")
@overwrite_option
@click.option(
    "-n",
    "number",
    metavar="N",
    type=click.IntRange(1),
    help="Most texts on the page.  [default: 50; with --below all]",
)
@click.option(
    "--below", metavar="P", type=Proportion(),
    help="INPUT is a table of labels: review texts without a topic, or with a less probable one.",
)  # fmt: skip
@click.option("--not-in", metavar="CSV", multiple=True, help="Leave out texts that were picked or reviewed before.")
@text_options
@click.option("--seed", metavar="N", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option("-q", "--quiet", is_flag=True, help="No summary; errors only.")
def command(
    inputs: tuple[str, ...],
    output: str,
    overwrite: bool,
    number: int | None,
    below: float | None,
    not_in: tuple[str, ...],
    seed: int,
    quiet: bool,
    how: TextOptions,
) -> int:
    """Write a web page to label texts on, by keyboard, mouse or touch. It opens from the disk and sends nothing.

    The texts are those that `chude pick` chooses. The page saves reviewed.csv (a page second.html saves
    second-reviewed.csv), from which `chude adapt` learns, and which `chude apply` merges into labels.

    Exit codes: 0 all read, 1 some texts could not be read, 2 wrong use.
    """
    from chude.atomic import write_atomically
    from chude.review.candidates import Failures
    from chude.review.choosing import pick_candidates
    from chude.review.least_probable import least_probable
    from chude.review.page import MAX_CHARACTERS, MAX_TEXTS, render, saved_by
    from chude.review.reviewed import read_reviewed

    if not output.lower().endswith((".html", ".htm")):
        raise InputError(f"{output} must end in .html: a page is written")
    if number is not None and number > MAX_TEXTS:
        raise InputError(f"{number:,} texts are too many for one page: at most {MAX_TEXTS:,} are")
    if below is not None and len(inputs) != 1:
        raise InputError("--below reviews one CSV of labels: give that alone")
    check_not_input(output, (*inputs, *not_in))
    check_free(output, overwrite=overwrite)
    model = chude.load(how.model)
    failures = Failures()
    reviewed = [each for path in not_in for each in read_reviewed(path)]
    if below is None:
        choice = pick_candidates(how.read(inputs, model, failures), number or 50, model, reviewed, seed)
    else:
        most = number or MAX_TEXTS
        found = least_probable(inputs[0], below, most, reviewed, lambda files: how.read(files, model, failures))
        _show_missing(found, inputs[0], below, most)
        _warn_of_other_topics(found.topics, inputs[0], model)
        choice = found.choice
    show_unreadable(failures)
    if not quiet:
        show_left_out(choice.left_out, failures.left_alone)
    chosen, n_texts = choice.chosen, choice.n_texts
    how.check_any(inputs, n_texts)
    if not chosen:
        raise InputError(f"nothing to review among {n_texts:,} texts")
    labels = None if below is None else inputs[0]
    page = render(model, chosen, labels=labels, saved=saved_by(output), earlier=not_in)
    write_atomically(output, page.encode())
    if not quiet:
        click.echo(_("{n:,} of {total:,} texts -> {path}", n=len(chosen), total=n_texts, path=output), err=True)
        longer = sum(len(each.text) > MAX_CHARACTERS for each in chosen)
        if longer:
            click.echo(_("shown shortened to {most:,} characters: {n:,}", most=MAX_CHARACTERS, n=longer), err=True)
    return EXIT_FAILED_TEXTS if failures else 0


def _warn_of_other_topics(topics: set[str], labels: str, model: "TopicModel") -> None:
    """Say on stderr that the page has not all sections of the labels, where another model wrote these."""
    known = set(map(name_key, model.classes_.tolist()))
    others = sorted(topic for topic in topics if name_key(topic) not in known)
    if others:
        warning = _(
            "chude: {path} has topics that the model {model} does not have, such as {topic!r}: name the model that "
            "wrote the labels with --model",
            path=labels,
            model=model.name,
            topic=others[0],
        )
        click.echo(warning, err=True)


def _show_missing(found: "LeastProbable", labels: str, below: float, most: int) -> None:
    """Print to stderr which texts do not exist any more, and how many are not on the page."""
    if found.gone:
        click.echo(
            _("chude: {n:,} of the texts are not where {path} says they are:", n=len(found.gone), path=labels), err=True
        )
        for place in found.gone[:_SHOWN]:
            click.echo(f"  {':'.join(filter(None, place))}", err=True)
        if any(not Path(path).is_absolute() for path, _row in found.gone):
            click.echo(_("(paths are relative to the folder where `chude label` was run: run this there)"), err=True)
    if found.n_more:
        shown = _(
            "the {n:,} least sure are shown; {more:,} more are under {below:g}",
            n=most,
            more=found.n_more,
            below=below,
        )
        click.echo(shown, err=True)
