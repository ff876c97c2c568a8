"""The paths that are given: files, folders, globs and standard input, which become lists of files."""

import glob
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from chude.errors import InputError
from chude.locale import N_
from chude.sources.folders import Patterns, Trouble, walk
from chude.sources.open_inputs import OpenInputs
from chude.sources.opening import COMPRESSED
from chude.sources.options import SourceOptions
from chude.sources.source import STDIN, left_alone_said
from chude.sources.tables import TABLES

_FEWEST_WORDS = 5
_FILE_ENDING = re.compile(r"\.\w{1,8}")


class Inputs:
    """Files, folders, globs and standard input to label.

    Parameters
    ----------
    given : sequence of str or path
        ``-`` is standard input. A name that is no file is used as a glob.
    options : SourceOptions
    avoid : sequence of str
        Files and folders of chude's own output, which are not read.

    Raises
    ------
    InputError
        If `given` is empty.
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
        tables = tuple(f"*{end}{packed}" for end in TABLES for packed in ("", *COMPRESSED))
        default = ("*.txt",) if options.text is None else tables
        self.patterns = Patterns(options.include or default, options.exclude)

    def avoiding(self, *paths: str) -> "Inputs":
        """Return the same inputs without these files and folders, which are chude's own output."""
        return Inputs(self.given, self.options, paths)

    @property
    def not_resumable_reason(self) -> str | None:
        """Why an interrupted run cannot be resumed; None if it can."""
        return N_("standard input cannot be read again") if STDIN in self.given else None

    def check_paths(self) -> None:
        """Check that every path exists, before anything slow begins.

        Raises
        ------
        InputError
            If one is neither a file or folder nor a glob that matches.
        """
        self.expanded  # noqa: B018 - a property that raises

    @cached_property
    def expanded(self) -> list[str]:
        """Files and folders, globs expanded.

        Raises
        ------
        InputError
            As `check_paths`.
        """
        return [path for given in self.given for path in _expand(given)]

    @property
    def once(self) -> list[str]:
        """The same, each once.

        Raises
        ------
        InputError
            As `check_paths`.
        """
        first: dict[str, str] = {}
        for path in self.expanded:
            first.setdefault(os.path.normpath(path), path)
        return list(first.values())

    def listed(self, left_alone: Counter[str] | None = None) -> Iterator[list[str | Trouble]]:
        """Yield every file in order, in lists that are not empty. A file that is given twice is read once.

        Parameters
        ----------
        left_alone : Counter, optional
            Counts, by ending, other files in folders, unless --include says which files are to be read.

        Raises
        ------
        InputError
            As `check_paths`; also if a file that is given is chude's own output.
        """
        seen: set[str] | None = set() if len(self.expanded) > 1 else None
        for path in self.expanded:
            lists: Iterator[list[str | Trouble]] = iter([[path]])
            if path != STDIN and os.path.isdir(path):
                lists = walk(path, self.patterns, self._avoid, None if self.options.include else left_alone)
            elif self._is_output(path):
                raise InputError(f"{path} is both input and output; choose another name for the output")
            for places in lists:
                new = places if seen is None else _unseen(places, seen)
                if new:
                    yield new

    @contextmanager
    def open(self) -> Iterator[OpenInputs]:
        """Check every file once; see `Source.open`.

        Raises
        ------
        InputError
            If there is nothing to label, a table lacks a column, or a file is of a type that cannot be labelled with
            these options.
        MissingExtraError
            If there are web pages, and the package that extracts their text is not installed.
        """
        with OpenInputs(self.listed, self.options, self.patterns, frozenset(self.expanded)) as opened:
            if not opened.survey.files:
                searched = ", ".join(self.options.include) or ("tables" if self.options.text else "*.txt")
                others = opened.survey.left_alone
                found = N_(f" (there are {left_alone_said(others)})") if others else ""
                raise InputError(
                    f"no texts in {', '.join(self.given)}: searched for {searched}; --include names others{found}"
                )
            yield opened

    def _is_output(self, path: str) -> bool:
        may_be = os.path.basename(path) in self._avoided_names or os.path.islink(path)
        return may_be and os.path.realpath(path) in self._avoid


def _unseen(places: list[str | Trouble], seen: set[str]) -> list[str | Trouble]:
    """Return the places that are not in `seen`, and add them to it."""
    new = []
    for place in places:
        name = os.path.normpath(place if isinstance(place, str) else place.path)
        if name not in seen:
            seen.add(name)
            new.append(place)
    return new


def _expand(path: str) -> list[str]:
    if path == STDIN or os.path.lexists(path):
        return [path]
    if not glob.has_magic(path):
        raise _missing(path, N_(f"no such file or folder: {path}"))
    matches = sorted(glob.glob(path, recursive=True), key=os.fsencode)
    if not matches:
        raise _missing(path, N_(f"nothing matches {path}"))
    return matches


def _missing(given: str, said: str) -> InputError:
    if not _is_prose(given):
        return InputError(said)
    example = "{'text': texts}"
    return InputError(f"{said}; a text itself is given by standard input (-), or in Python as a table, as {example}")


def _is_prose(given: str) -> bool:
    """Whether an input that is no file is rather a text: several words, and no ending as files have."""
    ending = os.path.splitext(given)[1]
    return len(given.split()) >= _FEWEST_WORDS and _FILE_ENDING.fullmatch(ending) is None
