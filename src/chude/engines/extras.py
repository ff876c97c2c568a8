"""Checks that an engine is installed."""

from importlib.util import find_spec

from chude.errors import MissingExtraError

_PACKAGES = {"dask": ("Dask", "distributed"), "spark": ("Spark", "pyspark")}


def require(extra: str) -> None:
    """Check that an engine is installed.

    Parameters
    ----------
    extra : {"dask", "spark"}

    Raises
    ------
    MissingExtraError
        If it is not installed; the message says what to install.
    """
    name, package = _PACKAGES[extra]
    if find_spec(package) is None:
        raise MissingExtraError(f"labelling with {name} needs {package}: pip install 'chude[{extra}]'")
