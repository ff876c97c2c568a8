"""What is to be done with every part of the texts; it is sent to the workers."""

import socket
from dataclasses import dataclass, field
from importlib.util import find_spec

import chude
from chude.engines.shipping import StoredModel
from chude.errors import EngineError, MissingExtraError
from chude.labelling.job import Job
from chude.labelling.model_protocol import ModelProtocol
from chude.labelling.rules import Rules
from chude.sinks.schema import output_columns
from chude.sources.options import SourceOptions
from chude.sources.source import Source

_PACKAGES = {"dask": ("Dask", "distributed"), "spark": ("Spark", "pyspark")}


def require(extra: str) -> None:
    """Check that an engine, ``dask`` or ``spark``, is installed.

    Raises
    ------
    MissingExtraError
        If it is not; the message says what to install.
    """
    name, package = _PACKAGES[extra]
    if find_spec(package) is None:
        raise MissingExtraError(f"labelling with {name} needs {package}: pip install 'chude[{extra}]'")


def _own_version() -> str:
    return str(chude.__version__)


@dataclass(frozen=True)
class Work:
    """What is to be done with every part of the texts.

    Parameters
    ----------
    options : SourceOptions
    rules : Rules
    version : str
        Version of chude on the machine that gives out the work.

    Raises
    ------
    InputError
        If a kept column has the name of a column of the labels.
    """

    options: SourceOptions
    rules: Rules
    version: str = field(default_factory=_own_version)

    def __post_init__(self) -> None:
        self.columns  # noqa: B018 - a property that raises

    @property
    def columns(self) -> list[str]:
        """Columns of the labels."""
        return output_columns(self.options.keep, self.rules.optional_columns)

    def job(self, source: Source, model: ModelProtocol | StoredModel, threads: int = 1) -> Job:
        """Return the local run that labels a source on this worker.

        Raises
        ------
        EngineError
            If the worker has another version of chude, whose labels might differ.
        InputError
            If the worker does not have the model.
        """
        if self.version != _own_version():
            raise EngineError(
                f"the worker on {socket.gethostname()} has chude {_own_version()}, the work was given out by chude "
                f"{self.version}: install the same version on every worker"
            )
        return Job(source, model.load() if isinstance(model, StoredModel) else model, self.rules, threads)
