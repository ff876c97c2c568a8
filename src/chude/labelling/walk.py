"""Files under a folder, bytewise by path: hidden ones left alone, loops of symbolic links survived."""

import fnmatch
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

JOURNAL_SUFFIX = ".chude-run"
"""Ends the name of the folder an unfinished run keeps; never searched for texts."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A path that has a row in the output but no text: what is wrong with it."""

    path: str
    error: str


class Patterns:
    """Globs on names, case ignored; one with a ``/`` is held against the path inside the folder.

    Parameters
    ----------
    include : sequence of str
        A file has to match one.
    exclude : sequence of str
        A file that matches one is left out, a folder with all it holds.
    """

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._include = _matcher(include)
        self._exclude = _matcher(exclude) if exclude else None

    def wants(self, inside: str, name: str) -> bool:
        """Tell whether a file is to be read, given its path inside the folder and its name."""
        return self._include(inside, name) and not self.leaves_out(inside, name)

    def leaves_out(self, inside: str, name: str) -> bool:
        """Tell whether a file or a folder is excluded."""
        return self._exclude is not None and self._exclude(inside, name)


def _matcher(globs: Sequence[str]) -> Callable[[str, str], bool]:
    on_name = [fnmatch.translate(glob) for glob in globs if "/" not in glob]
    on_path = [fnmatch.translate(glob.removeprefix("./")) for glob in globs if "/" in glob]
    name_matches = re.compile("|".join(on_name) or r"(?!)", re.IGNORECASE).match
    if not on_path:
        return lambda _, name: name_matches(name) is not None
    path_matches = re.compile("|".join(on_path), re.IGNORECASE).match
    return lambda inside, name: bool(name_matches(name) or path_matches(inside.replace(os.sep, "/")))


def walk(root: str, patterns: Patterns, avoid: frozenset[str] = frozenset()) -> Iterator[str | Trouble]:
    """List the files under `root` that `patterns` want, in the bytewise order of their paths.

    A symbolic link to a folder is followed, but each folder is listed once, under the path that comes first. A folder
    that cannot be listed gives a `Trouble`.

    Parameters
    ----------
    avoid : frozenset of str
        Real paths of files and folders that are chude's own output.
    """
    listing = _Listing(root, patterns, avoid)
    pending = [(root, True)]
    while pending:
        path, is_folder = pending.pop()
        if not is_folder:
            yield path
            continue
        try:
            pending.extend(listing.of(path))
        except OSError as error:
            yield Trouble(path, f"folder cannot be listed: {reason(error)}")


class _Listing:
    def __init__(self, root: str, patterns: Patterns, avoid: frozenset[str]) -> None:
        self._patterns = patterns
        self._avoid = avoid
        self._avoided_names = {os.path.basename(path) for path in avoid}
        self._start = len(os.path.join(root, ""))
        self._seen: set[tuple[int, int]] = set()

    def of(self, folder: str) -> list[tuple[str, bool]]:
        """Entries of a folder to read or to enter, last one first."""
        status = os.stat(folder)
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen:
            return []
        self._seen.add(identity)
        found: list[tuple[str, str, bool]] = []
        wants, start = self._patterns.wants, self._start
        with os.scandir(folder) as entries:
            for entry in entries:
                name, path = entry.name, entry.path
                if name[0] == "." or (name in self._avoided_names and os.path.realpath(path) in self._avoid):
                    continue
                if _is_folder(entry):
                    if not name.endswith(JOURNAL_SUFFIX) and not self._patterns.leaves_out(path[start:], name):
                        found.append((name + "/", path, True))
                elif wants(path[start:], name):
                    found.append((name, path, False))
        found.sort(key=_sort_key(found), reverse=True)
        return [(path, is_folder) for _, path, is_folder in found]


def _sort_key(found: list[tuple[str, str, bool]]) -> Callable[[tuple[str, str, bool]], str | bytes]:
    """Sort by bytes; text sorts as its UTF-8 does, and faster."""
    try:
        "".join(map(itemgetter(0), found)).encode()
    except UnicodeEncodeError:  # a name that is not UTF-8
        return lambda entry: os.fsencode(entry[0])
    return itemgetter(0)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a symbolic link in a circle
        return False


def reason(error: OSError) -> str:
    """Say what the system said, as part of a sentence."""
    said = error.strerror or str(error) or type(error).__name__
    return said[0].lower() + said[1:]
