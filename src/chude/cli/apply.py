"""``chude apply``: labels with the corrections of readers."""

from collections.abc import Sequence

import click

from chude.cli import examples
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._texts import check_not_input
from chude.errors import InputError
from chude.locale import _, number

_SHOWN = 5


@click.command(
    name="apply",
    short_help="Merge reviewed topics into labels.",
    epilog=examples("chude apply labels.csv reviewed.csv -o final.csv"),
)
@click.argument("labels", metavar="LABELS")
@click.argument("reviewed", nargs=-1, required=True, metavar="REVIEWED...")
@click.option("-o", "--output", required=True, metavar="CSV", help="Write the corrected labels to this file.")
@overwrite_option
@click.option("--bom", is_flag=True, help="Begin with a byte order mark, so that Excel shows Vietnamese letters.")
@click.option("-q", "--quiet", is_flag=True, help="No summary; errors only.")
def command(labels: str, reviewed: tuple[str, ...], output: str, overwrite: bool, bom: bool, quiet: bool) -> int:
    """Merge the topics that readers chose into labels.

    LABELS is a CSV of `chude label`, REVIEWED a CSV that the page of `chude review` saved. All rows of LABELS are kept
    in their order. The new column 'reviewed' says whether a reader changed or confirmed the topic.

    Exit codes: 0 done, 2 wrong use.
    """
    from chude.atomic import write_atomically
    from chude.review.corrections import CHANGED, CONFIRMED, corrected, has_bom
    from chude.review.reviewed import delimiter_of
    from chude.sinks.csv_sink import to_csv

    if not output.lower().endswith(".csv"):
        raise InputError(f"{output} must end in .csv: that is what is written")
    check_not_input(output, (labels, *reviewed))
    check_free(output, overwrite=overwrite)
    merged = corrected(labels, *reviewed)
    text = to_csv(merged.names, merged.rows, delimiter_of(labels, "path", "row", "topic"))
    bom = bom or has_bom(labels)
    write_atomically(output, text.encode("utf-8-sig" if bom else "utf-8"))
    if merged.strays:
        strays = _(
            "chude: {n:,} decisions are about texts that {path} does not have:", n=len(merged.strays), path=labels
        )
        _show(strays, merged.strays)
    if merged.overruled:
        overruled = _("chude: {n:,} texts have another topic in a later file, which counts:", n=len(merged.overruled))
        _show(overruled, merged.overruled)
    if merged.new and not quiet:
        counts = ", ".join(f"{topic!r} {number(count)}" for topic, count in merged.new.most_common(_SHOWN))
        if len(merged.new) > _SHOWN:
            counts = _("{named} and {n:,} more", named=counts, n=len(merged.new) - _SHOWN)
        click.echo(_("topics that no label had: {counts}", counts=counts), err=True)
    if not quiet:
        done = _(
            "{rows:,} rows, {changed:,} changed, {confirmed:,} confirmed -> {path}",
            rows=len(merged.rows),
            changed=merged.counts[CHANGED],
            confirmed=merged.counts[CONFIRMED],
            path=output,
        )
        click.echo(done, err=True)
    return 0


def _show(line: str, places: Sequence[tuple[str, str]]) -> None:
    """Print a line to stderr, and the first places below it."""
    click.echo(line, err=True)
    for place in places[:_SHOWN]:
        click.echo(f"  {':'.join(filter(None, place))}", err=True)
