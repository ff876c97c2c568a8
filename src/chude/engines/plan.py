"""The tasks of a run over Parquet files in any place that fsspec can open: a file, or a range of its row groups."""

import glob
import hashlib
import posixpath
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from chude.errors import InputError
from chude.sources.options import SourceOptions
from chude.sources.parquet_table import ParquetTable
from chude.sources.rawfile import RawStream, Unreadable
from chude.sources.source import Survey

ENDING = ".parquet"
SCRATCH = ".chude-run"
"""Folder for incomplete files, in the folder of the labels. It is removed when a run is complete."""

PART_BYTES = 64 << 20
"""Larger files are labelled in ranges of row groups of about this size: some seconds of work for one processor."""


@dataclass(frozen=True)
class Part:
    """What one task labels: a Parquet file, or a range of its row groups.

    Attributes
    ----------
    shown : str
        What the ``path`` column says.
    source_system, source : fsspec.AbstractFileSystem, str
        The file.
    target_system, root : fsspec.AbstractFileSystem, str
        Folder of the labels.
    inside : str
        Path of the file of labels in that folder.
    version : str
        Changes when the file does.
    size : int
        Bytes of the file that the task reads, about.
    row_groups : range or None
        None for the whole file.
    """

    shown: str
    source_system: Any
    source: str
    target_system: Any
    root: str
    inside: str
    version: str
    size: int
    row_groups: range | None = None

    @property
    def labels(self) -> str:
        """File of the labels of the whole file."""
        return f"{self.root}/{self.inside}"

    @property
    def target(self) -> str:
        """File that the task writes."""
        return self.labels if self.row_groups is None else f"{self.scratch}/{self.inside}/{self.row_groups.start}"

    @property
    def scratch(self) -> str:
        """Folder for what is not complete."""
        return f"{self.root}/{SCRATCH}"


def plan(inputs: Sequence[str], out: str, options: SourceOptions) -> list[Part]:
    """Return the tasks, in the order of the rows. The same inputs give the same tasks.

    Parameters
    ----------
    inputs : sequence of str
        Files, folders (searched for ``*.parquet``, except names that begin with ``.`` or ``_``) and globs, in any
        place that fsspec can open.
    out : str
        Folder of the labels. The labels of a file have its path below the given folder, or below the part of a glob
        that has no wildcards.
    options : SourceOptions

    Raises
    ------
    InputError
        If there are no files, one does not exist, two would have the same file of labels, or the first one lacks a
        column. Workers check the columns of the others.
    """
    files = _listed(inputs, out)
    _row_groups(files[0], options)
    return [part for file in files for part in _split(file, options)]


def survey(parts: Sequence[Part]) -> Survey:
    """Return what the files of a plan hold; the fingerprint also changes with a file's tag."""
    lines = "".join(f"{part.shown}\0{part.size}\0{part.version}\n" for part in parts)
    digest = hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()
    return Survey(len({part.labels for part in parts}), sum(part.size for part in parts), None, digest)


def _split(file: Part, options: SourceOptions) -> Iterator[Part]:
    groups = 1
    if file.size > PART_BYTES:
        with suppress(InputError):  # its labels say what is wrong with it
            groups = _row_groups(file, options)
    count = min(groups, -(-file.size // PART_BYTES))
    if count < 2:
        yield file
        return
    for start, stop in pairwise(k * groups // count for k in range(count + 1)):
        yield replace(file, row_groups=range(start, stop), size=file.size * (stop - start) // groups)


def _row_groups(file: Part, options: SourceOptions) -> int:
    """Check the columns of a file, and return the number of its row groups; 1 if it cannot be read from here."""
    with suppress(OSError, Unreadable), file.source_system.open(file.source, "rb") as opened:
        table = ParquetTable(RawStream(opened, file.source), options)
        table.check(file.shown)
        return table.n_row_groups
    return 1


def _listed(inputs: Sequence[str], out: str) -> list[Part]:
    """Return the files, each as one part."""
    if not inputs:
        raise InputError("nothing to label: give Parquet files, a folder or a glob of them")
    out_system, root = _located(out)
    root = root.rstrip("/")
    parts: dict[str, Part] = {}
    for given in inputs:
        system, path = _located(given)
        base, files = _files(system, path, given)
        for name, about in sorted(files.items()):
            if system == out_system and f"{name}/".startswith(f"{root}/") and base != root:
                continue  # labels of an earlier run, in a folder below the input
            inside = name.removeprefix(base).lstrip("/")
            shown = _shown(given, path, base, inside) or system.unstrip_protocol(name)
            part = Part(shown, system, name, out_system, root, inside, _version(about), int(about["size"] or 0))
            if system == out_system and part.labels == name:
                raise InputError(f"{given} is both input and output: name another folder for the labels")
            if part.labels in parts:
                other = parts[part.labels].shown
                raise InputError(f"{other} and {name} would both become {part.labels}: label them one by one")
            parts[part.labels] = part
    if not parts:
        raise InputError(f"no Parquet files in {', '.join(inputs)}: their names have to end in {ENDING}")
    return list(parts.values())


def _located(url: str) -> tuple[Any, str]:
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
