"""What every source of texts implements."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from chude.sources.batch import Batch
from chude.sources.options import SourceOptions

STDIN = "-"
"""The name of standard input, and what the ``path`` column says of it and of a table in memory."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the inputs hold before any is read.

    Attributes
    ----------
    files : int
        Files, tables and archives.
    size : int
        Their bytes.
    texts : int or None
        Texts, where no table, archive or stream has to be read to know.
    fingerprint : str
        Changes when a file comes, goes, or has another size or time of change.
    """

    files: int
    size: int
    texts: int | None
    fingerprint: str


class Task(Protocol):
    """Texts that one worker reads and labels."""

    def batches(self) -> Iterator[Batch]: ...  # noqa: D102


class Source(Protocol):
    """Texts to label, in an order that is the same each time."""

    options: SourceOptions
    given: list[str]

    @property
    def not_resumable_reason(self) -> str | None: ...  # noqa: D102
    def survey(self) -> Survey: ...  # noqa: D102
    def tasks(self, skip: int = 0) -> Iterator[Task]: ...  # noqa: D102
