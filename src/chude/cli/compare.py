"""``chude compare``: two models on the same texts."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._data import DataOptions, data_options
from chude.cli._fitted import cut, tail
from chude.cli._models import warn_if_learned_from
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._rows import check_ending, write_rows
from chude.locale import _, number
from chude.pages.numbers import percent

if TYPE_CHECKING:
    from chude.evaluation.compare import Comparison

_COLUMNS = ("place", "topic", "first", "first_probability", "second", "second_probability", "right")
_SIDE = "{:<26} {:>10} {:>9} {:>9} {:>11}"
_TOPIC = "{:<26} {:>7} {:>9} {:>9} {:>8} {:>7} {:>6}"
_MEANINGFUL = 0.05


@click.command(
    name="compare",
    short_help="Score two models on the same texts.",
    epilog=examples("chude compare test/ news mine.safetensors -o differ.csv"),
)
@click.argument("data", metavar="DATA")
@click.argument("first", metavar="MODEL_A")
@click.argument("second", metavar="MODEL_B")
@data_options
@click.option("-o", "--output", metavar="FILE", help="Write the texts with different answers (.csv or .jsonl).")
@overwrite_option
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(
    data: str, first: str, second: str, output: str | None, overwrite: bool, as_json: bool, how: DataOptions
) -> int:
    """Show where two models differ on labelled texts, and test whether the difference can be chance.

    A model is the name of a bundled model, or a path. DATA is as for `chude evaluate`.

    Exit codes: 0 all scored, 1 some texts could not be read, 2 wrong use.
    """
    from chude.evaluation.compare import compare

    if output is not None:
        check_ending(output)
    check_free(output, overwrite=overwrite)
    models = chude.load(first), chude.load(second)
    for name, model in dict(zip((first, second), models, strict=True)).items():
        warn_if_learned_from(name, model.about, [data], how.chosen)
    texts = how.read([data])
    comparison = compare(*models, texts.texts, texts.topics)
    if output is not None:
        write_rows(output, _COLUMNS, comparison.rows(texts.places))
    if as_json:
        click.echo(json.dumps({"models": [first, second], **comparison.to_dict()}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(comparison, first, second)))
    return EXIT_FAILED_TEXTS if texts.failures else 0


def _lines(comparison: "Comparison", first: str, second: str) -> Iterator[str]:
    yield _("{n:,} texts", n=len(comparison.first.truth))
    yield _SIDE.format("", _("accuracy"), "top-2", "macro-F1", _("only right"))
    sides = (("A", first, comparison.first, comparison.lost), ("B", second, comparison.second, comparison.gained))
    for letter, name, side, only in sides:
        shares = (percent(share) for share in (side.accuracy, side.top2, side.macro_f1))
        yield _SIDE.format(f"{letter} {tail(name, 24)}", *shares, number(int(only.sum())))
    yield ""
    yield _(
        "answered differently: {n:,}; McNemar's test, exact: p = {p:.3g}",
        n=len(comparison.differ),
        p=comparison.p_value,
    )
    yield _verdict(comparison)
    yield ""
    yield _TOPIC.format(_("topic"), _("texts"), _("F1 of A"), _("F1 of B"), _("change"), _("gained"), _("lost"))
    for change in comparison.by_topic:
        points = 100 * (change.second_f1 - change.first_f1)
        yield _TOPIC.format(
            cut(change.topic),
            number(change.texts),
            percent(change.first_f1),
            percent(change.second_f1),
            number(points, "+.1f"),
            number(change.gained),
            number(change.lost),
        )
    moved = comparison.moved(8)
    if moved:
        yield ""
        yield _("most frequent differences")
        for truth, one, other, count in moved:
            answers = _(
                "{truth}: A says {one}, B says {other}", truth=cut(truth, 18), one=cut(one, 18), other=cut(other, 18)
            )
            yield f"{number(count):>7}  {answers}"


def _verdict(comparison: "Comparison") -> str:
    if comparison.p_value >= _MEANINGFUL:
        return _("so small a difference can be chance")
    better = "B" if comparison.gained.sum() > comparison.lost.sum() else "A"
    return _("{better} is right more often, beyond what chance would give", better=better)
