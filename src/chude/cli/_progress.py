"""The progress bar, on stderr."""

import sys
from collections.abc import Callable
from typing import Any

import click

from chude.locale import number


def progress_bar(label: str, length: int, said: Callable[[Any], str], *, shows_time_left: bool = False) -> Any:
    """Return the progress bar of click, with the share that is done in the way that the language writes percentages.

    Parameters
    ----------
    label : str
    length : int
        What is to be done; 0 if that is not known: such a bar shows no share.
    said : callable
        Returns what stands behind the bar for the current item, which is None at first.
    shows_time_left : bool

    Returns
    -------
    click.progressbar
    """

    def shown(item: Any) -> str:
        whole = int(100 * bar.pct) / 100  # 100 % is reached at the end, not before
        return f"{number(whole, '.0%'):>5}  {said(item)}" if length else said(item)

    bar: Any = click.progressbar(
        None if length else iter(int, 1),  # without a length, click takes an endless iterator
        length=length or None,
        label=label,
        file=sys.stderr,
        width=24,
        item_show_func=shown,
        show_eta=shows_time_left,
        show_percent=False,
        update_min_steps=1,
    )
    return bar
