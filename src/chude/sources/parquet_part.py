"""One Parquet file, or a range of its row groups, as a source: what one task of a cluster labels."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from chude.errors import InputError
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.parquet_table import ParquetTable
from chude.sources.rawstream import RawStream
from chude.sources.source import Batch, Survey, error_batch


@dataclass(frozen=True)
class ParquetPart:
    """One Parquet file, or a range of its row groups, as a source.

    The batches of all ranges of a file, in order, are the batches of the file: batches end where row groups end.

    Parameters
    ----------
    path : str
        What the ``path`` column says.
    opener : callable
        Opens the file for reading bytes.
    options : SourceOptions
    row_groups : range, optional
        By default all.
    """

    path: str
    opener: Callable[[], IO[bytes]]
    options: SourceOptions
    row_groups: range | None = None
    not_resumable_reason: str | None = None

    @property
    def given(self) -> list[str]:
        """The file, as the user named it."""
        return [self.path]

    @contextmanager
    def open(self) -> Iterator["_OpenPart"]:
        """Open the file."""
        with self.opener() as file:
            yield _OpenPart(self, file)


@dataclass(frozen=True)
class _OpenPart:
    part: ParquetPart
    file: IO[bytes]

    @property
    def survey(self) -> Survey:
        return Survey(1, 0, None, "")

    def tasks(self, skip: int = 0) -> Iterator[Batch]:  # noqa: ARG002 - a part is labelled as a whole
        """Yield the rows in batches. If the file cannot be read or has no such column, one row says why."""
        path, options = self.part.path, self.part.options
        try:
            yield from ParquetTable(RawStream(self.file, path), options, self.part.row_groups).batches(path)
        except (Unreadable, InputError) as error:
            yield error_batch(path, str(error).removeprefix(f"{path} "), options.keep)
