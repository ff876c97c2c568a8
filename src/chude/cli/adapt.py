"""``chude adapt``: a model adapted to a few of your own texts."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._data import DataOptions, data_options, unify_labels, without_repeated
from chude.cli._fitted import cut
from chude.cli._models import check_model_ending, name_from
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._steps import steps
from chude.locale import _, number, sentence
from chude.pages.numbers import percent
from chude.topics import name_key

if TYPE_CHECKING:
    from chude import TopicModel
    from chude.adapt import Adapted
    from chude.dataset import Dataset
    from chude.evaluation import Evaluation

_ROW = "{:<22} {:>10}  {:<17} {:>8}  {:<17}"
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
@overwrite_option
@click.option("--from", "start", default="news", show_default=True, metavar="MODEL", help="Model to adapt.")
@data_options
@click.option("--only-mine", is_flag=True, help="Drop topics of the model that no text of DATA has.")
@click.option("--name", help="Name of the new model.  [default: that of its file]")
@click.option("--seed", metavar="N", type=click.IntRange(0), default=0, show_default=True, help="Random seed.")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="Use at most N processors.  [default: all]")
@click.option("-q", "--quiet", is_flag=True, help="No progress; errors only.")
def command(
    data: tuple[str, ...],
    output: str,
    overwrite: bool,
    start: str,
    only_mine: bool,
    name: str | None,
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
    check_model_ending(output)
    check_free(output, overwrite=overwrite)
    general = chude.load(start)
    texts = how.read(data)
    unify_labels(texts)
    texts = without_repeated(texts)
    _warn_of_single(texts.topics)
    from chude.adapt import STEPS, adapt

    stands_for = _picked(texts, quiet=quiet)
    with steps(_("Learning"), STEPS, quiet=quiet) as progress:
        adapted = adapt(
            texts.texts,
            texts.topics,
            general,
            groups=texts.publishers,
            stands_for=stands_for,
            only_mine=only_mine,
            name=name_from(output) if name is None else name,
            seed=seed,
            n_jobs=threads,
            progress=progress,
        )
    provenance = {
        "data": list(data),
        **how.chosen,
        "n_texts_by_topic": dict(sorted(Counter(texts.topics).items())),
        "versions": {"chude": chude.__version__},
    }
    model = replace(adapted.model, about=MappingProxyType({**adapted.model.about, **provenance}))
    model.save(output)
    lost = [] if only_mine else _lost(general, adapted)
    click.echo("\n".join([*_lines(adapted, general.name, lost), _("wrote {path}", path=output)]))
    return EXIT_FAILED_TEXTS if texts.failures else 0


def _warn_of_single(topics: Sequence[str]) -> None:
    """Name the labels that one text has, and say on stderr what that means for the scores."""
    single = [topic for topic, count in sorted(Counter(topics).items()) if count == 1]
    if single:
        said = _(
            "labels with a single text: {topics}. When that text is scored, no other text of its label is left to "
            "learn from, so the scores are too low. Label a few more of each, or give them the label of "
            "another section.",
            topics=_named(single),
        )
        click.echo("\n".join(_wrapped(said)), err=True)


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, _WIDTH, break_on_hyphens=False)  # a label such as the-thao stays whole


def _named(labels: Sequence[str]) -> str:
    """Return the first labels, and how many there are beside."""
    shown = ", ".join(map(cut, labels[:_SHOWN]))
    return _("{named} and {n:,} more", named=shown, n=len(labels) - _SHOWN) if len(labels) > _SHOWN else shown


def _picked(texts: "Dataset", *, quiet: bool) -> list[float] | None:
    """Return how many texts each stands for if all were picked; say so, or that some were not."""
    stands_for = [each for each in texts.stands_for if each is not None]
    if len(stands_for) == len(texts):
        if not quiet:
            click.echo(_("picked texts: each counts for those of the archive that it stands for"), err=True)
        return stands_for
    if stands_for:
        others = len(texts) - len(stands_for)
        line = _("{n:,} of {total:,} texts were not picked: all count the same", n=others, total=len(texts))
        click.echo(line, err=True)
    return None


def _lost(general: "TopicModel", adapted: "Adapted") -> list[str]:
    """Return the topics of the general model that the adapted one does not have."""
    labels = {name_key(str(label)) for label in adapted.classes.tolist()}
    return [
        topic.slug for topic in general.topics if labels.isdisjoint(map(name_key, (topic.slug, topic.vi, topic.en)))
    ]


def _lines(adapted: "Adapted", start: str, lost: Sequence[str]) -> Iterator[str]:
    n_labels = len(adapted.classes) - len(adapted.kept)
    yield _("{texts:,} texts, {labels} labels", texts=adapted.n_texts, labels=n_labels)
    if adapted.kept:
        kept = _("also kept, though no text is of them: {topics}", topics=_named(adapted.kept))
        yield from _wrapped(kept)
    if lost:
        dropped = _(
            "not in the new model, because none of your texts has them: {topics}. If your archive has texts of these "
            "topics, label a few of each: otherwise they get other labels.",
            topics=", ".join(map(cut, lost)),
        )
        yield from _wrapped(dropped)
    yield from _scores(adapted, start)
    yield from _curve(adapted)
    yield from _wrapped(sentence(adapted.verdict))


def _scores(adapted: "Adapted", start: str) -> Iterator[str]:
    rows = {
        _("{model} alone", model=cut(start, 15)): adapted.general,
        _("your texts alone"): adapted.own,
        _("both together"): adapted.both,
    }
    if not any(rows.values()):
        return
    yield _ROW.format("", _("accuracy"), "", "macro-F1", "").rstrip()
    for name, scored in rows.items():
        if scored is not None:
            yield _ROW.format(name, *_intervals(scored)).rstrip()
    if adapted.general is None:
        yield _("{model} alone cannot be scored: it does not have all of your labels", model=cut(start, 15))
    if adapted.both is not None:
        yield _("calibration error {ece:.3f}", ece=adapted.both.ece)


def _intervals(scored: "Evaluation") -> Iterator[str]:
    from chude.evaluation.intervals import bootstrap, proportion

    for value, low, high in (proportion(int(scored.right.sum()), len(scored.right)), bootstrap(scored)["macro_f1"]):
        yield percent(value)
        yield _("({low:.1f} to {high:.1f})", low=100 * low, high=100 * high)


def _curve(adapted: "Adapted") -> Iterator[str]:
    if len(adapted.curve) > 1:
        yield _CURVE.format(_("texts"), _("texts alone"), _("both together"))
        for point in adapted.curve:
            yield _CURVE.format(number(point.texts), percent(point.own), percent(point.both))
