"""What a model file is called, and what it says of the texts that it was learned from."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from chude.errors import InputError
from chude.locale import _

_ENDING = ".safetensors"


def check_model_ending(path: str) -> None:
    """Check that the name of a model to write has its ending, before anything is learned.

    Raises
    ------
    InputError
        If not.
    """
    if not path.lower().endswith(_ENDING):
        raise InputError(
            f"{path} must end in {_ENDING}: a model of chude is such a file; `chude export` makes a joblib file of it"
        )


def name_from(path: str) -> str:
    """Return the name that a model gets from the file it is written to: that of the file, without its ending."""
    return os.fsencode(Path(path).stem).decode("utf-8", "replace")  # a name of a file need not be text


def warn_if_learned_from(
    model: str, about: Mapping[str, Any], data: Sequence[str], chosen: Mapping[str, list[str]]
) -> list[str]:
    """Print to stderr that a model is scored on the data that it was learned from, if its file names the same data.

    Parameters
    ----------
    model : str
        The model as the user named it.
    about : mapping
        Of the model.
    data : sequence of str
        DATA of the command.
    chosen : mapping
        What chooses texts of it, `DataOptions.chosen`.

    Returns
    -------
    list of str
        Those of DATA that the model was learned from.
    """
    learned = about.get("data")
    if not isinstance(learned, list) or any(about.get(name) != values for name, values in chosen.items()):
        return []
    places = {os.path.realpath(path) for path in learned if isinstance(path, str)}
    same = [path for path in data if os.path.realpath(path) in places]
    if same:
        said = _(
            "chude: {model} was learned from {data}: scores on texts it has seen are too high",
            model=model,
            data=", ".join(same),
        )
        click.echo(said, err=True)
    return same
