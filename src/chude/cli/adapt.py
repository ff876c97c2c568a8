"""``chude adapt``: a model adapted to a few of your own texts."""

import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._data import DataOptions, data_options, unify_labels
from chude.cli._scores import cut
from chude.cli._steps import steps
from chude.pages.figures import percent

if TYPE_CHECKING:
    from chude.adapt import Adapted
    from chude.evaluation import Evaluation

_ROW = "{:<24} {:>8}  {:<17} {:>8}  {:<17}"
_CURVE = "{:>8} {:>14} {:>14}"
_SHOWN, _WIDTH = 5, 80


@click.command(
    name="adapt",
    short_help="Adapt a model to your own labels.",
    epilog=examples(
        "chude adapt ours/ -o ours.safetensors",
        "chude adapt a.csv --text-column body --topic-column section -o m.safetensors",
        "chude adapt ours/ --from vntc -o ours.safetensors",
    ),
)
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option("-o", "--output", required=True, metavar="MODEL", help="Write the model to this file.")
@click.option("--from", "start", default="news", show_default=True, metavar="MODEL", help="Model to adapt.")
@data_options
@click.option("--only-mine", is_flag=True, help="Drop topics of the model that no text of DATA has.")
@click.option("--name", default="mine", show_default=True, help="Name of the new model.")
@click.option("--seed", metavar="N", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Use at most N processors.  [default: all]")
@click.option("-q", "--quiet", is_flag=True, help="No progress; errors only.")
def command(
    data: tuple[str, ...],
    output: str,
    start: str,
    only_mine: bool,
    name: str,
    seed: int,
    threads: int | None,
    quiet: bool,
    how: DataOptions,
) -> int:
    """Adapt a model to your own labels, with a few dozen to a few thousand labelled texts.

    DATA is a folder with one sub-folder for each label, or a table with the columns text and topic; --text-column and
    --topic-column name other columns. Labels may be topics of the model, or your own. Cross-validation scores the model
    alone, your texts alone, and both together. It keeps the texts of a publisher together if --publisher-column names
    the column of publishers.

    Exit codes: 0 learned from all texts, 1 some could not be read, 2 wrong use.
    """
    general = chude.load(start)
    texts = how.read(data)
    unify_labels(texts)
    from chude.adapt import STEPS, adapt

    with steps("Learning", STEPS, quiet=quiet) as progress:
        adapted = adapt(
            texts.texts,
            texts.topics,
            general,
            groups=texts.publishers,
            only_mine=only_mine,
            name=name,
            seed=seed,
            n_jobs=threads,
            progress=progress,
        )
    provenance = {
        "data": list(data),
        "n_texts_by_topic": dict(sorted(Counter(texts.topics).items())),
        "versions": {"chude": chude.__version__},
    }
    model = replace(adapted.model, about=MappingProxyType({**adapted.model.about, **provenance}))
    model.save(output)
    click.echo("\n".join([*_lines(adapted, general.name), f"wrote {output}"]))
    return EXIT_FAILED_TEXTS if texts.failures else 0


def _lines(adapted: "Adapted", start: str) -> Iterator[str]:
    n_labels = len(adapted.classes) - len(adapted.kept)
    yield f"{adapted.n_texts:,} texts, {n_labels} labels"
    if adapted.kept:
        more = f" and {len(adapted.kept) - _SHOWN} more" if len(adapted.kept) > _SHOWN else ""
        kept = f"also kept, though no text is of them: {', '.join(map(cut, adapted.kept[:_SHOWN]))}{more}"
        yield from textwrap.wrap(kept, _WIDTH)
    yield from _scores(adapted, start)
    yield from _curve(adapted)
    yield from textwrap.wrap(adapted.verdict, _WIDTH)


def _scores(adapted: "Adapted", start: str) -> Iterator[str]:
    rows = {f"{cut(start, 15)} alone": adapted.general, "your texts alone": adapted.own, "both together": adapted.both}
    if not any(rows.values()):
        return
    yield _ROW.format("", "accuracy", "", "macro-F1", "").rstrip()
    for name, scored in rows.items():
        if scored is not None:
            yield _ROW.format(name, *_intervals(scored)).rstrip()
    if adapted.general is None:
        yield f"{cut(start, 15)} alone cannot be scored: it does not have all of your labels"
    if adapted.both is not None:
        yield f"calibration error {adapted.both.ece:.3f}"


def _intervals(scored: "Evaluation") -> Iterator[str]:
    from chude.evaluation.intervals import bootstrap, proportion

    for value, low, high in (proportion(int(scored.right.sum()), len(scored.right)), bootstrap(scored)["macro_f1"]):
        yield percent(value)
        yield f"({100 * low:.1f} to {100 * high:.1f})"


def _curve(adapted: "Adapted") -> Iterator[str]:
    if len(adapted.curve) > 1:
        yield _CURVE.format("texts", "texts alone", "both together")
        for point in adapted.curve:
            yield _CURVE.format(f"{point.texts:,}", percent(point.own), percent(point.both))
