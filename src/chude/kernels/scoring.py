"""Texts to scores and probabilities."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.scoring import Calibrator, Head, Scorer, softmax
else:
    from chude.kernels.compiled.scoring import Calibrator, Head, Scorer, softmax

__all__ = ["Calibrator", "Head", "Scorer", "softmax"]
