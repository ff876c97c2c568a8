"""``chude drift``: two outputs of labelling, old and new."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from chude.cli import examples
from chude.cli._scores import cut
from chude.pages.figures import percent

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
    """Hold two outputs of `chude label` against one another: shares of topics, probability, coverage.

    OLD and NEW are CSV, JSONL or Parquet, written by the same model. The last line says in a sentence whether the texts
    have changed under the model.

    Exit codes: 0 compared, 2 wrong use.
    """
    from chude.evaluation.drift import drift, read_output

    found = drift(read_output(old), read_output(new))
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(found)))
    return 0


def _lines(found: "Drift") -> Iterator[str]:
    yield f"{found.n_old:,} texts in the old output, {found.n_new:,} in the new"
    yield ""
    yield _ROW.format("topic", "old", "", "new", "", "change")
    for share in found.shares:
        old, new = share.old / found.n_old, share.new / found.n_new
        shares = (f"{share.old:,}", percent(old), f"{share.new:,}", percent(new), f"{100 * (new - old):+.1f}")
        yield _ROW.format(cut(share.topic), *shares)
    yield f"half of all differences: {percent(found.distance)}; chi² test: p = {found.p_value:.2g}"
    yield ""
    yield _SHIFT.format("median", "old", "new", "distance", "p")
    for shift in found.shifts:
        figures = (f"{shift.old:.3f}", f"{shift.new:.3f}", f"{shift.distance:.3f}", f"{shift.p_value:.2g}")
        yield _SHIFT.format(shift.name, *figures)
    yield "distance and p are those of the Kolmogorov-Smirnov test"
    yield ""
    yield found.verdict
