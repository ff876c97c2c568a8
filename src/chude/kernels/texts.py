"""Lists of texts: whether they are such, and how they are parted for several threads."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.texts import are_texts, chunks
else:
    from chude.kernels.compiled.texts import are_texts, chunks

__all__ = ["are_texts", "chunks"]
