"""The interface of every format of the output."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from chude.sinks.schema import Labelled


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkOptions:
    """Options of sinks; each sink uses those of its format.

    Parameters
    ----------
    columns : sequence of str
        Columns of the output, in order.
    bom : bool
        Begin CSV with a byte order mark.
    model_version : str
        Name of the model, for formats that say which model a label is from.
    """

    columns: Sequence[str]
    bom: bool = False
    model_version: str = ""


class Sink(Protocol):
    """A format of the output.

    An output is the header, the bytes of ``encode`` for each batch with the separator between them, and the footer. An
    unfinished output ends after a batch, and is resumed there.
    """

    header: bytes
    separator: bytes
    footer: bytes

    def encode(self, labelled: Labelled) -> bytes:
        """Return the bytes of a batch. It is called from several threads at a time."""


@runtime_checkable
class RewritingSink(Sink, Protocol):
    """A format to which nothing can be appended: the bytes of ``encode`` are kept, and rewritten at the end."""

    def rewrite(self, body: BinaryIO, out: BinaryIO) -> None:
        """Write the output.

        Parameters
        ----------
        body : binary file
            The header, the encoded batches and the footer.
        out : binary file
            Empty, open for writing.
        """
