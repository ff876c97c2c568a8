"""Token hashes to the rows of a vocabulary."""

from typing import TYPE_CHECKING

from chude.kernels.selection import COMPILED

if TYPE_CHECKING or not COMPILED:
    from chude.kernels.plain.lookup import MAX_ROWS, Lookup, joined_hashes, keys_of_lines, keys_of_runs, ngram_keys
else:
    from chude.kernels.compiled.lookup import MAX_ROWS, Lookup, joined_hashes, keys_of_lines, keys_of_runs, ngram_keys

__all__ = ["MAX_ROWS", "Lookup", "joined_hashes", "keys_of_lines", "keys_of_runs", "ngram_keys"]
