"""Parquet tables, read in record batches."""

from collections.abc import Iterator

from chude.sources.arrow import arrow_batches, check_arrow
from chude.sources.batch import BATCH_TEXTS, Batch
from chude.sources.options import SourceOptions
from chude.sources.rawfile import RawStream, Unreadable


class ParquetTable:
    """A Parquet file that is being read.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions

    Raises
    ------
    Unreadable
        If it is not a Parquet file.
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._options = options
        file = stream.seekable()
        self._size = file.seek(0, 2)
        try:
            self._file = pq.ParquetFile(file)
        except (pa.ArrowException, OSError) as error:
            raise Unreadable(f"not a Parquet file ({_first_line(error)})") from None
        self.columns: list[str] = self._file.schema_arrow.names

    def check(self, path: str) -> None:
        """Check columns and types, as `check_arrow` does."""
        check_arrow(self._file.schema_arrow, self._options, path)

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every row that --where selects. Rows that cannot be read have an error."""
        import pyarrow as pa

        options = self._options
        self.check(path)
        wanted = [options.text, options.title, *options.keep, *(name for name, _ in options.where)]
        names = list(dict.fromkeys(name for name in wanted if name is not None))
        done, total = 0, self._file.metadata.num_rows
        try:
            for record_batch in self._file.iter_batches(BATCH_TEXTS, columns=names):
                for batch in arrow_batches(record_batch, options, path, done):
                    batch.size = self._size * len(batch) // max(total, 1)
                    yield batch
                done += record_batch.num_rows
        except (pa.ArrowException, OSError) as error:
            yield from _unreadable_rows(path, done, total, options, f"damaged Parquet ({_first_line(error)})")


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].strip().rstrip(".")


def _unreadable_rows(path: str, done: int, total: int, options: SourceOptions, message: str) -> Iterator[Batch]:
    for start in range(done, total, BATCH_TEXTS):
        batch = Batch()
        for number in range(start + 1, min(start + BATCH_TEXTS, total) + 1):
            batch.add(path, number, "", None, message)
        batch.kept = {name: [None] * len(batch) for name in options.keep}
        yield batch
