"""A progress bar with the steps of long work, on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

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
    bar: Any
    with click.progressbar(
        length=length,
        label=label,
        file=sys.stderr,
        width=24,
        show_eta=False,
        item_show_func=lambda step: sentence(step or ""),
    ) as bar:
        begun = False

        def begin(step: str) -> None:
            nonlocal begun
            bar.update(int(begun), step)
            begun = True
            bar.render_progress()

        yield begin
        left: Any = length - bar.pos
        bar.update(left, _("done"))
