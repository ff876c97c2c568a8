"""Probabilities are fitted by log loss: slope, length and margin come back out of what was drawn by them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from chude.model import Calibration
from chude.model.calibration import margins
from chude.training.calibrating import _loss, fit_calibration

N_TOPICS = 5
PRIORS = np.full(N_TOPICS, 1 / N_TOPICS)


def drawn(n_texts: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores as an SVM gives them, one topic ahead, and numbers of terms."""
    random = np.random.default_rng(seed)
    scores = random.normal(-1, 0.4, (n_texts, N_TOPICS))
    scores[np.arange(n_texts), random.integers(0, N_TOPICS, n_texts)] += random.gamma(2, 0.6, n_texts)
    return scores, random.integers(5, 600, n_texts)


@pytest.mark.parametrize("margin", [0.0, 0.8])
def test_what_was_drawn_by_a_calibration_is_fitted_by_it(margin: float) -> None:
    scores, n_terms = drawn(40_000, 1)
    truth = Calibration(2.0, 0.4, np.zeros(N_TOPICS), PRIORS, margin)
    expected = truth.probabilities(scores, n_terms)
    chance = np.random.default_rng(2).random((len(scores), 1))
    topics = (chance > expected.cumsum(axis=1)).sum(axis=1).clip(0, N_TOPICS - 1)
    found = fit_calibration(scores, n_terms, topics, np.ones(len(topics)), PRIORS)
    assert np.abs(found.probabilities(scores, n_terms) - expected).mean() < 0.01
    assert found.margin == pytest.approx(margin, abs=0.25)


def test_the_gradient_is_that_of_the_loss() -> None:
    scores, n_terms = drawn(200, 3)
    random = np.random.default_rng(4)
    given_ = (scores, np.log1p(n_terms) - 4, margins(scores), random.integers(0, N_TOPICS, 200), random.random(200))
    for point in random.uniform(0.1, 3, (5, 3)):
        wrong = check_grad(lambda p: _loss(p, *given_)[0], lambda p: _loss(p, *given_)[1], point)
        assert wrong < 1e-5


@settings(deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=8), st.integers(1, 900), st.floats(0, 50))
def test_margin_changes_no_order(scores: list[float], n_terms: int, margin: float) -> None:
    row = np.array([scores])
    k = len(scores)
    calibration = Calibration(1.5, 0.2, np.zeros(k), np.full(k, 1 / k), margin)
    probabilities = calibration.probabilities(row, np.array([n_terms]))[0]
    factor = calibration.factors(row, np.array([n_terms]))[0]
    expected = np.exp(factor * (row[0] - row[0].max()))
    np.testing.assert_allclose(probabilities, expected / expected.sum(), rtol=1e-9)
    assert (np.diff(probabilities[np.argsort(row[0], kind="stable")]) >= 0).all()
    assert probabilities.max() <= Calibration(1.5, 0.2, np.zeros(k), np.full(k, 1 / k)).probabilities(
        row, np.array([n_terms])
    ).max() * (1 + 1e-12)
