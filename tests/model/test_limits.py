"""Why a text is unknown."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chude.model.limits import Limits

SHARES = st.sampled_from([0.0, 0.2, 0.5, 1.0])


@given(
    limits=st.builds(Limits, SHARES, SHARES),
    texts=st.lists(st.tuples(st.sampled_from(["", " \n", "!?", "giá vàng"]), SHARES, SHARES), max_size=8),
)
def test_reasons_are_those_of_the_definition(limits: Limits, texts: list[tuple[str, float, float]]) -> None:
    expected = []
    for text, probability, coverage in texts:
        covered = coverage > 0 and coverage >= limits.min_coverage
        if covered and probability >= limits.min_probability:
            expected.append(None)
        elif not text.strip():
            expected.append("empty")
        else:
            expected.append("uncertain" if covered else "not covered")
    columns = [[row[k] for row in texts] for k in range(3)]
    n_tokens = np.array([len(text.split()) if text != "!?" else 0 for text in columns[0]], dtype=np.int64)
    assert limits.reasons(columns[0], np.array(columns[1]), np.array(columns[2]), n_tokens) == expected
