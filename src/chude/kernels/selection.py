"""Which form of the kernels runs: the compiled one, or the plain one where nothing was compiled."""

import os
from importlib.util import find_spec

COMPILED = os.environ.get("CHUDE_KERNELS") != "plain" and find_spec("chude.kernels.compiled.tokenizing") is not None
"""Whether the compiled form runs. The environment variable ``CHUDE_KERNELS=plain`` asks for the plain one."""
