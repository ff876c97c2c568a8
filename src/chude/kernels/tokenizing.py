"""Texts to token hashes."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.tokenizing import Letters, token_places, tokenize
else:
    from chude.kernels.compiled.tokenizing import Letters, token_places, tokenize

__all__ = ["Letters", "token_places", "tokenize"]
