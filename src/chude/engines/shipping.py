"""Models on workers: sent to them, or read there.

A model that is sent is pickled as the bytes of its file. Dask and Spark keep it in each process that has received it.
"""

import os
import socket
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chude.errors import InputError
from chude.labelling.api import loaded
from chude.labelling.model_protocol import ModelProtocol


@dataclass(frozen=True)
class StoredModel:
    """A model that every worker has, by the name of a bundled model or by a path.

    Parameters
    ----------
    name : str
    """

    name: str

    def load(self) -> ModelProtocol:
        """Return the model. A process reads it once, and again after the file has changed.

        Raises
        ------
        InputError
            If this worker has no such model.
        """
        try:
            status = Path(self.name).stat()
            version = (status.st_size, status.st_mtime_ns)
        except OSError:  # a bundled model, or none
            version = (0, 0)
        try:
            return _read(self.name, version)
        except InputError as error:
            raise InputError(
                f"the worker on {socket.gethostname()} has no model {self.name!r}: put the file there on every worker, "
                "or leave ship=True, which sends it"
            ) from error


@lru_cache(maxsize=4)
def _read(name: str, version: tuple[int, int]) -> ModelProtocol:  # noqa: ARG001 - a part of the key
    return loaded(name)


def shipped(model: "str | os.PathLike[str] | ModelProtocol", *, ship: bool = True) -> ModelProtocol | StoredModel:
    """Return what is sent to the workers: the model, or with ``ship=False`` its name.

    Raises
    ------
    InputError
        If there is no such model on this machine, or a model without a name is not to be sent.
    """
    if ship:
        return loaded(model)
    if not isinstance(model, (str, os.PathLike)):
        raise InputError("ship=False needs the name or the path of a model that every worker has, not a model")
    return StoredModel(os.fspath(model))
