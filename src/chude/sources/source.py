"""The interface of every source of texts, which labelling uses, and the batches of texts that it yields.

A source is opened once for each run. Opening it labels nothing: it counts files and bytes, and checks that tables have
the columns that were asked for. The open source then yields its texts, task by task.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from chude.sources.options import SourceOptions

STDIN = "-"
"""The name of standard input. The ``path`` column has it for standard input and for tables in memory."""

MOST_ENDINGS = 10
"""Endings of files left alone that are named."""

BATCH_TEXTS = 512
"""Number of texts in a batch: large enough that the cost of a call does not matter, small enough for the cache."""

BATCH_BYTES = 4 << 20
"""Bytes of input after which a batch with fewer texts is complete, so that memory is bounded."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The content of a source, as far as it is known before reading.

    Attributes
    ----------
    files : int
        Files, tables and archives.
    size : int
        Their size in bytes.
    texts : int or None
        Number of texts; None if a table, an archive or a stream has to be read to know it.
    fingerprint : str
        Changes when a file is added or removed, or when its size or its time of change changes.
    left_alone : dict of str to int
        Files in folders that are not read, by ending, unless --include says which are. Hidden and excluded files do not
        count.
    """

    files: int
    size: int
    texts: int | None
    fingerprint: str
    left_alone: dict[str, int] = field(default_factory=dict)


def left_alone_said(counts: Mapping[str, int]) -> str:
    """Return the endings of the files that were not read, at most ten, as part of a sentence."""
    shown = list(counts.items())[:MOST_ENDINGS]
    more = ["others"] if len(counts) > MOST_ENDINGS else []
    return ", ".join([*(f"{ending or 'no ending'} {number:,}" for ending, number in shown), *more])


@dataclass(slots=True)
class Batch:
    """Texts with aligned columns. A text that could not be read is empty and has an error.

    Attributes
    ----------
    kept
        Columns copied to the output: lists, or ``pyarrow.Array`` if the source has types.
    size
        Bytes of input that the texts come from, for the progress bar.
    """

    paths: list[str] = field(default_factory=list)
    rows: list[int | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    encodings: list[str | None] = field(default_factory=list)
    errors: list[str | None] = field(default_factory=list)
    kept: dict[str, Sequence[Any]] = field(default_factory=dict)
    size: int = 0

    def __len__(self) -> int:
        return len(self.paths)

    def add(self, path: str, row: int | None, text: str, encoding: str | None = None, error: str | None = None) -> None:
        """Append one text. Its kept values are set by the caller."""
        self.paths.append(path)
        self.rows.append(row)
        self.texts.append(text)
        self.encodings.append(encoding)
        self.errors.append(error)

    def batches(self) -> Iterator["Batch"]:
        """Yield the batch itself: rows of a table are read before they are handed to a worker."""
        yield self

    def without_first(self, count: int) -> "Batch":
        """Return the batch without its first `count` texts, which an earlier run has labelled."""
        kept = {name: values[count:] for name, values in self.kept.items()}
        columns = (self.paths[count:], self.rows[count:], self.texts[count:], self.encodings[count:])
        return Batch(*columns, self.errors[count:], kept)


def error_batch(path: str, error: str, keep: Sequence[str]) -> Batch:
    """Return one row for a whole file that cannot be read."""
    batch = Batch()
    batch.add(path, None, "", None, error)
    return aligned(batch, keep)


def aligned(batch: Batch, keep: Sequence[str]) -> Batch:
    """Return a batch of files with nulls in the kept columns, which files do not have."""
    if keep:
        batch.kept = {name: list(itertools.repeat(None, len(batch))) for name in keep}
    return batch


class Task(Protocol):
    """Texts that one worker reads and labels."""

    def batches(self) -> Iterator[Batch]:
        """Read the texts, in batches of bounded size."""


class OpenSource(Protocol):
    """A source that has been opened; closing it closes its files."""

    @property
    def survey(self) -> Survey: ...  # noqa: D102

    def tasks(self, skip: int = 0) -> Iterator[Task]:
        """Yield the tasks in the order of the texts, without the first `skip` texts. May be called once."""


class Source(Protocol):
    """Texts to label, in an order that is the same each time."""

    @property
    def options(self) -> SourceOptions: ...  # noqa: D102
    @property
    def given(self) -> list[str]:
        """The inputs as they were given."""

    @property
    def not_resumable_reason(self) -> str | None:
        """Why an interrupted run cannot be resumed; None if it can."""

    def open(self) -> AbstractContextManager[OpenSource]:
        """Check everything once, and count it.

        Raises
        ------
        InputError
            If there is nothing to label, or a table lacks a column.
        """
