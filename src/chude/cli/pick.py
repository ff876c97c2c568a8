"""``chude pick``: the texts that are most useful to label."""

from typing import TYPE_CHECKING

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._rows import check_ending, write_rows
from chude.cli._texts import TextOptions, check_not_input, show_left_out, show_unreadable, text_options
from chude.errors import InputError
from chude.locale import _

if TYPE_CHECKING:
    from chude import TopicModel
    from chude.review.candidates import Candidate


@click.command(
    name="pick",
    short_help="Choose the most useful texts to label.",
    epilog=examples(
        "chude pick archive/ -n 50 -o picked.csv",
        "chude pick archive/ -n 50 --not-in reviewed.csv -o second.csv",
        "chude pick news.parquet --text-column body -o picked.csv",
        "chude pick archive/ --format label-studio -o tasks.json",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", required=True, metavar="FILE", help="Write them to this file (.csv or .jsonl).")
@overwrite_option
@click.option(
    "--format", "format_", type=click.Choice(["label-studio"]),
    help="Write tasks for Label Studio, with the suggestions as predictions.",
)  # fmt: skip
@click.option(
    "-n", "number", metavar="N", type=click.IntRange(1), default=50, show_default=True, help="Number of texts."
)
@click.option("--not-in", metavar="CSV", multiple=True, help="Leave out texts that were picked or reviewed before.")
@text_options
@click.option("--seed", metavar="N", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option("-q", "--quiet", is_flag=True, help="No summary; errors only.")
def command(
    inputs: tuple[str, ...],
    output: str,
    overwrite: bool,
    format_: str | None,
    number: int,
    not_in: tuple[str, ...],
    seed: int,
    quiet: bool,
    how: TextOptions,
) -> int:
    """Choose the texts from which a model learns most, to label them for `chude adapt`.

    They are as different as the texts of INPUT, the most useful first: any first part of the list is a good choice.
    Each text has a row with the topic that the model suggests, and a column 'topic' to fill in.

    Exit codes: 0 all read, 1 some texts could not be read, 2 wrong use.
    """
    from chude.review.candidates import Failures
    from chude.review.choosing import pick_candidates
    from chude.review.reviewed import read_reviewed

    if format_ is None:
        check_ending(output)
    check_not_input(output, (*inputs, *not_in))
    check_free(output, overwrite=overwrite)
    reviewed = [each for path in not_in for each in read_reviewed(path)]
    model = chude.load(how.model)
    failures = Failures()
    found = pick_candidates(how.read(inputs, model, failures), number, model, reviewed, seed)
    show_unreadable(failures)
    if not quiet:
        show_left_out(found.left_out, failures.left_alone)
    how.check_any(inputs, found.n_texts)
    if not found.chosen:
        raise InputError(f"nothing to pick among {found.n_texts:,} texts: none is new and covered by {model.name}")
    _write(output, format_, model, found.chosen)
    if not quiet:
        chosen = _("{n:,} of {total:,} texts -> {path}", n=len(found.chosen), total=found.n_texts, path=output)
        click.echo(chosen, err=True)
        if len(found.chosen) < number:
            click.echo(_("there are no more that are different, new and covered by the model"), err=True)
    return EXIT_FAILED_TEXTS if failures else 0


def _write(output: str, format_: str | None, model: "TopicModel", chosen: list["Candidate"]) -> None:
    from chude.atomic import write_atomically
    from chude.review.candidates import CANDIDATE_COLUMNS, label_studio_tasks, rows

    if format_ == "label-studio":
        write_atomically(output, label_studio_tasks(model, chosen))
    else:
        write_rows(output, CANDIDATE_COLUMNS, rows(model, chosen))
