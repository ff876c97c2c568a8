"""The solver against scikit-learn's `LinearSVC`, whose problem it solves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, vstack
from scipy.sparse import random as random_rows
from sklearn.svm import LinearSVC

from chude.training.solver import solve


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    n_topics=st.sampled_from([2, 3, 8, 13]),
    cost=st.sampled_from([0.1, 1.0, 5.0]),
    weighted=st.booleans(),
)
def test_weights_equal_those_of_linear_svc(seed: int, n_topics: int, cost: float, weighted: bool) -> None:
    generator = np.random.default_rng(seed)
    rows = random_rows(120, 40, density=0.2, format="csr", random_state=seed)
    topics = generator.integers(n_topics, size=120)
    topics[:n_topics] = np.arange(n_topics)
    weights = generator.uniform(0.2, 2.0, size=120) if weighted else np.ones(120)
    found, intercept = solve(rows, topics, n_topics, cost * weights, seed, 1e-5, 20_000)
    reference = LinearSVC(C=cost, tol=1e-7, max_iter=100_000).fit(rows, topics, sample_weight=weights)
    expected, bias = reference.coef_.T, reference.intercept_
    if n_topics == 2:
        found, intercept = found[:, 1:], intercept[1:]
    np.testing.assert_allclose(found, expected, atol=2e-3)
    np.testing.assert_allclose(intercept, bias, atol=2e-3)


def test_the_order_of_samples_is_the_seed_s_alone() -> None:
    rows = random_rows(50, 20, density=0.3, format="csr", random_state=1)
    topics = np.arange(50) % 3
    first, second = (solve(rows, topics, 3, np.ones(50), 7, 0.1, 5)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("empty", [0, 30])
def test_rows_without_a_term_move_only_the_intercept(empty: int) -> None:
    filled = random_rows(60, 10, density=0.5, format="csr", random_state=2)
    rows = vstack([csr_matrix((empty, 10)), filled[empty:]], format="csr")
    weights, intercept = solve(rows, np.arange(60) % 2, 2, np.ones(60), 0, 1e-4, 1000)
    assert np.isfinite(weights).all()
    assert np.isfinite(intercept).all()
