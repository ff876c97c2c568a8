"""Many small files to bytes, and to str where they are plain UTF-8."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.files import decode_utf8, read_files
else:
    from chude.kernels.compiled.files import decode_utf8, read_files

__all__ = ["decode_utf8", "read_files"]
