"""What flows from a source to the model: texts in a row, and what the output says about each beside its topic."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

BATCH_TEXTS = 512
"""Texts labelled in one go: enough to drown what a call costs, few enough to fit a cache."""

BATCH_BYTES = 4 << 20
"""Input read before a batch is labelled although it holds fewer texts, so that long texts do not pile up."""


@dataclass(slots=True)
class Batch:
    """Texts with aligned columns; a text that could not be read is empty and has an error.

    Attributes
    ----------
    kept
        Columns carried through: a list, or a ``pyarrow.Array`` where the source has types of its own.
    size
        Bytes of input these texts took, for the progress bar.
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
        """Append one text; its kept values are the caller's to append."""
        self.paths.append(path)
        self.rows.append(row)
        self.texts.append(text)
        self.encodings.append(encoding)
        self.errors.append(error)

    def batches(self) -> Iterator["Batch"]:
        """Itself: a table's rows are read before they are handed to a worker."""
        yield self

    def without_first(self, count: int) -> "Batch":
        """Leave out the first `count` texts, which an earlier run has done."""
        kept = {name: values[count:] for name, values in self.kept.items()}
        columns = (self.paths[count:], self.rows[count:], self.texts[count:], self.encodings[count:])
        return Batch(*columns, self.errors[count:], kept)


def error_batch(path: str, error: str, keep: Sequence[str]) -> Batch:
    """One row for a whole file that cannot be read."""
    batch = Batch()
    batch.add(path, None, "", None, error)
    return aligned(batch, keep)


def aligned(batch: Batch, keep: Sequence[str]) -> Batch:
    """Fill up the kept columns of a batch of files, which have none, with nulls."""
    if keep:
        batch.kept = {name: list(itertools.repeat(None, len(batch))) for name in keep}
    return batch
