"""``chude pick``: the texts worth labelling."""

from typing import TYPE_CHECKING, Any

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._rows import check_ending, write_rows
from chude.cli._texts import check_not_input, read_texts, show_failures, text_options
from chude.errors import InputError

if TYPE_CHECKING:
    from chude import TopicModel
    from chude.review.candidates import Candidate


@click.command(
    name="pick",
    short_help="Choose the texts worth labelling.",
    epilog=examples(
        "chude pick archive/ -n 50 -o picked.csv",
        "chude pick archive/ -n 50 --not-in reviewed.csv -o second.csv",
        "chude pick news.parquet --text-column body -o picked.csv",
        "chude pick archive/ --format label-studio -o tasks.json",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", required=True, metavar="FILE", help="Write them to this file (.csv or .jsonl).")
@click.option(
    "--format", "format_", type=click.Choice(["label-studio"]),
    help="Write tasks for Label Studio, with the guesses as predictions.",
)  # fmt: skip
@click.option("-n", "number", metavar="N", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@click.option("--not-in", metavar="CSV", multiple=True, help="Leave out what was picked or reviewed before.")
@text_options
@click.option("--seed", metavar="N", type=click.IntRange(0), default=0, show_default=True, help="Of whatever is drawn.")
@click.option("-q", "--quiet", is_flag=True, help="No summary; errors only.")
def command(
    inputs: tuple[str, ...],
    output: str,
    format_: str | None,
    number: int,
    not_in: tuple[str, ...],
    seed: int,
    quiet: bool,
    **options: Any,
) -> int:
    """Choose the texts that teach a model most, to label them and give them to `chude adapt`.

    They are as different as the archive is, the most worth first: any beginning of the list is a good choice. Each
    has a row with the model's guess and a column 'topic' to fill in.

    Exit codes: 0 all read, 1 some texts could not be read, 2 wrong use.
    """
    from chude.review.candidates import Failures
    from chude.review.choosing import picked
    from chude.review.reviewed import read_reviewed

    if format_ is None:
        check_ending(output)
    check_not_input(output, (*inputs, *not_in))
    reviewed = [each for path in not_in for each in read_reviewed(path)]
    model = chude.load(options["model"])
    failures = Failures()
    found = picked(read_texts(inputs, model, options, failures), number, model, reviewed, seed)
    show_failures(failures)
    if not found.chosen:
        raise InputError(f"nothing to pick among {found.n_texts:,} texts: none is new and covered by {model.name}")
    _write(output, format_, model, found.chosen)
    if not quiet:
        click.echo(f"{len(found.chosen):,} of {found.n_texts:,} texts -> {output}", err=True)
        if len(found.chosen) < number:
            click.echo("there are no more that are different, new and covered by the model", err=True)
    return EXIT_FAILED_TEXTS if failures else 0


def _write(output: str, format_: str | None, model: "TopicModel", chosen: list["Candidate"]) -> None:
    from chude.atomic import write_atomically
    from chude.review.candidates import COLUMNS, label_studio_tasks, rows

    if format_ == "label-studio":
        write_atomically(output, label_studio_tasks(model, chosen))
    else:
        write_rows(output, COLUMNS, rows(model, chosen))
