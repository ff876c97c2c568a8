"""``chude evaluate``: what a model's answers are worth on labelled texts."""

import json
from typing import Any

import click

import chude
from chude.cli import EXIT_FAILED_TEXTS
from chude.cli._data import data_options, read_data
from chude.cli._scores import scores


@click.command(name="evaluate", short_help="Score a model on labelled texts.")
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option("--model", default="news", show_default=True, metavar="NAME|PATH", help="Model to score.")
@data_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(data: tuple[str, ...], model: str, as_json: bool, **options: Any) -> int:
    """Score a model: accuracy, macro-F1, top-2, calibration, each topic, and the most confused pairs.

    DATA is a folder with one sub-folder a topic, or, with --text-column, a table. A text of a topic that the model does
    not have counts as wrong.

    Exit codes: 0 all scored, 1 some texts could not be read, 2 wrong use.
    """
    from chude.evaluation import evaluate

    loaded = chude.load(model)
    texts = read_data(data, options)
    found = evaluate(loaded, texts.texts, texts.topics)
    if as_json:
        said = {"model": loaded.name, "data": list(data), "skipped": dict(texts.skipped), **found.to_dict()}
        said["failed"] = len(texts.failures)
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{loaded.name} on {', '.join(data)}: {len(texts):,} texts, {len(found.topics)} topics\n")
        click.echo("\n".join(scores(found)))
    return EXIT_FAILED_TEXTS if texts.failures else 0
