"""What every format of the output implements."""

from typing import BinaryIO, Protocol, runtime_checkable

from chude.sinks.schema import Labelled


class Sink(Protocol):
    """A format.

    The body of an unfinished output is the header, then what ``encode`` gave for each batch with the separator between;
    cut off after any batch it can be gone on with. The footer ends it.
    """

    header: bytes
    separator: bytes
    footer: bytes

    def encode(self, labelled: Labelled) -> bytes:
        """Bytes of a batch; safe to call from several threads."""


@runtime_checkable
class RewritingSink(Sink, Protocol):
    """A format that cannot be written piece by piece: its body has to be rewritten at the end."""

    def rewrite(self, body: BinaryIO, out: str) -> None:
        """Write the output to the file `out`."""
