"""The solver against scikit-learn's `LogisticRegression`, whose problem it solves where it begins at nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.sparse import random as random_rows
from sklearn.linear_model import LogisticRegression

from chude.training.logistic import solve_logistic


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), n_topics=st.sampled_from([3, 8, 13]), cost=st.sampled_from([0.1, 2.0, 40.0]))
def test_weights_equal_those_of_logistic_regression(seed: int, n_topics: int, cost: float) -> None:
    generator = np.random.default_rng(seed)
    rows = random_rows(90, 40, density=0.2, format="csr", random_state=seed)
    topics = generator.permutation(np.arange(90) % n_topics)
    weights = generator.uniform(0.2, 2.0, size=90)
    bias = 0.5
    found, intercept = solve_logistic(
        rows, np.eye(n_topics)[topics], np.zeros((90, n_topics)), cost * weights, bias, seed, 1e-7, 5000
    )
    with_bias = hstack([rows, csr_matrix(np.full((90, 1), bias))], format="csr")
    reference = LogisticRegression(C=cost, tol=1e-8, max_iter=10_000, fit_intercept=False)
    expected = reference.fit(with_bias, topics, sample_weight=weights).coef_.T
    np.testing.assert_allclose(found, expected[:-1], atol=5e-3)
    np.testing.assert_allclose(intercept, bias * expected[-1], atol=5e-3)


@pytest.mark.parametrize("seed", range(3))
def test_offsets_are_scores_to_begin_at_and_targets_may_be_in_doubt(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows = random_rows(30, 6, density=0.5, format="csr", random_state=seed)
    targets = generator.dirichlet(np.ones(3), 30)
    offsets = generator.normal(0, 2, (30, 3))
    found, _ = solve_logistic(rows, targets, offsets, np.full(30, 3.0), 0.0, seed, 1e-8, 5000)

    def objective(flat: np.ndarray) -> float:
        logits = offsets + rows @ flat.reshape(6, 3)
        loss = np.logaddexp.reduce(logits, axis=1) - (targets * logits).sum(axis=1)
        return float(0.5 * flat @ flat + 3.0 * loss.sum())

    reached = objective(found.ravel())
    assert reached <= minimize(objective, np.zeros(18), tol=1e-9).fun + 1e-3


def test_a_cost_of_nothing_leaves_the_offsets_alone() -> None:
    rows = random_rows(20, 5, density=0.5, format="csr", random_state=0)
    weights, intercept = solve_logistic(
        rows, np.eye(4)[np.arange(20) % 4], np.zeros((20, 4)), np.zeros(20), 1.0, 0, 1e-3, 50
    )
    assert not weights.any()
    assert not intercept.any()
