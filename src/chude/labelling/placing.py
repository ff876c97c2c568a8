"""Copies or moves files into folders of their topics. Nothing is overwritten or lost, and it can be resumed."""

import contextlib
import csv
import errno
import filecmp
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TextIO

from chude.atomic import put_in_place
from chude.errors import InputError, OutputError, reason
from chude.labelling.job import Job
from chude.labelling.journal import Journal
from chude.labelling.manifest import OutputOptions
from chude.labelling.progress import PUBLISHED, State, Watch
from chude.labelling.run import real_path, write, writing_to
from chude.locale import N_
from chude.sources.source import Survey

LABELS, PLACES = "labels.csv", "places.csv"
_UNFINISHED = ".chude-part"
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_SPELLED = re.compile(r"\\udc([89a-f][0-9a-f])")


@dataclass(slots=True)
class Placed:
    """Counts of the files.

    Attributes
    ----------
    files : int
        Files that were copied or moved.
    left : Counter
        Files that stayed where they are, by reason.
    """

    files: int = 0
    left: Counter[str] = field(default_factory=Counter)


def sort_files(
    job: Job, folder: str | os.PathLike[str], *, move: bool, resume: bool, restart: bool, watch: Watch
) -> tuple[State, Placed]:
    """Do what `Labels.sort_into` says."""
    target = os.path.join(real_path(folder), LABELS)
    job = writing_to(job, target, os.path.dirname(target), resume=resume)
    output = OutputOptions(format="csv", sort_into=True, move=move)
    sink = job.sink(output.format, bom=output.bom)
    with _made(os.path.dirname(target)), Journal(target, sink) as journal:
        if journal.manifest() is None and os.path.exists(target):
            if resume:  # the run before was complete
                return State(stage=PUBLISHED), Placed()
            raise InputError(f"{folder} has a labels.csv already: sort into another folder")
        check = _require_whole_files
        state = write(job, sink, journal, output, watch, resume=resume, restart=restart, check=check)
        placed = Placing(os.path.dirname(target), journal.folder, move=move).run()
        journal.discard()
    return state, placed


@contextlib.contextmanager
def _made(folder: str) -> Iterator[None]:
    """Make a folder; a run that is refused leaves none behind."""
    new = []
    while not os.path.exists(folder):
        new.append(folder)
        folder = os.path.dirname(folder)
    for each in reversed(new):
        os.mkdir(each)
    try:
        yield
    except InputError:
        with contextlib.suppress(OSError):
            for each in new:
                os.rmdir(each)
        raise


def _require_whole_files(survey: Survey) -> None:
    if survey.texts is None:
        raise InputError("only whole files can be sorted into folders: not tables, lines, archives or standard input")


class Placing:
    """Copies or moves every labelled file into a folder of its topic.

    ``places.csv`` says where each file is now. Until all files are placed, it is kept in the journal as a log. A line
    is written to the log before its file is placed, so that a run that is resumed knows which file was the last.

    Parameters
    ----------
    folder : str
        Folder with ``labels.csv``, which says which topic each file has.
    journal_folder : str
    move : bool
        Move files instead of copying them.
    """

    def __init__(self, folder: str, journal_folder: str, *, move: bool) -> None:
        self._folder = folder
        self._log_path = os.path.join(journal_folder, "places.jsonl")
        self._table_path = os.path.join(journal_folder, PLACES)
        self._move = move
        self._next: dict[str, int] = {}
        self.placed = Placed()

    def run(self) -> Placed:
        """Place every file.

        Raises
        ------
        OutputError
            If the folder cannot be written. The run can be resumed.
        """
        try:
            done, last = self._resume()
            with open(self._log_path, "a", encoding="ascii", newline="", buffering=1) as log:
                if last is not None:
                    self._finish_last(log, *last)
                for path, topic in self._labelled(done):
                    self._place(log, path, topic)
            self._write_table()
        except OSError as error:
            raise OutputError(
                f"files cannot be sorted into {self._folder}: {reason(error)}; "
                "labels.csv is complete: solve that, then continue with --resume"
            ) from error
        return self.placed

    def _resume(self) -> tuple[int, tuple[str, str] | None]:
        """Return how many files an earlier run has placed, and the last one; cut off an incomplete line at the end."""
        try:
            with open(self._log_path, "r+b") as file:
                file.truncate(file.read().rfind(b"\n") + 1)
        except FileNotFoundError:
            return 0, None
        done, last = 0, None
        for path, place in self._logged():
            done += last is None or last[0] != path
            last = (path, place)
        return done, last

    def _logged(self) -> Iterator[tuple[str, str]]:
        with open(self._log_path, encoding="ascii") as log:
            for line in log:
                path, place = json.loads(line)
                yield path, place

    def _labelled(self, skip: int) -> Iterator[tuple[str, str]]:
        """Yield files and their topics, without the first `skip` files and those that have no label."""
        with open(os.path.join(self._folder, LABELS), encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if not row["topic"]:
                    self.placed.left[N_("not labelled")] += 1
                elif skip:
                    skip -= 1
                    self.placed.files += 1
                else:
                    yield row["path"], row["topic"]

    def _place(self, log: TextIO, path: str, topic: str) -> None:
        """Find a free place for a file, write it to the log, and put the file there."""
        source = real_name(path)
        if not os.path.exists(source):
            log.write(_line(path, ""))
            self.placed.left[N_("gone since it was labelled")] += 1
            return
        folder = os.path.join(self._folder, folder_name(topic))
        os.makedirs(folder, exist_ok=True)
        while True:
            place = self._free_place(folder, os.path.basename(source))
            log.write(_line(path, os.path.relpath(place, self._folder)))
            if _reserve(place):
                break
        self._put(source, place)
        self.placed.files += 1

    def _free_place(self, folder: str, name: str) -> str:
        """Return a free path for a file in a folder: its own name, or one with a number if that is taken."""
        wanted = os.path.join(folder, name)
        stem, end = os.path.splitext(wanted)
        for number in count(self._next.get(wanted, 1)):
            place = wanted if number == 1 else f"{stem}-{number}{end}"
            if not os.path.lexists(place):
                if number > 1:
                    self._next[wanted] = number
                return place
        raise AssertionError("numbers do not end")

    def _finish_last(self, log: TextIO, path: str, place: str) -> None:
        """Put the last file of an earlier run in the place that the log names."""
        source, full = real_name(path), os.path.join(self._folder, place)
        if place == "" or not os.path.exists(source):
            return
        if not os.path.lexists(full):
            if _reserve(full):
                self._put(source, full)
        elif filecmp.cmp(source, full, shallow=False):
            if self._move:
                os.remove(source)
        elif os.path.getsize(full) == 0:
            self._put(source, full)
        else:  # another file took the place
            self._place(log, path, os.path.dirname(place))
            self.placed.files -= 1

    def _put(self, source: str, place: str) -> None:
        """Put a file in a place that is reserved for it."""
        if self._move:
            try:
                os.replace(source, place)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
            else:
                return
        copy = os.path.join(os.path.dirname(place), f".{os.path.basename(place)}{_UNFINISHED}")
        shutil.copyfile(source, copy)
        shutil.copystat(source, copy)
        with open(copy, "r+b") as file:
            put_in_place(file, place, durable=self._move)  # the source of a moved file is removed next
        if self._move:
            os.remove(source)

    def _write_table(self) -> None:
        with open(self._table_path, "w", encoding="utf-8", newline="", errors="backslashreplace") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("path", "place"))
            writer.writerows(dict(self._logged()).items())
            put_in_place(file, os.path.join(self._folder, PLACES))


def _line(path: str, place: str) -> str:
    return json.dumps([path, place]) + "\n"


def _reserve(place: str) -> bool:
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True


def real_name(path: str) -> str:
    """Return the name of a file in the system: in ``labels.csv``, bytes that are not UTF-8 are escaped."""
    if os.path.lexists(path):
        return path
    return _SPELLED.sub(lambda spelled: chr(0xDC00 + int(spelled[1], 16)), path)


def folder_name(topic: str) -> str:
    """Return a name for the folder of a topic that is valid on every system."""
    name = _NOT_IN_NAMES.sub("_", topic).rstrip(". ")
    return name or "_"
