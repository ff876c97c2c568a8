"""Plain text files in which each line is a text."""

from collections.abc import Iterator

from chude.sources.opening import Unreadable
from chude.sources.options import SourceOptions
from chude.sources.rawstream import RawStream
from chude.sources.rows import Row, batched
from chude.sources.source import Batch
from chude.sources.textstream import TextStream, too_long


class LineTable:
    """The lines of a file. An empty line is an empty text.

    Parameters
    ----------
    stream : RawStream
    options : SourceOptions
    """

    def __init__(self, stream: RawStream, options: SourceOptions) -> None:
        self._stream = TextStream(stream, options)
        self._limit = options.max_size
        self.columns: list[str] = []

    def check(self, path: str) -> None:
        """Check nothing: lines have no columns."""

    def batches(self, path: str) -> Iterator[Batch]:
        """Read every line."""
        return batched(self._rows(), path, (), self._stream.position)

    def _rows(self) -> Iterator[Row]:
        for number, line in numbered_lines(self._stream, self._limit):
            if isinstance(line, Unreadable):
                yield Row(number, "", (), self._stream.encoding or None, str(line))
            else:
                text, encoding, spoilt = self._stream.finish_row(line)
                yield Row(number, text, (), encoding, spoilt)


def numbered_lines(stream: TextStream, limit: int) -> Iterator[tuple[int, str | Unreadable]]:
    """Yield the number (from 1) and text of each line, or the error of a line; reading stops at damage."""
    number = 0
    try:
        for block in stream.blocks():
            if block is None:
                number += 1
                yield number, too_long(limit)
                continue
            for line in block.removesuffix("\n").split("\n"):
                number += 1
                yield number, line.removesuffix("\r")
    except Unreadable as error:
        yield number + 1, error
