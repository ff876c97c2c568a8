"""``chude audit``: suspicious labels in training data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._data import DataOptions, data_options, unify_labels
from chude.cli._fitted import cut, tail
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._rows import check_ending, write_rows
from chude.cli._steps import steps
from chude.cli._types import Proportion
from chude.errors import InputError
from chude.locale import _, number
from chude.pages.numbers import percent

if TYPE_CHECKING:
    from chude.evaluation.audit import Audit

_SHOWN = 10


@click.command(
    name="audit",
    short_help="Find suspicious labels in training data.",
    epilog=examples(
        "chude audit train/ -o findings.csv",
        "chude audit train/ --test test/",
        "chude audit articles.parquet --text-column text --split-column split",
    ),
)
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@data_options
@click.option("--split-column", metavar="NAME", help="Column that says train or test: find texts that are in both.")
@click.option("--test", multiple=True, metavar="DATA", help="Test data; find texts of DATA in it.")
@click.option(
    "--min-probability", metavar="P", type=Proportion(), default=0.8, show_default=True,
    help="List a label if another topic has at least this probability.",
)  # fmt: skip
@click.option(
    "--folds", metavar="N", type=click.IntRange(2), default=5, show_default=True, help="Folds of cross-validation."
)
@click.option(
    "--seed", metavar="N", type=click.IntRange(0), default=0, show_default=True, help="Random seed of the folds."
)
@click.option("-o", "--output", metavar="FILE", help="Write all findings, worst first (.csv or .jsonl).")
@overwrite_option
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Use at most N processors.  [default: all]")
@click.option("-q", "--quiet", is_flag=True, help="No progress; errors only.")
def command(
    data: tuple[str, ...],
    test: tuple[str, ...],
    min_probability: float,
    folds: int,
    seed: int,
    threads: int | None,
    output: str | None,
    overwrite: bool,
    quiet: bool,
    split_column: str | None,
    how: DataOptions,
) -> int:
    """Find suspicious labels.

    These are labels that a model fitted on the other texts contradicts with a high probability; repeated texts with
    several topics; and, with --split-column or --test, texts that are in training and in test data. DATA is as for
    `chude train`.

    Exit codes: 0 all audited, 1 some texts could not be read, 2 wrong use.
    """
    from chude.evaluation.audit import AUDIT_COLUMNS, audit, joined

    if output is not None:
        check_ending(output)
    check_free(output, overwrite=overwrite)
    if test and split_column is not None:
        raise InputError("--test names the test data, --split-column a column that does: give one of them")
    texts = how.read(data, split_column)
    failed = len(texts.failures)
    if test:
        tests = how.read(test)
        failed += len(tests.failures)
        texts = joined(texts, tests)
    unify_labels(texts)
    with steps(_("Auditing"), folds + 2, quiet=quiet) as progress:
        findings = audit(texts, least=min_probability, n_folds=folds, seed=seed, n_jobs=threads, progress=progress)
    click.echo("\n".join(_lines(findings)))
    if output is not None:
        rows = findings.rows()
        write_rows(output, AUDIT_COLUMNS, rows)
        click.echo("\n" + _("wrote {n:,} rows to {path}", n=len(rows), path=output))
    return EXIT_FAILED_TEXTS if failed else 0


def _lines(findings: "Audit") -> Iterator[str]:
    total = len(findings.data)
    contradicted = findings.contradicted
    yield _("{texts:,} texts, {topics} topics", texts=total, topics=len(findings.classes))
    yield ""
    yield f"{_('repeated'):<30} {_('groups'):>9} {_('texts'):>8}  {_('groups with several topics')}"
    for name, groups in ((_("the same words"), findings.same), (_("nearly the same"), findings.near)):
        counts = findings.repeats(groups)
        yield f"  {name:<28} {number(counts.groups):>9} {number(counts.texts):>8} {number(counts.contradictory):>8}"
    yield "  " + _("(case, place of the tone mark, punctuation and spaces do not count)")
    yield from _leaks(findings)
    yield ""
    share = percent(len(contradicted) / total)
    yield _(
        "labels contradicted at probability {least:g} or more: {n:,} ({share})",
        least=findings.least,
        n=len(contradicted),
        share=share,
    )
    for i in contradicted[:_SHOWN].tolist():
        best, own = float(findings.probabilities[i].max()), findings.own_probability(i)
        suggested, topic = cut(str(findings.suggested[i]), 18), cut(findings.data.topics[i], 18)
        yield _(
            "  {suggested} {best:.3f}, labelled {topic} {own:.3f}", suggested=suggested, best=best, topic=topic, own=own
        )
        yield f"    {tail(findings.data.places[i], 70)}"


def _leaks(findings: "Audit") -> Iterator[str]:
    leaks = findings.leaks()
    if leaks:
        yield ""
        yield f"{_('in another split too'):<28} {_('texts'):>11} {_('same'):>8} {_('nearly'):>8}"
        for name, (texts, exact, near) in leaks.items():
            yield f"  {cut(name) or _('(none)'):<26} {number(texts):>11} {number(exact):>8} {number(near):>8}"
