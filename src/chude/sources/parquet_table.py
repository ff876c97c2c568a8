"""Parquet tables, read in record batches."""

from collections.abc import Iterator

from chude.locale import N_
from chude.sources.arrow import arrow_batches, asked_part, check_arrow
from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream
from chude.sources.rows import asked_columns, column_places
from chude.sources.source import BATCH_TEXTS, Batch


class ParquetTable:
    """A Parquet file.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions
    row_groups : range, optional
        Row groups to read; by default all.

    Raises
    ------
    Unreadable
        If it is not a Parquet file.
    """

    def __init__(self, stream: RawStream, options: SourceOptions, row_groups: range | None = None) -> None:
        import pyarrow.parquet as pq

        self._options = options
        file = stream.seekable()
        self._size = file.seek(0, 2)
        try:
            # By default, Arrow reads INT96 in nanoseconds: dates after 2262 would become other dates.
            self._file = pq.ParquetFile(file, coerce_int96_timestamp_unit="us", page_checksum_verification=True)
            self.columns: list[str] = self._file.schema_arrow.names
        except _damage() as error:
            raise Unreadable(f"not a Parquet file ({_first_line(error)})") from None
        self.n_row_groups: int = self._file.num_row_groups
        self._row_groups = range(self.n_row_groups) if row_groups is None else row_groups

    def check(self, path: str) -> None:
        """Check columns and types, as `check_arrow` does."""
        check_arrow(self._file.schema_arrow, self._options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every row of the row groups that --where selects. Rows that cannot be read have an error."""
        self.check(path)
        before = 0
        for group in range(self._row_groups.stop):
            after = before + self._file.metadata.row_group(group).num_rows
            if group in self._row_groups:
                yield from self._batches_of(group, path, before, after)
            before = after

    def _batches_of(self, group: int, path: str, before: int, after: int) -> Iterator[Batch]:
        """Read a row group, whose rows have the numbers from `before` + 1 to `after`."""
        options, done = self._options, before
        places = column_places(self.columns, asked_columns(options), path)
        names = [self.columns[place] for place in places.values()]
        total = max(self._file.metadata.num_rows, 1)
        try:
            for record_batch in self._file.iter_batches(BATCH_TEXTS, row_groups=[group], columns=names):
                part = asked_part(record_batch, options, path)
                for batch in arrow_batches(part, options, path, done):
                    batch.size = self._size * len(batch) // total
                    yield batch
                done += record_batch.num_rows
        except _damage() as error:
            yield from _unreadable_rows(path, done, after, options, N_(f"damaged Parquet ({_first_line(error)})"))


def _damage() -> tuple[type[Exception], ...]:
    """Return the errors that pyarrow raises for a damaged file."""
    import pyarrow as pa

    return (pa.ArrowException, OSError, UnicodeDecodeError)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].strip().rstrip(".")


def _unreadable_rows(path: str, done: int, total: int, options: SourceOptions, message: str) -> Iterator[Batch]:
    for start in range(done, total, BATCH_TEXTS):
        batch = Batch()
        for number in range(start + 1, min(start + BATCH_TEXTS, total) + 1):
            batch.add(path, number, "", None, message)
        batch.kept = {name: [None] * len(batch) for name in options.keep}
        yield batch
