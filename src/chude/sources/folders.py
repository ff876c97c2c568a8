"""The files in a folder and its sub-folders, in the bytewise order of their paths, without hidden ones."""

import fnmatch
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from chude.errors import reason
from chude.locale import N_

JOURNAL_SUFFIX = ".chude-run"
"""Ending of the folder of an unfinished run; such folders are not searched for texts."""

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A path that cannot be read: its row in the output has the error."""

    path: str
    error: str


class Patterns:
    """Globs on the names of files, ignoring case. One with a ``/`` is compared with the path inside the folder.

    Parameters
    ----------
    include : sequence of str
        A file is read if it matches one of them.
    exclude : sequence of str
        A file that matches one of them is left out; a folder with everything in it.

    Attributes
    ----------
    wants : callable
        Whether a file is read, given its path inside the folder and its name.
    leaves_out : callable
        Whether a file or a folder is excluded, given the same.
    ends : tuple of str
        Names that end so are read, in any folder; other names may be.
    """

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self.leaves_out = leaves_out = _matcher(exclude)
        self.wants = wants = _matcher(include)
        self.ends = () if exclude else _ends(include)
        if exclude:
            self.wants = lambda inside, name: wants(inside, name) and not leaves_out(inside, name)


def _matcher(globs: Sequence[str]) -> Callable[[str, str], bool]:
    if not globs:
        return lambda _, __: False
    on_name = [fnmatch.translate(glob) for glob in globs if "/" not in glob]
    on_path = [fnmatch.translate(glob.removeprefix("./")) for glob in globs if "/" in glob]
    name_matches = re.compile("|".join(on_name) or r"(?!)", re.IGNORECASE).match
    if not on_path:
        return lambda _, name: name_matches(name) is not None
    path_matches = re.compile("|".join(on_path), re.IGNORECASE).match
    return lambda inside, name: bool(name_matches(name) or path_matches(inside.replace(os.sep, "/")))


def _ends(globs: Sequence[str]) -> tuple[str, ...]:
    """Return what names that a glob like ``*.txt`` matches end in: most names, which then need no pattern."""
    return tuple(glob[1:] for glob in globs if glob[:1] == "*" and "/" not in glob and not _MAGIC.search(glob, 1))


def walk(
    root: str, patterns: Patterns, avoid: frozenset[str] = frozenset(), left_alone: Counter[str] | None = None
) -> Iterator[list[str | Trouble]]:
    """List the files under `root` that `patterns` select, in the bytewise order of their paths.

    Symbolic links to folders are followed, but each folder is listed once, under the path that comes first. A folder
    that cannot be listed gives a `Trouble`.

    Parameters
    ----------
    avoid : frozenset of str
        Real paths of files and folders of chude's own output.
    left_alone : Counter, optional
        Counts, by ending, the files that `patterns` neither select nor exclude.

    Yields
    ------
    list
        Consecutive files; not empty.
    """
    listing = _Listing(root, patterns, avoid, left_alone)
    pending: list[str | list[str | Trouble]] = [root]
    while pending:
        place = pending.pop()
        if isinstance(place, list):
            yield place
            continue
        try:
            pending.extend(listing.of(place))
        except OSError as error:
            yield [Trouble(place, N_(f"folder cannot be listed: {reason(error)}"))]


class _Listing:
    def __init__(self, root: str, patterns: Patterns, avoid: frozenset[str], left_alone: Counter[str] | None) -> None:
        self._patterns = patterns
        self._left_alone = left_alone
        self._avoid = avoid
        self._avoided_names = {os.path.basename(path) for path in avoid}
        self._start = len(os.path.join(root, ""))
        self._seen: set[tuple[int, int]] = set()

    def of(self, folder: str) -> list[str | list[str | Trouble]]:
        """Return files to read, in one list if no folder is between them, and folders to enter; in reverse order."""
        status = os.stat(folder)
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen:
            return []
        self._seen.add(identity)
        runs: list[str | list[str | Trouble]] = []
        for is_folder, group in groupby(self._sorted(folder), lambda path: path[-1] == "/"):
            if is_folder:
                runs.extend(path[:-1] for path in group)
            else:
                runs.append(list(group))
        return runs[::-1]

    def _sorted(self, folder: str) -> list[str]:
        """Return the entries to read or to enter, sorted; the paths of folders end with ``/``."""
        paths: list[str] = []
        patterns, ends, avoided, start = self._patterns, self._patterns.ends, self._avoided_names, self._start
        with os.scandir(folder) as entries:
            for entry in entries:
                name, path = entry.name, entry.path
                if name[0] == "." or (name in avoided and os.path.realpath(path) in self._avoid):
                    continue
                try:
                    is_folder = entry.is_dir()
                except OSError:  # a symbolic link to itself
                    is_folder = False
                if name.endswith(ends) and not is_folder:
                    paths.append(path)
                elif is_folder:
                    if not name.endswith(JOURNAL_SUFFIX) and not patterns.leaves_out(path[start:], name):
                        paths.append(path + "/")
                elif patterns.wants(path[start:], name):
                    paths.append(path)
                elif self._left_alone is not None and not patterns.leaves_out(path[start:], name):
                    self._left_alone[os.path.splitext(name)[1].lower()] += 1
        try:
            "".join(paths).encode()
        except UnicodeEncodeError:  # a name that is not UTF-8
            paths.sort(key=os.fsencode)
        else:
            paths.sort()  # str has the order of its UTF-8, and is sorted faster
        return paths
