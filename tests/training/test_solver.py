"""The solver against scikit-learn's `LinearSVC`, whose problem it solves."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, vstack
from scipy.sparse import random as random_rows
from sklearn.svm import LinearSVC

from chude.kernels import solving as kernels
from chude.kernels.plain import solving as plain
from chude.training.solver import solve


def matches_linear_svc(
    form: ModuleType, rows: csr_matrix, topics: np.ndarray, n_topics: int, costs: np.ndarray, tolerance: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chude.training.solver.SvmDual", form.SvmDual)
        found, intercept, _ = solve(rows, topics, n_topics, costs, 0, tolerance, 20_000)
    reference = LinearSVC(C=1.0, tol=1e-7, max_iter=100_000).fit(rows, topics, sample_weight=costs)
    expected, bias = reference.coef_.T, reference.intercept_
    if n_topics == 2:
        found, intercept = found[:, 1:], intercept[1:]
    np.testing.assert_allclose(found, expected, atol=200 * tolerance)
    np.testing.assert_allclose(intercept, bias, atol=200 * tolerance)


def drawn(seed: int, n: int, n_topics: int) -> tuple[csr_matrix, np.ndarray]:
    topics = np.random.default_rng(seed).integers(n_topics, size=n)
    topics[:n_topics] = np.arange(n_topics)
    return random_rows(n, 40, density=0.2, format="csr", random_state=seed), topics


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    n_topics=st.sampled_from([2, 3, 8, 13]),
    cost=st.sampled_from([0.1, 1.0, 5.0]),
    weighted=st.booleans(),
)
def test_weights_equal_those_of_linear_svc(seed: int, n_topics: int, cost: float, weighted: bool) -> None:
    weights = np.random.default_rng(seed).uniform(0.2, 2.0, size=120) if weighted else np.ones(120)
    matches_linear_svc(kernels, *drawn(seed, 120, n_topics), n_topics, cost * weights, 1e-5)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000), n_topics=st.sampled_from([2, 3, 9]))
def test_so_do_those_of_the_plain_form(seed: int, n_topics: int) -> None:
    matches_linear_svc(plain, *drawn(seed, 60, n_topics), n_topics, np.ones(60), 1e-4)


@pytest.mark.parametrize("empty", [1, 30])
def test_rows_without_a_term_have_a_say_in_the_intercept(empty: int) -> None:
    rows, topics = drawn(2, 60, 3)
    rows = vstack([csr_matrix((empty, 40)), rows[empty:]], format="csr")
    matches_linear_svc(kernels, rows, topics, 3, np.ones(60), 1e-5)


def test_a_sample_without_a_cost_is_not_looked_at() -> None:
    rows, topics = drawn(5, 60, 3)
    costs = np.where(np.arange(60) % 3, 1.0, 0.0)
    used = costs > 0
    found = solve(rows, topics, 3, costs, 0, 1e-5, 20_000)
    expected = solve(rows[used], topics[used], 3, costs[used], 0, 1e-5, 20_000)
    for part, other in zip(found[:2], expected[:2], strict=True):
        np.testing.assert_allclose(part, other, atol=2e-3)


def test_the_order_of_samples_is_the_seed_s_alone() -> None:
    rows = random_rows(50, 20, density=0.3, format="csr", random_state=1)
    topics = np.arange(50) % 3
    first, second = (solve(rows, topics, 3, np.ones(50), 7, 0.1, 5)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
