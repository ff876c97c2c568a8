"""A progress bar for labelling, on stderr."""

import sys
import time
from typing import Any

import click

from chude.labelling.progress import Tally, Unwatched, Watch
from chude.locale import _
from chude.sources.source import Survey

_PATIENCE = 1.0


class ProgressWatch:
    """A progress bar over the bytes read, with the rate, the time left and the failures. It appears after a second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bar: Any = None
        self._total = self._read = self._start = 0

    def begin(self, survey: Survey, read: int) -> None:
        """Labelling begins."""
        self._began = time.monotonic()
        self._total, self._read = survey.size, read
        self._start = -1

    def step(self, tally: Tally, read: int) -> None:
        """Show the progress."""
        if self._start < 0:
            self._start = 0 if self._read == 0 else tally.texts
        self._read += read
        elapsed = time.monotonic() - self._began
        if self._bar is None and elapsed > _PATIENCE:
            self._bar = self._new_bar()
        if self._bar is not None:
            rate = (tally.texts - self._start) / max(elapsed, 1e-9)
            message = _(
                "{texts:,} texts, {rate:,.0f}/s, {failed:,} failed", texts=tally.texts, rate=rate, failed=tally.failed
            )
            done = min(self._read, self._total) if self._total else tally.texts  # of a pipe, no bytes are known
            self._bar.update(done - self._bar.pos, message)

    def _new_bar(self) -> Any:
        bar = click.progressbar(
            None if self._total else iter(int, 1),  # without a length, click takes an endless iterator
            length=self._total or None,
            label=_("Labelling"),
            file=sys.stderr,
            width=24,
            item_show_func=lambda message: message,
            show_eta=self._total > 0,
            show_percent=self._total > 0,
            update_min_steps=1,
        )
        return bar.__enter__()

    def end(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


def make_watch(*, quiet: bool) -> Watch:
    """Return a progress bar if stderr is a terminal."""
    return ProgressWatch() if sys.stderr.isatty() and not quiet else Unwatched()
