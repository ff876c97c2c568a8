"""The folder of labels: what it was begun with, so that a run can be gone on with and nothing is mixed."""

import json
from collections.abc import Sequence
from typing import Any

from chude.engines.partition import SCRATCH
from chude.engines.partitions import ENDING, Partition
from chude.errors import InputError, OutputError

_SUCCESS = "_SUCCESS"


class OutFolder:
    """A folder that partitions of labels are written to.

    Parameters
    ----------
    system : fsspec.AbstractFileSystem
    root : str
    shown : str
        As the user gave it.
    """

    def __init__(self, system: Any, root: str, shown: str) -> None:
        self._system, self.root, self._shown = system, root, shown
        self._manifest, self._success = f"{root}/{SCRATCH}/manifest.json", f"{root}/{_SUCCESS}"

    def begin(self, asked: dict[str, Any], parts: Sequence[Partition], *, resume: bool, restart: bool) -> None:
        """Write down what was asked for, or check that an unfinished run was asked for the same.

        Raises
        ------
        InputError
            If the folder holds something else, or an unfinished run and no word on what to do with it.
        OutputError
            If it cannot be written.
        """
        there = self._labels()
        unfinished = None if restart else self._unfinished()
        if unfinished is not None:
            self._require(unfinished, asked, resume=resume)
            return
        strangers = there - {part.target for part in parts} if restart else there
        if strangers:
            raise InputError(
                f"{self._shown} holds {len(strangers)} other Parquet files ({min(strangers)}): name another folder"
                + ("" if restart else ", or write over labels of the same inputs with --restart")
            )
        try:
            self._system.makedirs(f"{self.root}/{SCRATCH}", exist_ok=True)
            for target in there:
                self._system.rm_file(target)
            if self._system.exists(self._success):
                self._system.rm_file(self._success)
            self._system.pipe_file(self._manifest, json.dumps(asked).encode())
        except OSError as error:
            raise OutputError(f"{self._shown} cannot be written: {error}") from error

    def end(self) -> None:
        """Mark the labels as complete, the way Hadoop's tools do."""
        try:
            self._system.pipe_file(self._success, b"")
            self._system.rm(f"{self.root}/{SCRATCH}", recursive=True)
        except OSError as error:
            raise OutputError(f"the labels are written, but {self._shown} cannot be tidied up: {error}") from error

    def _labels(self) -> set[str]:
        if not self._system.exists(self.root):
            return set()
        hidden = f"{self.root}/{SCRATCH}/"
        return {name for name in self._system.find(self.root) if name.endswith(ENDING) and not name.startswith(hidden)}

    def _unfinished(self) -> dict[str, Any] | None:
        if not self._system.exists(self._manifest):
            return None
        found: dict[str, Any] = json.loads(self._system.cat_file(self._manifest))
        return found

    def _require(self, unfinished: dict[str, Any], asked: dict[str, Any], *, resume: bool) -> None:
        if not resume:
            raise InputError(
                f"{self._shown} holds an unfinished run: go on with it (--resume), or throw it away (--restart)"
            )
        different = [name for name in {**unfinished, **asked} if unfinished.get(name) != asked.get(name)]
        if different:
            raise InputError(
                f"the unfinished run in {self._shown} was asked for something else ({', '.join(different)}): give the "
                "same inputs and options, or start over with --restart"
            )
