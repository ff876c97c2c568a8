"""What picking is worth is reported as it was measured."""

import numpy as np
import pytest

from benchmarks import picking


@pytest.fixture
def newspaper(samples) -> picking.Newspaper:
    return picking.Newspaper("mine", samples[0], np.array(samples[1]))


def test_rows_hold_the_means_of_paired_draws(newspaper, samples_model) -> None:
    few, many = picking.rows(newspaper, samples_model, (5, 15), 2)
    assert (few.newspaper, few.texts, few.draws) == ("mine", 5, 2)
    assert few.gain == pytest.approx(few.picked - few.drawn)
    assert few.low <= few.gain <= few.high
    assert few.before == many.before
    assert few.worth is not None
    assert few.worth[0] == pytest.approx(few.picked - many.drawn)
    assert many.worth is None
    assert many.rounds[1] <= many.rounds[0] <= many.rounds[2]
    assert f"| mine, {few.before:.1f} | 5 | {few.drawn:.1f} |" in picking.as_markdown([few, many])


def test_the_interval_is_student_s() -> None:
    from scipy import stats

    differences = np.array([1.0, 2.5, -0.5, 3.0, 1.5])
    expected = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert picking.interval(differences) == pytest.approx((1.5, expected.low, expected.high))


def test_no_corpus_is_said(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CHUDE_CORPORA", str(tmp_path))
    assert picking.main([]) == 2
    assert "CHUDE_CORPORA" in capsys.readouterr().err
