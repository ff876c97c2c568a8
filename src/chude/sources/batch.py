"""A batch of texts, as sources yield it, with the columns of the output that do not come from the model."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

BATCH_TEXTS = 512
"""Number of texts in a batch: large enough that the cost of a call does not matter, small enough for the cache."""

BATCH_BYTES = 4 << 20
"""Bytes of input after which a batch with fewer texts is complete, so that memory is bounded."""


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
