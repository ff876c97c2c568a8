"""The beginning of texts with words for their punctuation, capitals and numbers."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.marking import Marks, marked
else:
    from chude.kernels.compiled.marking import Marks, marked

__all__ = ["Marks", "marked"]
