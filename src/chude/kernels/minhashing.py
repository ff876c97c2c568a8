"""Min-wise hashing of shingles."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.minhashing import band_keys, minima
else:
    from chude.kernels.compiled.minhashing import band_keys, minima

__all__ = ["band_keys", "minima"]
