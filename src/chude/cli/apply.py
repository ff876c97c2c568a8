"""``chude apply``: corrections put into labels."""

import click

from chude.cli import examples
from chude.cli._texts import check_not_input
from chude.errors import InputError

_SHOWN = 5


@click.command(
    name="apply",
    short_help="Put what was reviewed into labels.",
    epilog=examples("chude apply labels.csv reviewed.csv -o final.csv"),
)
@click.argument("labels", metavar="LABELS")
@click.argument("reviewed", nargs=-1, required=True, metavar="REVIEWED...")
@click.option("-o", "--output", required=True, metavar="CSV", help="Write the corrected labels to this file.")
@click.option("--bom", is_flag=True, help="Begin it with a byte order mark, so that Excel shows the letters right.")
@click.option("-q", "--quiet", is_flag=True, help="No summary; errors only.")
def command(labels: str, reviewed: tuple[str, ...], output: str, bom: bool, quiet: bool) -> int:
    """Put the topics that readers decided on into labels.

    LABELS is a CSV that `chude label` wrote, REVIEWED what the page of `chude review` saved. Every row of LABELS stays,
    in its order; the new column 'reviewed' says where a reader changed the topic or confirmed it.

    Exit codes: 0 done, 2 wrong use.
    """
    from chude.atomic import write_atomically
    from chude.review.corrections import CHANGED, CONFIRMED, corrected
    from chude.sinks.csv_sink import to_csv

    if not output.lower().endswith(".csv"):
        raise InputError(f"{output} must end in .csv: that is what is written")
    check_not_input(output, (labels, *reviewed))
    found = corrected(labels, *reviewed)
    text = to_csv(found.names, found.rows)
    write_atomically(output, text.encode("utf-8-sig" if bom else "utf-8"))
    if found.strays:
        click.echo(f"chude: {len(found.strays):,} decisions are about texts that {labels} does not have:", err=True)
        for place in found.strays[:_SHOWN]:
            click.echo(f"  {':'.join(filter(None, place))}", err=True)
    if not quiet:
        counts = f"{found.counts[CHANGED]:,} changed, {found.counts[CONFIRMED]:,} confirmed"
        click.echo(f"{len(found.rows):,} rows, {counts} -> {output}", err=True)
    return 0
