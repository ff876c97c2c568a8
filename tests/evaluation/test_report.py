"""What a report is made of: intervals, parts of the texts, the learning curve."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.errors import InputError
from chude.evaluation import Evaluation
from chude.evaluation.intervals import bootstrap, proportion
from chude.evaluation.learning_curve import learning_curve
from chude.evaluation.slices import by_length, by_publisher, thresholds

CLASSES = ("a", "b", "c")


def made(seed: int, n: int, right: float = 0.8) -> Evaluation:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    best = np.where(rng.random(n) < right, truth, rng.integers(0, 3, n))
    probabilities = rng.dirichlet(np.ones(3), n) * 0.5
    probabilities[np.arange(n), best] += 0.5
    return Evaluation(CLASSES, np.array(CLASSES)[truth], probabilities)


def test_bootstrap_holds_the_true_score_about_as_often_as_it_says():
    true_accuracy = 0.8 + 0.2 / 3
    held = sum(
        interval.low <= true_accuracy <= interval.high
        for interval in (bootstrap(made(seed, 200), 200)["accuracy"] for seed in range(100))
    )
    assert 87 <= held <= 100


def test_bootstrap_is_near_wilson_for_accuracy_and_the_same_each_time():
    found = made(1, 500)
    drawn = bootstrap(found)
    wilson = proportion(int(found.right.sum()), 500)
    assert drawn["accuracy"].value == wilson.value == found.accuracy
    assert drawn["accuracy"].low == pytest.approx(wilson.low, abs=0.01)
    assert drawn["accuracy"].high == pytest.approx(wilson.high, abs=0.01)
    assert drawn == bootstrap(found)
    assert drawn["macro_f1"].low < drawn["macro_f1"].value < drawn["macro_f1"].high


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2000), min_size=1, max_size=40))
def test_every_text_is_in_one_slice(tokens):
    found = made(0, len(tokens))
    lengths = by_length(found, np.array(tokens))
    assert sum(part.texts for part in lengths) == len(tokens)
    publishers = by_publisher(found, [str(n % 35) for n in tokens])
    assert sum(part.texts for part in publishers) == len(tokens)
    rights = sum(round(part.accuracy.value * part.texts) for part in lengths)
    assert rights == found.right.sum()


def test_thresholds_do_what_they_say():
    found = made(3, 300)
    for threshold in thresholds(found):
        answered = found.confidence >= threshold.probability
        assert threshold.coverage == pytest.approx(answered.mean())
        assert threshold.accuracy == pytest.approx(found.right[answered].mean())
    assert thresholds(found)[0].coverage == 1


def test_learning_curve_rises_with_the_texts(samples):
    texts, topics = samples
    sets = [("the-thao", "bóng đá"), ("kinh-doanh", "giá vàng")]
    many = [f"{words} bản tin {number}" for number in range(12) for _, words in sets]
    labels = [topic for _ in range(12) for topic, _ in sets]
    points = learning_curve([*texts, *many], [*topics, *labels])
    assert [point.texts for point in points] == sorted(point.texts for point in points)
    assert points[-1].accuracy >= points[0].accuracy
    assert learning_curve([*texts, *many], [*topics, *labels]) == points


def test_too_few_texts_for_a_curve():
    with pytest.raises(InputError, match="too few"):
        learning_curve(["giá vàng", "bóng đá"], ["a", "b"])


def test_without_matplotlib_the_message_says_what_to_install(samples_model_file, samples_folder, tmp_path):
    code = "import sys; sys.modules['matplotlib'] = None; from chude.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "evaluate", samples_folder, "--model", samples_model_file, "--report", "r"],
        capture_output=True,
        cwd=tmp_path,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'chude[report]'" in done.stderr
    assert not (tmp_path / "r").exists()
