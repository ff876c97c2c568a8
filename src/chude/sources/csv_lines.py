"""The lines of the records of CSV; lines that were read ahead can be read again."""

import re
from collections import deque
from collections.abc import Callable, Iterator

from chude.sources.opening import Unreadable

_HEAD = 1 << 15
_SEP = re.compile(r'"?sep=(\\t|.)"?\r?\n?\Z', re.IGNORECASE)
_TYPE = "#TYPE "
_BOM = "\ufeff"

Item = str | Unreadable
"""A line with its line end, or the error of one that cannot be read."""


class TooFarError(Exception):
    """A record is longer than the text that is read ahead."""


class CsvLines:
    """Lines for `csv.reader`; those of the current record are remembered.

    Parameters
    ----------
    lines : iterator of str
        With their line ends. It may raise `Unreadable`, and continue.

    Attributes
    ----------
    taken : list
        Lines of the current record, as they are in the file; the last one may be an `Unreadable`.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._waiting: deque[Item] = deque()
        self._length = 0
        self._reach = 0
        self._change: Callable[[str], str] | None = None
        self.taken: list[Item] = []

    def __iter__(self) -> "CsvLines":
        return self

    def __next__(self) -> str:
        item = self._waiting.popleft() if self._waiting else self._read()
        self.taken.append(item)
        if isinstance(item, Unreadable):
            raise item
        self._length += len(item)
        if self._length > self._reach and len(self.taken) > 1:
            raise TooFarError
        return item if self._change is None else self._change(item)

    def begin(self, reach: int, change: Callable[[str], str] | None = None) -> None:
        """Begin a record.

        Parameters
        ----------
        reach : int
            Largest number of characters of a record that has more than one line.
        change : callable, optional
            Applied to each line.
        """
        self.taken, self._length, self._reach, self._change = [], 0, reach, change

    def push_back(self, keep: int = 0) -> None:
        """Put back the lines of the record after the first `keep`, to read them again."""
        self._waiting.extendleft(reversed(self.taken[keep:]))
        del self.taken[keep:]

    def head(self) -> list[str]:
        """Return the next lines, about 32 K characters, without reading past them."""
        length = sum(len(item) for item in self._waiting if isinstance(item, str))
        while length < _HEAD:
            try:
                item = self._read()
            except StopIteration:
                break
            self._waiting.append(item)
            if isinstance(item, Unreadable):
                break
            length += len(item)
        return [item for item in self._waiting if isinstance(item, str)]

    def skip_preamble(self) -> str | None:
        """Read the lines that may precede the header: blank lines, ``sep=;`` of Excel, ``#TYPE`` of PowerShell.

        Returns
        -------
        str or None
            The delimiter that such a line names.
        """
        delimiter = None
        self.head()
        while self._waiting and isinstance(line := self._waiting[0], str):
            named = named_delimiter(line) if delimiter is None else None
            if named is not None:
                delimiter = named
            elif line.strip() and not line.startswith(_TYPE):
                break
            self._waiting.popleft()
            if not self._waiting:
                self.head()
        return delimiter

    def _read(self) -> Item:
        try:
            line = next(self._lines)
        except Unreadable as error:
            return error
        return line[1:] if line[0] == _BOM else line  # files that were joined


def named_delimiter(line: str) -> str | None:
    """Return the delimiter that a line such as ``sep=;`` names; None for another line."""
    named = _SEP.match(line)
    return None if named is None else named[1].replace("\\t", "\t")
