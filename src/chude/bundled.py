"""Where the files that come with chude are: the bundled models and the taxonomy."""

from pathlib import Path

from chude.errors import InputError

_PACKAGE = Path(__file__).resolve().parent

# In a wheel both folders are inside the package; in a checkout (an editable install too) they are at its top.
_ROOTS = (_PACKAGE, _PACKAGE.parent.parent)


def models_folder() -> Path:
    """
    Folder of the bundled models.

    Returns
    -------
    pathlib.Path
        The folder that holds ``news.safetensors`` and the others.

    Raises
    ------
    InputError
        If the installation has no such folder.
    """
    return _folder("models", "*.safetensors", "reinstall chude, or run `make models` in a checkout")


def data_folder() -> Path:
    """
    Folder of the taxonomy and the sample articles.

    Returns
    -------
    pathlib.Path
        The folder that holds ``topics.toml``.

    Raises
    ------
    InputError
        If the installation has no such folder.
    """
    return _folder("data", "topics.toml", "reinstall chude")


def model_names() -> tuple[str, ...]:
    """
    Names of the bundled models.

    Returns
    -------
    tuple of str
        What :func:`chude.load` takes, in alphabetical order.

    Raises
    ------
    InputError
        If the installation has no folder of models.
    """
    return tuple(sorted(path.stem for path in models_folder().glob("*.safetensors")))


def _folder(name: str, needed: str, cure: str) -> Path:
    candidates = [root / name for root in _ROOTS]
    for folder in candidates:
        # A folder that merely has the name, of some other project above the package, is not ours.
        if any(folder.glob(needed)):
            return folder
    places = " nor in ".join(str(folder) for folder in candidates)
    raise InputError(f"this installation of chude is incomplete, {needed} is neither in {places}; {cure}")
