"""Rounds of dual coordinate descent: both forms alike, and where they lead to."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, vstack
from scipy.sparse import random as random_rows

from chude.kernels import solving as kernel
from chude.kernels.plain import solving as plain

FORMS = pytest.mark.parametrize("form", [kernel, plain], ids=["compiled", "plain"])
N_TERMS = 12

problems = st.tuples(st.integers(0, 10_000), st.integers(1, 30), st.sampled_from([1, 2, 7, 8, 9, 17]))


def parts(rows: csr_matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    return (
        rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data.astype(np.float32), rows.shape[1],
    )  # fmt: skip


def drawn(seed: int, n: int, n_topics: int) -> tuple[tuple[Any, ...], np.ndarray, np.ndarray, np.random.Generator]:
    """Rows, some of them empty, with topics and costs."""
    random = np.random.default_rng(seed)
    rows = random_rows(n, N_TERMS, density=0.3, format="csr", random_state=seed)
    return parts(rows), random.integers(n_topics, size=n), random.uniform(0.05, 5, n), random


@settings(deadline=None)
@given(problems)
def test_both_forms_of_the_svm_are_alike(problem: tuple[int, int, int]) -> None:
    rows, topics, costs, random = drawn(*problem)
    n, n_topics = problem[1:]
    duals = random.uniform(0, 1, (n, n_topics)).astype(np.float32) if problem[0] % 2 else None
    forms = [form.SvmDual(*rows, topics, costs, n_topics, duals) for form in (kernel, plain)]
    for _ in range(4):
        order = random.integers(n, size=random.integers(2 * n + 1))
        found, expected = (form.round(order) for form in forms)
        np.testing.assert_allclose(found, expected, atol=1e-4)
        assert found.dtype == expected.dtype
        for what in ("weights", "duals"):
            found, expected = (getattr(form, what)() for form in forms)
            np.testing.assert_allclose(found, expected, atol=1e-4)
            assert found.dtype == expected.dtype


@settings(deadline=None)
@given(problems, st.sampled_from([0.0, 0.1, 1.0]))
def test_both_forms_of_logistic_regression_are_alike(problem: tuple[int, int, int], bias: float) -> None:
    rows, _, costs, random = drawn(*problem)
    n, n_topics = problem[1:]
    targets, offsets = random.dirichlet(np.ones(n_topics), n), random.normal(0, 2, (n, n_topics))
    forms = [form.LogisticDual(*rows, targets, offsets, costs, bias) for form in (kernel, plain)]
    for _ in range(4):
        order = random.integers(n, size=random.integers(2 * n + 1))
        found, expected = (form.round(order) for form in forms)
        assert found == pytest.approx(expected, abs=1e-4)
        np.testing.assert_allclose(*(form.weights() for form in forms), atol=1e-4)


@FORMS
@settings(deadline=None, max_examples=25)
@given(problem=problems)
def test_no_round_makes_the_dual_objective_worse(form: ModuleType, problem: tuple[int, int, int]) -> None:
    rows, topics, costs, random = drawn(*problem)
    n, n_topics = problem[1:]
    dual = form.SvmDual(*rows, topics, costs, n_topics)

    def objective() -> float:
        duals = dual.duals().astype(np.float64)
        quadratic = (dual.weights().astype(np.float64) ** 2).sum() + (duals**2 / (2 * costs[:, None])).sum()
        return float(quadratic / 2 - duals.sum())

    before = objective()
    for _ in range(4):
        dual.round(random.permutation(n))
        assert objective() <= before + 1e-3
        before = objective()


@FORMS
def test_rows_without_a_term_move_only_the_intercept(form: ModuleType) -> None:
    filled = random_rows(20, N_TERMS, density=0.5, format="csr", random_state=2)
    rows = parts(vstack([csr_matrix((10, N_TERMS)), filled], format="csr"))
    svm = form.SvmDual(*rows, np.arange(30) % 2, np.ones(30), 2)
    targets = np.eye(2)[np.zeros(30, dtype=int)]
    targets[:, 1] += 1e-9
    logistic = form.LogisticDual(*rows, targets, np.zeros((30, 2)), np.ones(30), 1.0)
    for dual in (svm, logistic):
        dual.round(np.arange(10))
        assert not dual.weights()[:-1].any()
        assert dual.weights()[-1].all()
        dual.round(np.arange(10, 30))
        assert dual.weights()[:-1].any()


@FORMS
def test_what_begins_at_the_duals_of_another_goes_on_where_that_ended(form: ModuleType) -> None:
    rows, topics, costs, random = drawn(3, 25, 3)
    order = [random.permutation(25) for _ in range(6)]
    whole = form.SvmDual(*rows, topics, costs, 3)
    for each in order[:3]:
        whole.round(each)
    second = form.SvmDual(*rows, topics, costs, 3, whole.duals())
    np.testing.assert_allclose(second.weights(), whole.weights(), atol=1e-5)
    for each in order[3:]:
        np.testing.assert_allclose(second.round(each), whole.round(each), atol=1e-4)


@FORMS
@pytest.mark.parametrize(
    "wrong",
    [{"indptr": [0, 2, 5]}, {"indptr": [1, 2, 3]}, {"indptr": [0, 4, 3]}, {"indptr": []}, {"indices": [0, 1, 3]},
     {"indices": [-1, 0, 1]}, {"values": [1, 1]}, {"topics": [0, 2]}, {"topics": [-1, 0]}, {"topics": [0]},
     {"costs": [1, 0]}, {"costs": [1]}, {"duals": [[0, 0], [0, -1]]}, {"duals": [[0, 0]]}],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_refused(form: ModuleType, wrong: dict[str, Any]) -> None:
    types = {"indptr": "i8", "indices": "i4", "values": "f4", "topics": "i8", "costs": "f8", "duals": "f4"}
    right = {"indptr": [0, 2, 3], "indices": [0, 2, 1], "values": [1, 1, 1], "topics": [0, 1], "costs": [1, 1]}
    given_ = {name: np.array(value, dtype=types[name]) for name, value in (right | wrong).items()}
    given_["n_terms"], given_["n_topics"] = 3, 2
    with pytest.raises(ValueError, match=r"CSR matrix|one for each row|topics lie from"):
        form.SvmDual(**given_)


@FORMS
@pytest.mark.parametrize("shapes", [((1, 2), (2, 2), 2), ((2, 2), (1, 2), 2), ((2, 2), (2, 2), 1), ((2, 3), (2, 2), 2)])
def test_targets_that_do_not_fit_are_refused(form: ModuleType, shapes: tuple[Any, Any, int]) -> None:
    rows = parts(csr_matrix(np.ones((2, 3))))
    with pytest.raises(ValueError, match="one for each row"):
        form.LogisticDual(*rows, np.ones(shapes[0]), np.ones(shapes[1]), np.ones(shapes[2]), 1.0)


@FORMS
@pytest.mark.parametrize("order", [[2], [-1], [0, 5]])
def test_samples_that_are_not_there_are_refused(form: ModuleType, order: list[int]) -> None:
    rows = parts(csr_matrix(np.ones((2, 3))))
    for dual in (
        form.SvmDual(*rows, np.array([0, 1]), np.ones(2), 2),
        form.LogisticDual(*rows, np.eye(2), np.zeros((2, 2)), np.ones(2), 1.0),
    ):
        with pytest.raises(ValueError, match="no such sample"):
            dual.round(np.array(order, dtype=np.int64))
