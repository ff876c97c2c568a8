"""A progress bar with the steps of long work, on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chude.cli._progress import progress_bar
from chude.locale import _, sentence

Progress = Callable[[str], None]


@contextmanager
def steps(label: str, length: int, *, quiet: bool = False) -> Iterator[Progress]:
    """Show a progress bar with the name of each step, if stderr is a terminal.

    Parameters
    ----------
    label : str
    length : int
        Largest number of steps.
    quiet : bool

    Yields
    ------
    callable
        To be called with the name of each step before the step.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    with progress_bar(label, length, lambda step: sentence(step or "")) as bar:
        begun = False

        def begin(step: str) -> None:
            nonlocal begun
            bar.update(int(begun), step)
            begun = True
            bar.render_progress()

        yield begin
        bar.update(length - bar.pos, _("done"))
