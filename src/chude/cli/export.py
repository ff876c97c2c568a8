"""``chude export``: a model as a scikit-learn pipeline."""

import click

import chude
from chude.cli import examples
from chude.cli._outputs import check_free, overwrite_option
from chude.locale import _


@click.command(
    name="export",
    short_help="Write a model as a scikit-learn pipeline (joblib).",
    epilog=examples("chude export news -o pipeline.joblib"),
)
@click.argument("model", metavar="MODEL")
@click.option("-o", "--output", required=True, metavar="OUT", help="Write the pipeline to this file.")
@overwrite_option
def command(model: str, output: str, overwrite: bool) -> None:
    """Write MODEL (the name of a bundled model, or a path) as a scikit-learn Pipeline, saved with joblib.

    Its predict_proba equals that of the model. To load it with joblib.load, chude has to be installed. Loading runs
    code, as with any pickle: share the .safetensors file instead if you can.
    """
    check_free(output, overwrite=overwrite)
    import sklearn

    from chude.export import save_pipeline

    loaded = chude.load(model)
    save_pipeline(loaded, output)
    click.echo(
        _(
            "{path}: {model}, {topics} topics, for scikit-learn {sklearn} and chude {chude}",
            path=output,
            model=loaded.name,
            topics=len(loaded.topics),
            sklearn=sklearn.__version__,
            chude=chude.__version__,
        )
    )
