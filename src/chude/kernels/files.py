"""Many small files looked at, read, and decoded where they are plain UTF-8."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.files import decode_utf8, read_files, read_texts, sizes_and_times
else:
    from chude.kernels.compiled.files import decode_utf8, read_files, read_texts, sizes_and_times

__all__ = ["decode_utf8", "read_files", "read_texts", "sizes_and_times"]
