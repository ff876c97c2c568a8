"""Which form of the kernels runs: the compiled one, or the plain one where nothing was compiled."""

import os
import sys
from pathlib import Path

from chude.kernels.freshness import trouble

_FOLDER = Path(__file__).with_name("compiled")


def _is_compiled() -> bool:
    asked = os.environ.get("CHUDE_KERNELS", "")
    if asked not in {"", "plain", "compiled"}:
        raise ImportError(f"CHUDE_KERNELS is {asked!r}; it can be 'plain', 'compiled', or left out")
    if asked == "plain":
        return False
    why = trouble(_FOLDER)
    if why and asked == "compiled":
        raise ImportError(f"CHUDE_KERNELS=compiled, but {why}")
    if why and sys.stderr is not None:  # print takes standard output where there is no standard error
        print(f"chude runs slowly: {why} (CHUDE_KERNELS=plain hides this message.)", file=sys.stderr)
    return not why


COMPILED = _is_compiled()
"""Whether the compiled form runs.

The environment variable ``CHUDE_KERNELS=plain`` asks for the plain form, ``CHUDE_KERNELS=compiled`` for an ImportError
where the compiled form cannot be used.
"""
