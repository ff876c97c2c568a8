"""The parts of a run over Parquet files: a file, or a range of the row groups of a large one."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from chude.errors import EngineError, InputError
from chude.sources.folders import JOURNAL_SUFFIX
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.parquet_table import ParquetTable
from chude.sources.rawstream import RawStream
from chude.sources.source import Survey
from chude.sources.stored import ENDING, StoredFile, located, stored_files

SCRATCH = JOURNAL_SUFFIX
"""Folder for incomplete files, in the folder of the labels. It is removed when a run is complete."""

PART_BYTES = 64 << 20
"""Larger files are labelled in ranges of row groups of about this size: some seconds of work for one processor."""


@dataclass(frozen=True)
class Part:
    """What one task labels: a Parquet file, or a range of its row groups.

    Attributes
    ----------
    file : StoredFile
    target_system, root : fsspec.AbstractFileSystem, str
        Folder of the labels.
    size : int
        Bytes of the file that the task reads, about.
    row_groups : range or None
        None for the whole file.
    """

    file: StoredFile
    target_system: Any
    root: str
    size: int
    row_groups: range | None = None

    @property
    def labels(self) -> str:
        """File of the labels of the whole file."""
        return f"{self.root}/{self.file.inside}"

    @property
    def target(self) -> str:
        """File that the task writes."""
        return self.labels if self.row_groups is None else f"{self.scratch}/{self.file.inside}.{self.row_groups.start}"

    @property
    def scratch(self) -> str:
        """Folder for what is not complete."""
        return f"{self.root}/{SCRATCH}"


def plan(inputs: Sequence[str], out: str, options: SourceOptions) -> list[Part]:
    """Return the parts, in the order of the rows. The same inputs give the same parts.

    Parameters
    ----------
    inputs : sequence of str
        As for `stored_files`.
    out : str
        Folder of the labels, in any place that fsspec can open.
    options : SourceOptions

    Raises
    ------
    InputError
        If there are no files, one does not exist, two would have the same file of labels, or the first one lacks a
        column. Workers check the columns of the others.
    """
    wholes = _wholes(inputs, out)
    _row_groups(wholes[0], options)
    return [part for whole in wholes for part in _split(whole, options)]


def survey(parts: Sequence[Part]) -> Survey:
    """Return what the files of a plan hold; the fingerprint also changes with a file's tag."""
    lines = "".join(f"{part.file.shown}\0{part.size}\0{part.file.version}\n" for part in parts)
    digest = hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()
    return Survey(len({part.labels for part in parts}), sum(part.size for part in parts), None, digest)


def _wholes(inputs: Sequence[str], out: str) -> list[Part]:
    """Return the files, each as one part."""
    if not inputs:
        raise InputError("nothing to label: give Parquet files, a folder or a glob of them")
    system, root = located(out)
    root = root.rstrip("/")
    parts: dict[str, Part] = {}
    for given in inputs:
        for file in stored_files(given):
            part = Part(file, system, root, file.size)
            if file.system == system and f"{file.path}/".startswith(f"{root}/"):
                if part.labels != file.path:
                    continue  # labels of an earlier run, in a folder below the input
                raise InputError(f"{given} is both input and output: name another folder for the labels")
            if part.labels in parts:
                other = parts[part.labels].file.shown
                raise InputError(f"{other} and {file.path} would both become {part.labels}: label them one by one")
            parts[part.labels] = part
    if not parts:
        raise InputError(f"no Parquet files in {', '.join(inputs)}: their names have to end in {ENDING}")
    return list(parts.values())


def _split(whole: Part, options: SourceOptions) -> Iterator[Part]:
    groups = 1
    if whole.size > PART_BYTES:
        with suppress(InputError):  # its labels say what is wrong with it
            groups = _row_groups(whole, options)
    count = min(groups, -(-whole.size // PART_BYTES))
    if count < 2:
        yield whole
        return
    for start, stop in pairwise(k * groups // count for k in range(count + 1)):
        yield replace(whole, row_groups=range(start, stop), size=whole.size * (stop - start) // groups)


def _row_groups(whole: Part, options: SourceOptions) -> int:
    """Check the columns of a file, and return the number of its row groups; 1 if it cannot be read from here."""
    with suppress(OSError, EngineError, Unreadable), whole.file.open() as file:
        table = ParquetTable(RawStream(file, whole.file.path), options)
        table.check(whole.file.shown)
        return table.n_row_groups
    return 1
