"""Both forms of the kernels, side by side."""

import pytest

from chude.kernels.selection import COMPILED


@pytest.fixture(autouse=True)
def _compiled() -> None:
    if not COMPILED:
        pytest.skip("nothing was compiled, so that there is nothing to compare with the plain form")
