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
    """Write MODEL (the name of a bundled model, or a path) as a scikit-learn Pipeline, saved with joblib.

    Its predict_proba equals that of the model. To load it with joblib.load, chude has to be installed. Loading runs
    code, as with any pickle: share the .safetensors file instead if you can.
    """
    import sklearn

    from chude.export import save_pipeline

    loaded = chude.load(model)
    save_pipeline(loaded, output)
    click.echo(
        f"{output}: {loaded.name}, {len(loaded.topics)} topics, for scikit-learn {sklearn.__version__} "
        f"and chude {chude.__version__}"
    )
