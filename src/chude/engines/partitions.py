"""Parquet files in any place that fsspec can open, and the files of labels that are written for them."""

import glob
import hashlib
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chude.errors import InputError

ENDING = ".parquet"


@dataclass(frozen=True)
class Partition:
    """A Parquet file, and the file of its labels.

    Attributes
    ----------
    shown : str
        What the ``path`` column says.
    source_system, source : fsspec.AbstractFileSystem, str
    target_system, target : fsspec.AbstractFileSystem, str
    size : int
        Bytes of the file.
    version : str
        Changes when the file does.
    """

    shown: str
    source_system: Any
    source: str
    target_system: Any
    target: str
    size: int
    version: str


def partitions(inputs: Sequence[str], out: str) -> list[Partition]:
    """List the Parquet files of `inputs`, in the order of their paths.

    Parameters
    ----------
    inputs : sequence of str
        Files, folders (searched for ``*.parquet``, except names that begin with ``.`` or ``_``) and globs, in any
        place that fsspec can open.
    out : str
        Folder of the labels. The labels of a file have its path below the given folder, or below the part of a glob
        that has no wildcards.

    Raises
    ------
    InputError
        If there are none, one does not exist, or two would have the same file of labels.
    """
    if not inputs:
        raise InputError("nothing to label: give Parquet files, a folder or a glob of them")
    out_system, root = located(out)
    root = root.rstrip("/")
    by_target: dict[str, Partition] = {}
    for given in inputs:
        system, path = located(given)
        base, files = _files(system, path, given)
        for name in sorted(files):
            if system == out_system and (name == root or name.startswith(f"{root}/")) and base != root:
                continue  # labels of an earlier run, in a folder below the input
            inside = name[len(base) :].lstrip("/") if base else name
            target = f"{root}/{inside}"
            if system == out_system and target == name:
                raise InputError(f"{given} is both input and output: name another folder for the labels")
            if target in by_target:
                other = by_target[target].shown
                raise InputError(f"{other} and {name} would both become {target}: label them one by one")
            shown = _shown(given, path, base, inside) or system.unstrip_protocol(name)
            size, version = int(files[name]["size"] or 0), _version(files[name])
            by_target[target] = Partition(shown, system, name, out_system, target, size, version)
    if not by_target:
        raise InputError(f"no Parquet files in {', '.join(inputs)}: their names have to end in {ENDING}")
    return list(by_target.values())


def fingerprint(parts: Sequence[Partition]) -> str:
    """Return a fingerprint that changes if a file is added, removed, or has another size, time of change or tag."""
    lines = "".join(f"{part.shown}\0{part.size}\0{part.version}\n" for part in parts)
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


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
            matches = system.glob(path, detail=True)
            return base, dict(_below(system, matches, base))
        about = system.info(path)
    except FileNotFoundError:
        raise InputError(f"no such file or folder: {given}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{given} cannot be listed: {error}") from error
    if about["type"] == "directory":
        base = path.rstrip("/")
        return base, dict(_below(system, {path: about}, base))
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
    known = next(
        (about[key] for key in ("ETag", "etag", "md5Hash", "mtime", "LastModified", "updated") if key in about), ""
    )
    return str(known)
