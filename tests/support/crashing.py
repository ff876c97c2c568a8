"""Ends a run at every moment it touches the disk, resumes it, and compares.

``python crashing.py KIND INPUT FOLDER STEP``; with a step of n at every n-th moment only.

Each run is a forked child that exits, as if killed, when the interpreter is about to do the n-th thing to the file
system, or half-way through its n-th write; n counts up until a run gets through.
"""

import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fake_model import FakeModel

from chude.labelling import journal
from chude.labelling.api import label_files
from chude.sources import open_inputs

CRASH = 77
TOUCHES = {
    "open",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.truncate",
    "os.mkdir",
    "os.chmod",
    "os.utime",
    "shutil.copyfile",
}


def child(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def crash_at(moment: int, inside: Path) -> None:
    """Exit when the folder is touched for the `moment`-th time; odd moments are half-way through a write."""
    left = [moment]
    append = journal.Journal._append

    def torn(self: journal.Journal, data: bytes) -> None:
        left[0] -= 1
        if left[0] == 0:
            assert self._body is not None
            self._body.write(data[: len(data) // 2])
            self._body.flush()
            os._exit(CRASH)
        append(self, data)

    def watch(event: str, args: tuple[object, ...]) -> None:
        if event in TOUCHES and isinstance(args[0], str) and str(inside) in args[0]:
            left[0] -= 1
            if left[0] == 0:
                os._exit(CRASH)

    journal.Journal._append = torn  # type: ignore[method-assign]
    sys.addaudithook(watch)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def main(kind: str, source: str, folder: str, step: str) -> None:
    open_inputs.BATCH_TEXTS = 10
    journal._SHORTEST_INTERVAL, journal._CHECKPOINT_SHARE = 0.0, float("inf")
    work = Path(folder)
    if kind == "parquet":
        import pyarrow.parquet  # noqa: F401 - once, not in every child

    def prepare() -> None:
        shutil.rmtree(work, ignore_errors=True)
        (work / "out").mkdir(parents=True)
        shutil.copytree(source, work / "in")

    def run(resume: bool, moment: int = 0) -> None:
        os.chdir(work)
        crash_at(moment, work)
        labels = label_files("in", model=FakeModel(), threads=1)
        if kind in {"copy", "move"}:
            labels.sort_into("out", move=kind == "move", resume=resume)
        else:
            labels.write("out/labels", format=kind, resume=resume)

    prepare()
    assert child(partial(run, False)) == 0
    expected = snapshot(work)
    moment, crashes = 1 - int(step), 0
    while True:
        moment += int(step)
        prepare()
        first = child(partial(run, False, moment))
        if first == 0:
            break
        assert first == CRASH, f"{kind}: moment {moment} of the first run ended in {first}"
        crashes += 1
        if crashes % 3 == 0:  # and once more while it is resumed
            again = child(partial(run, True, moment // 2 + 1))
            assert again in {0, CRASH}, f"{kind}: moment {moment}, resumed and ended in {again}"
        last = child(partial(run, True))
        assert last == 0, f"{kind}: moment {moment}, resumed to the end in {last}"
        found = snapshot(work)
        different = [name for name in {**found, **expected} if found.get(name) != expected.get(name)]
        assert not different, f"{kind}: after moment {moment}: {different[:5]}"
    print(crashes)


if __name__ == "__main__":
    main(*sys.argv[1:])
