"""Files that have been checked, and the tasks for them: files of one text each, and batches of tables and archives."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from chude.errors import InputError, MissingExtraError
from chude.processors import in_order
from chude.sources.folders import Patterns, Trouble
from chude.sources.opening import ARCHIVE, Unreadable
from chude.sources.options import SourceOptions
from chude.sources.source import BATCH_TEXTS, STDIN, Batch, Survey, error_batch
from chude.sources.tables import TABLES, TableFile, is_table
from chude.sources.textfiles import require_decoder

if TYPE_CHECKING:
    from chude.sources.files import FileTask

_MOST_REMEMBERED = 1 << 18
"""Largest number of files whose names are kept in memory. If there are more, they are listed a second time."""
_MOST_OPEN = 16
"""Largest number of tables that stay open between the check of their columns and their reading."""
_BLOCK = 4096
"""Files whose sizes and times are hashed at a time."""
_MOST_AHEAD = 8
"""Largest number of blocks that wait for their sizes and times."""


class OpenInputs:
    """Files that have been checked once. A context manager: at its end, open files are closed.

    Parameters
    ----------
    listed : callable
        Yields every file in order, in lists that are not empty; may be called twice. Counts other files in a Counter.
    options : SourceOptions
    patterns : Patterns
        Which members of archives to read.
    given : frozenset of str
        Paths that were named, rather than found in a folder.

    Attributes
    ----------
    survey : Survey

    Raises
    ------
    InputError, MissingExtraError
        As `Inputs.open`.
    """

    def __init__(
        self,
        listed: Callable[..., Iterator[list[str | Trouble]]],
        options: SourceOptions,
        patterns: Patterns,
        given: frozenset[str],
    ) -> None:
        self._listed = listed
        self._options = options
        self._patterns = patterns
        self._given = given
        self._remembered: list[str | Trouble] | None = []
        self._tables: dict[str, TableFile] = {}
        try:
            self.survey = self._look()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "OpenInputs":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close tables that were opened and not read."""
        while self._tables:
            self._tables.popitem()[1].close()

    def _look(self) -> Survey:
        from chude.kernels.files import sizes_and_times  # no other command should wait for the kernels

        digest = hashlib.sha256()
        files = size = 0
        is_counted = True
        left_alone: Counter[str] = Counter()

        def blocks() -> Iterator[list[str]]:
            nonlocal files, is_counted
            for places in self._listed(left_alone):
                files += len(places)
                self._remember(places)
                paths = [place for place in places if isinstance(place, str) and place != STDIN]
                may_hold_several = self._check(paths, left_alone)  # also where nothing is counted any more
                is_counted = is_counted and STDIN not in places and not may_hold_several
                for start in range(0, len(paths), _BLOCK):
                    yield paths[start : start + _BLOCK]

        def look_at(block: list[str]) -> tuple[list[str], list[int], list[int | None]]:
            return block, *sizes_and_times(block)

        # A thread finds out sizes and times while the next folders are listed.
        for block, sizes, times in in_order(blocks(), look_at, 1, _MOST_AHEAD):
            size += sum(sizes)
            digest.update(repr((block, sizes, times)).encode())
        return Survey(files, size, files if is_counted else None, digest.hexdigest(), dict(left_alone.most_common()))

    def _check(self, paths: list[str], left_alone: Counter[str]) -> bool:
        """Check that files can be read with the options; return whether one may hold more than one text."""
        if self._only_texts:
            paths = [path for path in paths if not path.endswith(".txt")]
        several = [self._may_hold_several(path) for path in paths]
        for path in paths:
            if path[-4:].lower() == ARCHIVE:
                self._look_into(path, left_alone)
        return any(several)

    def _look_into(self, path: str, left_alone: Counter[str]) -> None:
        from chude.sources.archives import count_left_alone  # imports much that plain files do without

        if not self._options.lines and not self._options.include:
            count_left_alone(path, self._patterns, left_alone)

    def _remember(self, places: list[str | Trouble]) -> None:
        if self._remembered is not None:
            self._remembered += places
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered = None

    def _may_hold_several(self, path: str) -> bool:
        """Check that a file can be read with the options; return whether it may hold more than one text."""
        end = path[path.rfind(".") :].lower()
        if end == ".txt" and self._options.text is None:
            return self._options.lines
        if end == ARCHIVE or self._options.lines:
            return True
        if is_table(path):
            if self._options.text is None and path not in self._given:
                return False  # its row in the output says what to do
            self._check_table(path)
            return True
        if self._options.text is not None:
            raise InputError(
                f"{path} is not a table chude reads ({', '.join(TABLES)}); its name has to end in one of them"
            )
        require_decoder(path)
        return False

    def _check_table(self, path: str) -> None:
        try:
            table = TableFile(path, self._options)
        except Unreadable:
            return  # its row in the output says why
        self._tables[path] = table
        table.check()
        if len(self._tables) > _MOST_OPEN:
            self._tables.pop(path).close()

    def tasks(self, skip: int = 0) -> Iterator["FileTask | Batch"]:
        """Yield the work in the order of the texts, without the first `skip` texts."""
        from chude.sources.files import FileTask  # as above

        places: list[str | Trouble] = []
        is_text, only_texts = self._is_text, self._only_texts
        for place in chain.from_iterable(self._listed()) if self._remembered is None else self._remembered:
            if isinstance(place, Trouble) or (only_texts and place.endswith(".txt")) or is_text(place):
                if skip:
                    skip -= 1
                    continue
                places.append(place)
                if len(places) == BATCH_TEXTS:
                    yield FileTask(places, self._options)
                    places = []
                continue
            if places:
                yield FileTask(places, self._options)
                places = []
            for batch in self._batches(place):
                if skip >= len(batch):
                    skip -= len(batch)
                    continue
                yield batch.without_first(skip) if skip else batch
                skip = 0
        if places:
            yield FileTask(places, self._options)

    @property
    def _only_texts(self) -> bool:
        """Whether every file that is no table or archive is one text; true of all whose names end in ``.txt``."""
        return self._options.text is None and not self._options.lines

    def _is_text(self, path: str) -> bool:
        """Whether a file is one text."""
        if not self._only_texts or path == STDIN:
            return False
        return path[-4:].lower() != ARCHIVE and not is_table(path)

    def _batches(self, path: str) -> Iterator[Batch]:
        """Read a file that may hold more than one text."""
        if path == STDIN:
            from chude.sources.standard_input import standard_input_batches  # imports much that plain files do without

            return standard_input_batches(self._options)
        if path[-4:].lower() == ARCHIVE:
            from chude.sources.archives import zip_batches  # as above

            return zip_batches(path, self._options, self._patterns)
        try:
            table = self._tables.pop(path, None) or TableFile(path, self._options)
            if self._options.text is None and not self._options.lines:
                with closing(table):
                    table.check()
        except (InputError, MissingExtraError, Unreadable) as error:
            said = str(error).removeprefix(f"{path} is ")
            return iter([error_batch(path, said, self._options.keep)])
        return table.batches()
