"""The folder of labels, and what its run was asked for: it can be resumed, and labels of two runs are never mixed."""

from collections.abc import Sequence

from chude.engines.plan import SCRATCH, Part
from chude.errors import InputError, OutputError
from chude.labelling.manifest import Manifest
from chude.sources.source import Survey
from chude.sources.stored import ENDING

_SUCCESS = "_SUCCESS"


class OutFolder:
    """The folder that the labels of a plan are written to.

    Parameters
    ----------
    parts : sequence of Part
    shown : str
        The folder as the user named it.
    """

    def __init__(self, parts: Sequence[Part], shown: str) -> None:
        self._system, self._root, self._shown = parts[0].target_system, parts[0].root, shown
        self._targets = {part.labels for part in parts}
        self._manifest, self._success = f"{self._root}/{SCRATCH}/manifest.json", f"{self._root}/{_SUCCESS}"

    def begin(self, asked: Manifest, survey: Survey, *, resume: bool, restart: bool) -> None:
        """Write the manifest, or check that an unfinished run was asked for the same.

        Raises
        ------
        InputError
            If the folder has other files, or an unfinished run and neither `resume` nor `restart` is given.
        OutputError
            If it cannot be written.
        """
        there = self._labels()
        unfinished = None if restart else self._unfinished()
        if unfinished is not None:
            if not resume:
                raise InputError(
                    f"{self._shown} holds an unfinished run: resume it with --resume, or throw it away with --restart"
                )
            unfinished.require_same(asked)
            unfinished.require_unchanged(survey)
            return
        strangers = there - self._targets if restart else there
        if strangers:
            raise InputError(
                f"{self._shown} holds {len(strangers)} other Parquet files ({min(strangers)}): name another folder"
                + ("" if restart else ", or write over labels of the same inputs with --restart")
            )
        try:
            self._system.makedirs(f"{self._root}/{SCRATCH}", exist_ok=True)
            for target in there:
                self._system.rm_file(target)
            if self._system.exists(self._success):
                self._system.rm_file(self._success)
            self._system.pipe_file(self._manifest, asked.of_inputs(survey).to_json())
        except OSError as error:
            raise OutputError(f"{self._shown} cannot be written: {error}") from error

    def end(self) -> None:
        """Mark the labels as complete by a file, as the tools of Hadoop do."""
        try:
            self._system.pipe_file(self._success, b"")
            self._system.rm(f"{self._root}/{SCRATCH}", recursive=True)
        except OSError as error:
            raise OutputError(f"the labels are written, but {self._shown} cannot be tidied up: {error}") from error

    def _labels(self) -> set[str]:
        if not self._system.exists(self._root):
            return set()
        hidden = f"{self._root}/{SCRATCH}/"
        return {name for name in self._system.find(self._root) if name.endswith(ENDING) and not name.startswith(hidden)}

    def _unfinished(self) -> Manifest | None:
        if not self._system.exists(self._manifest):
            return None
        try:
            return Manifest.from_json(self._system.cat_file(self._manifest))
        except (OSError, ValueError) as error:
            raise OutputError(f"{self._shown} is damaged ({error}); start over with --restart") from None
