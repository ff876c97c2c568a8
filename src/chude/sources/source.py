"""The interface of every source of texts, which labelling uses.

A source is opened once for each run. Opening it labels nothing: it counts files and bytes, and checks that tables have
the columns that were asked for. The open source then yields its texts, task by task.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from chude.sources.batch import Batch
from chude.sources.options import SourceOptions

STDIN = "-"
"""The name of standard input. The ``path`` column has it for standard input and for tables in memory."""


MOST_ENDINGS = 10


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
