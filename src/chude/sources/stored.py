"""Parquet files in any place that fsspec can open: what paths, folders, globs and URLs stand for."""

import glob
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from chude.errors import EngineError, InputError

ENDING = ".parquet"


@dataclass(frozen=True)
class StoredFile:
    """A file in any place that fsspec can open.

    Attributes
    ----------
    shown : str
        Its name, in the way its input was given.
    system, path : fsspec.AbstractFileSystem, str
    inside : str
        Its path below the folder that was given, or below the part of a glob that has no wildcards.
    size : int
        In bytes.
    version : str
        Changes when the file does.
    """

    shown: str
    system: Any
    path: str
    inside: str
    size: int
    version: str

    def open(self) -> IO[bytes]:
        """Open the file. Where a read from another machine fails, reading raises EngineError.

        Raises
        ------
        OSError
            If it cannot be opened.
        """
        if is_local(self.system):
            return Path(self.path).open("rb")
        return cast("IO[bytes]", _Remote(self.system.open(self.path, "rb"), self.shown))


def stored_files(given: str) -> list[StoredFile]:
    """Return the Parquet files that an input stands for, in the order of their paths.

    Parameters
    ----------
    given : str
        A file, a folder (searched for ``*.parquet``, except names that begin with ``.`` or ``_``) or a glob, in any
        place that fsspec can open.

    Raises
    ------
    InputError
        If there is no such place, file or folder.
    """
    system, path = located(given)
    base, files = _files(system, path, given)
    found = []
    for name, about in sorted(files.items()):
        inside = name.removeprefix(base).lstrip("/")
        shown = _shown(given, path, base, inside) or system.unstrip_protocol(name)
        found.append(StoredFile(shown, system, name, inside, int(about["size"] or 0), _version(about)))
    return found


def is_local(system: Any) -> bool:
    """Whether a file system is that of this machine."""
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(system, LocalFileSystem)


def located(url: str) -> tuple[Any, str]:
    """Return the file system of a URL or path, and the path in it."""
    import fsspec

    try:
        system, path = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{url} cannot be opened: {error}") from error
    return system, str(path)


def _files(system: Any, path: str, given: str) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the folder that names are relative to, and what is known of each file."""
    try:
        if glob.has_magic(path):
            base = path[: next(k for k, letter in enumerate(path) if letter in "*?[")].rpartition("/")[0]
            return base, dict(_below(system, system.glob(path, detail=True), base))
        about = system.info(path)
        if about["type"] == "directory":
            base = path.rstrip("/")
            return base, dict(_below(system, {path: about}, base))
    except FileNotFoundError:
        raise InputError(f"no such file or folder: {given}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{given} cannot be listed: {error}") from error
    if not path.endswith(ENDING):
        raise InputError(f"{given} is no Parquet file; with an engine, inputs have to end in {ENDING}")
    return posixpath.dirname(path), {path: about}


def _below(system: Any, matches: dict[str, Any], base: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield Parquet files, also those in folders: Spark writes folders with names of files."""
    for name, about in matches.items():
        if about["type"] != "directory":
            if name.endswith(ENDING):
                yield name, about
            continue
        for file, its in system.find(name, detail=True).items():
            hidden = any(part[0] in "._" for part in file[len(base) :].split("/") if part)
            if file.endswith(ENDING) and not hidden:
                yield file, its


def _shown(given: str, path: str, base: str, inside: str) -> str | None:
    """Return the name of a file in the way its input was given; None if there is none, as in an archive."""
    beyond = path[len(base) :]
    if "::" in given or not given.endswith(beyond):
        return None
    return posixpath.join(given[: len(given) - len(beyond)], inside)


def _version(about: dict[str, Any]) -> str:
    keys = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "updated")
    return str(next((about[key] for key in keys if key in about), ""))


class _Remote:
    """A file on another machine. A failed read is no OSError, which would be taken for damage in the file."""

    def __init__(self, file: Any, shown: str) -> None:
        self._file, self._shown = file, shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Remote":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        try:
            data: bytes = self._file.read(size)
        except OSError as error:
            raise EngineError(f"{self._shown} cannot be read: {error}") from error
        return data
