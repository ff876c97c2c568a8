"""Probabilities are fitted by log loss: slope, length and margin come back out of what was drawn by them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from chude import TopicModel
from chude.model import Calibration
from chude.model.head import margins
from chude.training.calibrating import CalibrationSet, _loss, fit_calibration

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
    topics, weights = random.integers(0, N_TOPICS, 200), random.random(200)
    given_ = (scores, np.log1p(n_terms) - 4, margins(scores), random.random(200), PRIORS[topics], topics, weights)
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


def topics_drawn(probabilities: np.ndarray, seed: int) -> np.ndarray:
    """Draw a topic for each text by its probabilities."""
    chance = np.random.default_rng(seed).random((len(probabilities), 1))
    return (chance > probabilities.cumsum(axis=1)).sum(axis=1).clip(0, probabilities.shape[1] - 1)


@pytest.mark.parametrize("few", [0.0, 0.6, 4.0])
def test_how_little_a_few_terms_say_comes_back_out_of_scraps(few: float) -> None:
    truth = Calibration(2.5, 0.3, np.zeros(N_TOPICS), PRIORS, 0.4, few)
    scores, n_terms = drawn(30_000, 5)
    scraps, n_few = drawn(30_000, 6)[0], np.random.default_rng(7).integers(0, 6, 30_000)
    topics = topics_drawn(truth.probabilities(scores, n_terms), 8)
    of_scraps = topics_drawn(truth.probabilities(scraps, n_few), 9)
    ones = np.ones(30_000)
    found = fit_calibration(scores, n_terms, topics, ones, PRIORS, CalibrationSet(scraps, n_few, of_scraps, ones))
    assert found.few == pytest.approx(few, abs=0.08 + 0.1 * few)
    for given_, known in ((scores, n_terms), (scraps, n_few)):
        wrong = found.probabilities(given_, known) - truth.probabilities(given_, known)
        assert np.abs(wrong).mean() < 0.01


@settings(deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=2, max_size=8), st.integers(0, 900), st.floats(0, 20), st.integers(0, 9))
def test_fewer_terms_say_less(scores: list[float], n_terms: int, few: float, seed: int) -> None:
    """A probability is within reach of the prior, and the reach grows with the number of known terms."""
    row, k = np.array([scores]), len(scores)
    priors = np.random.default_rng(seed).dirichlet(np.ones(k))
    calibration = Calibration(1.5, 0.2, np.zeros(k), priors, 0.3, few)
    trust = float(calibration.trust(np.array([n_terms]))[0])
    probabilities = calibration.probabilities(row, np.array([n_terms]))[0]
    assert probabilities.sum() == pytest.approx(1)
    assert (probabilities <= trust + (1 - trust) * priors + 1e-12).all(), "whatever the scores"
    assert (probabilities >= (1 - trust) * priors - 1e-12).all()
    more = float(calibration.trust(np.array([n_terms + 1]))[0])
    assert trust <= more <= 1
    if n_terms == 0:
        np.testing.assert_array_equal(probabilities, priors)
    if few == 0 and n_terms:
        factor = calibration.factors(row, np.array([n_terms]))[0]
        powers = np.exp(factor * (row[0] - row[0].max()))
        np.testing.assert_allclose(probabilities, powers / powers.sum(), rtol=1e-9)


def test_one_word_is_never_nearly_certain(samples_model: TopicModel) -> None:
    """The terms of a small model one by one, and what stands alone in tables: a number, the name of a newspaper."""
    words = [term for scorer in (samples_model.accented, samples_model.unaccented) for term in scorer.terms]
    alone = [word for word in words if " " not in word]
    assert samples_model.predict_proba([*alone, "0", "TTO"]).max() < 0.9
    assert samples_model.accented.whole.calibration.few > 0
