"""``chude evaluate``: scores of a model on labelled texts."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS, examples
from chude.cli._data import DataOptions, data_options
from chude.cli._models import warn_if_learned_from
from chude.cli._outputs import check_free, overwrite_option
from chude.cli._report import topic_names
from chude.cli._scores import scores
from chude.cli._steps import steps
from chude.errors import InputError
from chude.locale import _

if TYPE_CHECKING:
    from chude.dataset import Dataset
    from chude.evaluation import Evaluation
    from chude.evaluation.report import Report
    from chude.model import TopicModel


@click.command(
    name="evaluate",
    short_help="Score a model on labelled texts.",
    epilog=examples(
        "chude evaluate test/",
        "chude evaluate a.csv --text-column body --where split=test --model vntc",
        "chude evaluate test/ --report report/",
    ),
)
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model to score.")
@data_options
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--report", metavar="FOLDER", help="Write report.html, its figures and report.json to this folder.")
@overwrite_option
@click.option("--learning-curve", is_flag=True, help="With --report: also train on growing parts of DATA.")
def command(
    data: tuple[str, ...],
    model: str,
    as_json: bool,
    report: str | None,
    overwrite: bool,
    learning_curve: bool,
    how: DataOptions,
) -> int:
    """Score a model: accuracy, macro-F1, top-2 accuracy, calibration, each topic, and the most confused pairs.

    DATA is a folder with one sub-folder for each topic, or a table with the columns text and topic; --text-column and
    --topic-column name other columns. Labels are topics of the model or their names, in any case. A text with a topic
    that the model does not have counts as wrong.

    Exit codes: 0 all scored, 1 some texts could not be read, 2 wrong use.
    """
    from chude.evaluation import evaluate

    if learning_curve and report is None:
        raise InputError("--learning-curve goes with --report FOLDER")
    _check_report_free(report, overwrite=overwrite)
    loaded = chude.load(model)
    seen = warn_if_learned_from(model, loaded.about, data, how.chosen)
    texts = how.read(data)
    evaluation = evaluate(loaded, texts.texts, texts.topics)
    if as_json:
        fields: dict[str, object] = {"model": loaded.name, "data": list(data), "learned_from": seen}
        fields["skipped"] = dict(texts.skipped)
        fields |= evaluation.to_dict()
        fields["failed"] = len(texts.failures)
        click.echo(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        scored = _(
            "{model} on {data}: {texts:,} texts, {topics} topics",
            model=loaded.name,
            data=", ".join(data),
            texts=len(texts),
            topics=len(evaluation.topics),
        )
        click.echo(f"{scored}\n")
        click.echo("\n".join(scores(evaluation, topic_names(loaded))))
    if report is not None:
        page = _report(evaluation, loaded, texts, data, seen, learning_curve).write(report)
        click.echo("\n" + _("wrote {path}", path=page), err=as_json)
    return EXIT_FAILED_TEXTS if texts.failures else 0


def _check_report_free(folder: str | None, *, overwrite: bool) -> None:
    if folder is None:
        check_free(overwrite=overwrite)
        return
    from chude.evaluation.report import report_files

    check_free(*report_files(folder), overwrite=overwrite, makes_folders=True)


def _report(
    evaluation: "Evaluation",
    model: "TopicModel",
    texts: "Dataset",
    data: Sequence[str],
    seen: list[str],
    with_curve: bool,
) -> "Report":
    from chude.evaluation.learning_curve import SHARES, learning_curve
    from chude.evaluation.report import Report

    curve = []
    if with_curve:
        with steps(_("Learning"), 3 * len(SHARES)) as progress:
            curve = learning_curve(texts.texts, texts.topics, texts.publishers, progress=progress)
    return Report(evaluation, model, texts, ", ".join(data), curve, seen)
