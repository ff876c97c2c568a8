"""``chude export``: a model as a scikit-learn pipeline."""

import click

import chude
from chude.cli import examples


@click.command(
    name="export",
    short_help="Write a model as a scikit-learn pipeline (joblib).",
    epilog=examples("chude export news -o pipeline.joblib"),
)
@click.argument("model", metavar="MODEL")
@click.option("-o", "--output", required=True, metavar="OUT", help="Write the pipeline to this file.")
def command(model: str, output: str) -> None:
    """Write MODEL (a bundled model's name, or a path) as a scikit-learn Pipeline, saved with joblib.

    Its predict_proba equals the model's. Loading it with joblib.load needs chude installed, and runs code as any pickle
    does: share the .safetensors file instead where you can.
    """
    import sklearn

    from chude.export import save_pipeline

    loaded = chude.load(model)
    save_pipeline(loaded, output)
    click.echo(
        f"{output}: {loaded.name}, {len(loaded.topics)} topics, for scikit-learn {sklearn.__version__} "
        f"and chude {chude.__version__}"
    )
