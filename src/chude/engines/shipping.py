"""Models that are sent to workers: as bytes or as a path, never as code. A process reads a model once."""

import hashlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chude.errors import InputError
from chude.labelling.api import loaded
from chude.labelling.labeller import Model

_MOST_READ = 4
"""Models that a process remembers; one or two are in use at a time."""

_read: dict[str, Model] = {}
_reading = threading.Lock()


@dataclass(frozen=True)
class SentModel:
    """A model as the bytes of its file.

    Parameters
    ----------
    data : bytes
    digest : str
        Differs between models.
    """

    data: bytes
    digest: str

    def load(self) -> Model:
        """Return the model; the first call in a process reads it."""
        from chude import TopicModel

        return _once(self.digest, lambda: TopicModel.from_bytes(self.data))


@dataclass(frozen=True)
class StoredModel:
    """A model that every worker has, by the name of a bundled model or by a path.

    Parameters
    ----------
    name : str
    """

    name: str

    @property
    def digest(self) -> str:
        """Differs between models."""
        return hashlib.sha256(self.name.encode(errors="surrogateescape")).hexdigest()

    def load(self) -> Model:
        """Return the model; the first call in a process reads it, and so does one after the file has changed.

        Raises
        ------
        InputError
            If this worker has no such model.
        """
        try:
            status = Path(self.name).stat()
            version = f"{status.st_size} {status.st_mtime_ns}"
        except OSError:
            version = "bundled"
        try:
            return _once(f"{self.name} {version}", lambda: loaded(self.name))
        except InputError as error:
            raise InputError(
                f"the worker on {socket.gethostname()} has no model {self.name!r}: put the file there on every worker, "
                "or leave ship=True, which sends it"
            ) from error


ModelOnTheWay = SentModel | StoredModel


def shipped(model: "str | os.PathLike[str] | Model", *, ship: bool = True) -> ModelOnTheWay:
    """Return what is sent to the workers: the model, or its name.

    Parameters
    ----------
    model : TopicModel, name or path
    ship : bool
        Send the bytes of the model; with False, every worker reads it by its name.

    Raises
    ------
    InputError
        If there is no such model on this machine, or a model without a name is not to be sent.
    """
    if not ship:
        if not isinstance(model, (str, os.PathLike)):
            raise InputError("ship=False needs the name or the path of a model that every worker has, not a model")
        return StoredModel(os.fspath(model))
    here = loaded(model)
    data = here.to_bytes()
    sent = SentModel(data, hashlib.sha256(data).hexdigest())
    _once(sent.digest, lambda: here)  # workers in this process have it
    return sent


def _once(key: str, read: Callable[[], Model]) -> Model:
    with _reading:
        if key not in _read:
            while len(_read) >= _MOST_READ:
                del _read[next(iter(_read))]
            _read[key] = read()
        return _read[key]
