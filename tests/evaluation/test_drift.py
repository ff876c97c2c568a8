"""Drift: figures that a second implementation finds too, and a sentence that says what they mean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from chude import label_files
from chude.errors import InputError
from chude.evaluation.drift import Output, drift, read_output

figures = st.lists(
    st.tuples(st.sampled_from(["xe", "du-lich", "unknown"]), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=40,
)


def output(rows) -> Output:
    topics, probability, coverage = zip(*rows, strict=True)
    return Output(list(topics), np.array(probability) / 9, np.array(coverage) / 9)


def chi2_p(old: list[str], new: list[str]) -> float:
    """Pearson's chi² test from its definition, and the upper tail of the distribution from the gamma function."""
    topics = sorted({*old, *new})
    if len(topics) == 1:
        return 1.0
    total = len(old) + len(new)
    statistic = 0.0
    for topic in topics:
        for texts in (old, new):
            expected = len(texts) * (old.count(topic) + new.count(topic)) / total
            statistic += (texts.count(topic) - expected) ** 2 / expected
    return float(special.gammaincc((len(topics) - 1) / 2, statistic / 2))


def greatest_distance(old: list[float], new: list[float]) -> float:
    """Of the two distribution functions, by trying every place."""
    return max(
        abs(sum(x <= place for x in old) / len(old) - sum(x <= place for x in new) / len(new)) for place in (*old, *new)
    )


@given(figures, figures)
@settings(deadline=None, max_examples=100)
def test_figures_are_those_of_a_second_implementation(old, new) -> None:
    a, b = output(old), output(new)
    found = drift(a, b)
    assert (found.n_old, found.n_new) == (len(old), len(new))
    assert {share.topic: (share.old, share.new) for share in found.shares} == {
        topic: (a.topics.count(topic), b.topics.count(topic)) for topic in {*a.topics, *b.topics}
    }
    differences = [abs(share.old / len(old) - share.new / len(new)) for share in found.shares]
    assert differences == sorted(differences, reverse=True)
    assert found.distance == pytest.approx(sum(differences) / 2)
    assert found.p_value == pytest.approx(chi2_p(a.topics, b.topics))
    for shift, before, after in zip(
        found.shifts, (a.probability, a.coverage), (b.probability, b.coverage), strict=True
    ):
        assert shift.distance == pytest.approx(greatest_distance(before.tolist(), after.tolist()))
        assert (shift.old, shift.new) == (np.median(before), np.median(after))


@pytest.mark.parametrize("seed", range(3))
def test_p_values_of_the_distributions_are_those_of_permutations(seed: int) -> None:
    rng = np.random.default_rng(seed)
    old, new = rng.random(80), rng.random(60) ** 1.25
    found = drift(Output(["xe"] * 80, old, old), Output(["xe"] * 60, new, new)).shifts[0]
    both = np.concatenate([old, new])
    distances = np.array([_distance(rng.permutation(both), 80) for _ in range(2000)])
    assert found.p_value == pytest.approx(float((distances >= found.distance - 1e-12).mean()), abs=0.04)


def _distance(values: np.ndarray, size: int) -> float:
    places = np.sort(values)
    one, other = np.sort(values[:size]), np.sort(values[size:])
    shares = [np.searchsorted(part, places, side="right") / len(part) for part in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def made(n: int, share: float, probability: float, coverage: float, seed: int) -> Output:
    rng = np.random.default_rng(seed)
    topics = np.where(rng.random(n) < share, "xe", "du-lich").tolist()
    spread = rng.uniform(-0.1, 0.1, n)
    return Output(topics, probability + spread, coverage + spread)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (made(4000, 0.5, 0.8, 0.9, 1), "no change that matters"),
        (made(4000, 0.5, 0.802, 0.9, 1), "no change that matters"),  # beyond chance, and too little to matter
        (made(4000, 0.7, 0.8, 0.9, 1), "its topics are others"),
        (made(4000, 0.7, 0.6, 0.9, 1), "the model's probability went down"),
        (made(4000, 0.5, 0.8, 0.7, 1), "the model's coverage went down"),
        (made(4000, 0.5, 0.9, 0.9, 1), "in probability, not for the worse"),
        (made(5, 0.7, 0.8, 0.9, 1), "the difference is large, but too few texts (4,000 and 5) to tell it from chance"),
    ],
)
def test_the_sentence(new: Output, said: str) -> None:
    assert said in drift(made(4000, 0.5, 0.8, 0.9, 0), new).verdict


def test_an_archive_against_itself_is_seldom_said_to_have_changed() -> None:
    said = [drift(made(300, 0.5, 0.8, 0.9, 2 * k), made(300, 0.5, 0.8, 0.9, 2 * k + 1)).changed for k in range(300)]
    assert sum(map(bool, said)) <= 8  # of 300, at an error probability of 0.01


@pytest.mark.parametrize("name", ["labels.csv", "labels.jsonl", "labels.parquet"])
def test_outputs_of_labelling_are_read_in_every_format(samples_folder, samples_model, tmp_path, name: str) -> None:
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    labels = label_files([samples_folder, tmp_path / "binary.txt"], model=samples_model, min_probability=0.3)
    labels.write(tmp_path / name)
    found = read_output(tmp_path / name)
    frame = labels.to_pandas()
    frame = frame[frame["error"].isna()]
    assert found.topics == frame["topic"].tolist()
    assert "unknown" in found.topics
    np.testing.assert_array_equal(found.probability, frame["probability"].astype(float))
    np.testing.assert_array_equal(found.coverage, frame["coverage"].astype(float))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("topic,probability\nxe,0.5\n", "no column 'coverage'"),
        ("topic,probability,coverage\nxe,viel,1\n", "probability is 'viel' in row 1, no number"),
        ("topic,probability,coverage\nxe,1\n", "another number of columns"),
        ("topic,probability,coverage\n", "no label in the old output"),
    ],
)
def test_other_tables_are_refused(tmp_path, content: str, said: str) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        drift(read_output(tmp_path / "t.csv"), made(3, 0.5, 0.8, 0.9, 0))
