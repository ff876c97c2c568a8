"""What was given to label, and the tasks it comes to: files in chunks, tables and archives batch by batch."""

import glob
import hashlib
import importlib.util
import io
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, cast

from chude.decoding import main_text
from chude.errors import InputError
from chude.sources.archives import zip_batches
from chude.sources.batch import BATCH_TEXTS, Batch
from chude.sources.options import SourceOptions
from chude.sources.rawfile import RawStream, Unreadable, read_limited
from chude.sources.source import STDIN, Survey
from chude.sources.tables import TABLES, columns_of, ending, error_batch, file_batches, is_table, table_batches
from chude.sources.textfiles import HTML, to_text
from chude.sources.walk import Patterns, Trouble, walk

if TYPE_CHECKING:
    from chude.sources.filetask import FileTask

_MOST_REMEMBERED = 1 << 18
"""Files that a survey spares listing again; of more, the names would take too much memory."""
_BLOCK = 4096
"""Files whose sizes and times are hashed at a time."""
_TABLE_PATTERNS = tuple(f"*{end}{packed}" for end in TABLES for packed in ("", ".gz", ".zst"))


class Inputs:
    """Files, folders, globs and standard input to label.

    Parameters
    ----------
    given : sequence of str or path
        ``-`` is standard input; a name that is no file is taken for a glob.
    options : SourceOptions
    avoid : sequence of str
        Files and folders that are chude's own output.

    Raises
    ------
    InputError
        If there are none.
    """

    def __init__(
        self, given: Sequence[str | os.PathLike[str]], options: SourceOptions, avoid: Sequence[str] = ()
    ) -> None:
        if not given:
            raise InputError("nothing to label: give a file, a folder, a glob, or - for standard input")
        self.given = [os.fspath(path) for path in given]
        self.options = options
        self._avoid = frozenset(os.path.realpath(path) for path in avoid)
        self._avoided_names = {os.path.basename(path) for path in self._avoid}
        default = ("*.txt",) if options.text is None else _TABLE_PATTERNS
        self.patterns = Patterns(options.include or default, options.exclude)
        self._remembered: list[str | Trouble] | None = None

    def avoiding(self, *paths: str) -> "Inputs":
        """Return the same inputs without files and folders that are chude's own output."""
        return Inputs(self.given, self.options, paths)

    @property
    def not_resumable_reason(self) -> str | None:
        """Why the inputs can be read only once; None where they can be read again."""
        return "standard input cannot be read again" if STDIN in self.given else None

    @cached_property
    def expanded(self) -> list[str]:
        """Files and folders, globs expanded.

        Raises
        ------
        InputError
            If one is neither there nor a glob that matches.
        """
        return [path for given in self.given for path in _expand(given)]

    def places(self) -> Iterator[str | Trouble]:
        """Every file, in order; one that is given twice comes once."""
        return chain.from_iterable(self._walked()) if self._remembered is None else iter(self._remembered)

    def _walked(self) -> Iterator[list[str | Trouble]]:
        """Every file, in runs that are not empty."""
        seen: set[str] | None = set() if len(self.expanded) > 1 else None
        for path in self.expanded:
            found: Iterator[list[str | Trouble]] = iter([[path]])
            if path != STDIN and os.path.isdir(path):
                found = walk(path, self.patterns, self._avoid)
            elif self._is_output(path):
                raise InputError(f"{path} is both input and output; choose another name for the output")
            if seen is None:
                yield from found
                continue
            for run in found:
                new = _unseen(run, seen)
                if new:
                    yield new

    def survey(self) -> Survey:
        """Look at everything once without reading it.

        Raises
        ------
        InputError
            If there is nothing to label, a table lacks a column, or a file is of a kind that cannot be labelled so.
        MissingExtraError
            If there are pages and no extractor for them.
        """
        digest = hashlib.sha256()
        files = size = 0
        counted = True
        is_usual = self.options.text is None and not self.options.lines
        remembered: list[str | Trouble] = []
        for run in self._walked():
            files += len(run)
            if files <= _MOST_REMEMBERED:
                remembered += run
            paths = [place for place in run if isinstance(place, str) and place != STDIN]
            several = [self._check(path) for path in paths if not (is_usual and path.endswith(".txt"))]
            counted = counted and STDIN not in run and not any(several)
            for start in range(0, len(paths), _BLOCK):
                block = paths[start : start + _BLOCK]
                sizes, times = _sizes_and_times(block)
                size += sum(sizes)
                digest.update(repr((block, sizes, times)).encode())
        if not files:
            searched = ", ".join(self.options.include) or ("tables" if self.options.text else "*.txt")
            raise InputError(f"no texts in {', '.join(self.given)}: searched for {searched}; --include names others")
        self._remembered = remembered if files <= _MOST_REMEMBERED else None
        return Survey(files, size, files if counted else None, digest.hexdigest())

    def _is_output(self, path: str) -> bool:
        """Tell whether a file that is given is chude's own output."""
        may_be = os.path.basename(path) in self._avoided_names or os.path.islink(path)
        return may_be and os.path.realpath(path) in self._avoid

    def _check(self, path: str) -> bool:
        """Check that a file can be read as asked; tell whether it holds more than one text."""
        end = path[path.rfind(".") :].lower()
        if end == ".txt" and self.options.text is None:
            return self.options.lines
        if end == ".zip" or self.options.lines:
            return True
        if is_table(path):
            self._check_table(path)
            return True
        if self.options.text is not None:
            raise InputError(
                f"{path} is not a table chude reads ({', '.join(TABLES)}); its name has to end in one of them"
            )
        if ending(path) in HTML and importlib.util.find_spec("trafilatura") is None:
            main_text("")  # raises, and says what to install
        return False

    def _check_table(self, path: str) -> None:
        try:
            columns = columns_of(path, self.options)
        except Unreadable:
            return  # gets a row that says so
        if self.options.text is None:
            raise InputError(
                f"{path} is a table: name its column of text with --text-column; its columns are: {', '.join(columns)}"
            )

    def tasks(self, skip: int = 0) -> Iterator["FileTask | Batch"]:
        """Work to do, in order, leaving out the first `skip` texts."""
        from chude.sources.filetask import FileTask  # and Numba with it, which no other command should wait for

        chunk: list[str | Trouble] = []
        places = self.places()
        plain = self._is_plain
        for place in places:
            if isinstance(place, Trouble) or plain(place):
                if skip:
                    skip -= 1
                    continue
                chunk.append(place)
                if len(chunk) == BATCH_TEXTS:
                    yield FileTask(chunk, self.options)
                    chunk = []
                continue
            if chunk:
                yield FileTask(chunk, self.options)
                chunk = []
            for batch in self._gathered(place):
                if skip >= len(batch):
                    skip -= len(batch)
                    continue
                yield batch.without_first(skip) if skip else batch
                skip = 0
        if chunk:
            yield FileTask(chunk, self.options)

    def _is_plain(self, path: str) -> bool:
        """Tell whether a path is one text."""
        if self.options.lines or self.options.text is not None or path == STDIN:
            return False
        return path[-4:].lower() != ".zip"

    def _gathered(self, path: str) -> Iterator[Batch]:
        if path == STDIN:
            return self._standard_input()
        if path[-4:].lower() == ".zip":
            return zip_batches(path, self.options, self.patterns)
        return file_batches(path, self.options)

    def _standard_input(self) -> Iterator[Batch]:
        raw = cast("io.BufferedReader", sys.stdin.buffer)
        stream = RawStream(raw, STDIN)
        if self.options.text is not None:
            name = "-.jsonl" if raw.peek(1).lstrip()[:1] == b"{" else "-.csv"
            yield from table_batches(stream, name, STDIN, self.options)
        elif self.options.lines:
            yield from table_batches(stream, STDIN, STDIN, self.options)
        else:
            batch = Batch()
            try:
                batch.add(STDIN, None, *to_text(read_limited(stream, self.options.max_size), STDIN, self.options))
            except Unreadable as error:
                batch = error_batch(STDIN, str(error), self.options)
            yield batch


def _unseen(run: list[str | Trouble], seen: set[str]) -> list[str | Trouble]:
    """Leave out the places of a run that were there before, and remember the others."""
    new = []
    for place in run:
        name = os.path.normpath(place if isinstance(place, str) else place.path)
        if name not in seen:
            seen.add(name)
            new.append(place)
    return new


def _sizes_and_times(paths: list[str]) -> tuple[list[int], list[int | None]]:
    """Size and time of change, in nanoseconds, of each file; 0 and None where that is not known."""
    sizes: list[int] = []
    times: list[int | None] = []
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            sizes.append(0)
            times.append(None)
        else:
            sizes.append(status.st_size)
            times.append(status.st_mtime_ns)
    return sizes, times


def _expand(path: str) -> list[str]:
    if path == STDIN or os.path.lexists(path):
        return [path]
    if not glob.has_magic(path):
        raise InputError(f"no such file or folder: {path}")
    found = sorted(glob.glob(path, recursive=True), key=os.fsencode)
    if not found:
        raise InputError(f"nothing matches {path}")
    return found
