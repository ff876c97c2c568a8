"""Rounds of dual coordinate descent: linear SVMs, and multinomial logistic regression."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.solving import LogisticDual, SvmDual
else:
    from chude.kernels.compiled.solving import LogisticDual, SvmDual

__all__ = ["LogisticDual", "SvmDual"]
