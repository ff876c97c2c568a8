"""``chude drift``: two outputs of labelling, old and new."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from chude.cli import examples
from chude.cli._fitted import cut
from chude.locale import _, number, sentence
from chude.pages.numbers import percent

if TYPE_CHECKING:
    from chude.evaluation.drift import Drift

_ROW = "{:<26} {:>10} {:>8} {:>10} {:>8} {:>8}"
_SHIFT = "{:<26} {:>10} {:>19} {:>10} {:>8}"


@click.command(
    name="drift",
    short_help="Tell whether an archive has changed under a model.",
    epilog=examples("chude drift january.csv june.csv", "chude drift january.csv june.csv --json"),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(old: str, new: str, as_json: bool) -> int:
    """Compare two outputs of `chude label`: shares of topics, probability, coverage.

    OLD and NEW are CSV, JSONL or Parquet, written by the same model; two models are told apart by the names of their
    topics, where these tell. The last line says in a sentence whether the texts have changed under the model.

    Exit codes: 0 compared, 2 wrong use.
    """
    from chude.evaluation.drift import doubt, drift, read_output

    outputs = read_output(old), read_output(new)
    compared = drift(*outputs)
    if doubted := doubt(*outputs):
        click.echo(_("chude: {sentence}", sentence=sentence(doubted)), err=True)
    click.echo(json.dumps(compared.to_dict(), ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(compared)))
    return 0


def _lines(compared: "Drift") -> Iterator[str]:
    yield _("{old:,} texts in the old output, {new:,} in the new", old=compared.n_old, new=compared.n_new)
    yield ""
    yield _ROW.format(_("topic"), _("old"), "", _("new"), "", _("change"))
    for share in compared.shares:
        old, new = share.old / compared.n_old, share.new / compared.n_new
        change = number(100 * (new - old), "+.1f")
        shares = (number(share.old), percent(old), number(share.new), percent(new), change)
        yield _ROW.format(cut(share.topic), *shares)
    yield _(
        "half of all differences: {distance}; chi² test: p = {p:.2g}",
        distance=percent(compared.distance),
        p=compared.p_value,
    )
    yield ""
    yield _SHIFT.format(_("median"), _("old"), _("new"), _("distance"), "p")
    for shift in compared.shifts:
        medians = (number(value, ".3f") for value in (shift.old, shift.new, shift.distance))
        yield _SHIFT.format(sentence(shift.name), *medians, number(shift.p_value, ".2g"))
    yield _("distance and p are those of the Kolmogorov-Smirnov test")
    yield ""
    yield sentence(compared.verdict)
