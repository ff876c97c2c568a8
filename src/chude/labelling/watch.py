"""Progress of a run: the methods that are called, for example, for a progress bar."""

from typing import Protocol

from chude.labelling.tally import Tally
from chude.sources.source import Survey


class Watch(Protocol):
    """Its methods are called as a run proceeds."""

    def begin(self, survey: Survey, read: int) -> None:
        """Labelling begins; an earlier run has done `read` bytes of the input."""

    def step(self, tally: Tally, read: int) -> None:
        """More texts are labelled, from `read` bytes of the input; `tally` counts all of them."""

    def end(self) -> None:
        """Labelling has ended, with or without an error."""


class Unwatched:
    """Ignores the progress."""

    def begin(self, *_: object) -> None:
        """Do nothing."""

    def step(self, *_: object) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""
