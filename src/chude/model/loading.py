"""A model by its name or by the path of its file."""

import os
from pathlib import Path

from chude import bundled
from chude.errors import InputError
from chude.model.topic_model import TopicModel


def load(name_or_path: str | os.PathLike[str] = "news") -> TopicModel:
    """Load a bundled model by its name, or a model file by its path.

    Parameters
    ----------
    name_or_path : str or path, default "news"

    Returns
    -------
    TopicModel

    Raises
    ------
    InputError
        If it is neither the name of a bundled model nor a file.
    ModelFileError
        If the file is not a model, is damaged, or needs a newer chude.

    Examples
    --------
    >>> import chude
    >>> chude.load("vntc").classes_.size
    10
    """
    path = Path(name_or_path)
    if path.is_file():
        return TopicModel.load(path)
    names = bundled.model_names()
    if str(name_or_path) in names:
        return TopicModel.load(bundled.models_folder() / f"{name_or_path}.safetensors")
    raise InputError(f"no model {str(name_or_path)!r}: give the path of a model file, or one of {', '.join(names)}")
