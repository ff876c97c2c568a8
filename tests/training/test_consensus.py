"""Labels that other publishers have a say in."""

import numpy as np
import pytest

from chude import TopicClassifier
from chude.errors import InputError
from chude.tokenizer import Tokenizer
from chude.training.features import Settings, Texts, learn_vocabulary, samples, tfidf_rows
from chude.training.linear import agreed_labels, fit_consensus, fit_linear
from chude.training.logistic import solve_logistic

STORIES = {
    "phap-luat": ["Tòa tuyên án vụ lừa đảo", "Bắt nhóm trộm xe máy", "Khởi tố giám đốc nhận hối lộ"],
    "thoi-su": ["Quốc hội bàn luật đất đai", "Bão vào miền Trung", "Thành phố mở cầu vượt mới"],
    "the-thao": ["Đội tuyển thắng trận", "Tiền đạo ghi hai bàn", "Tay vợt vào chung kết"],
}
ODD = "Xe tải lật trên cao tốc, tài xế bị thương"


@pytest.fixture
def newspapers() -> tuple[list[str], list[str], list[str]]:
    """Five newspapers that file an accident under current affairs, and one that often files it under law."""
    rows = [
        (f"{text} {n}", topic, f"báo {n}") for n in range(6) for topic, stories in STORIES.items() for text in stories
    ]
    rows += [(f"{ODD} {n}", "thoi-su", f"báo {n}") for n in range(5)]
    rows += [(f"{ODD} {n + 10}", "phap-luat", "báo 5") for n in range(5)]
    texts, topics, groups = zip(*rows, strict=True)
    return list(texts), list(topics), list(groups)


def prepared(newspapers):
    texts, topics, groups = newspapers
    slugs, columns = np.unique(topics, return_inverse=True)
    numbers = np.unique(groups, return_inverse=True)[1]
    given = Texts.of(texts, Tokenizer(), columns, len(slugs), np.ones(len(texts)), numbers)
    settings, everything = Settings(min_df=1), np.arange(len(texts))
    on = samples(given, everything, settings)
    return given, on, tfidf_rows(given, on, learn_vocabulary(given, everything, settings), settings), slugs.tolist()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_other_newspapers_have_a_say(newspapers, share: float) -> None:
    given, on, rows, slugs = prepared(newspapers)
    labels = agreed_labels(rows, on, given, given.groups, share, 1.0, 0)
    assert np.allclose(labels.sum(axis=1), 1)
    own = labels[np.arange(len(labels)), given.topics]
    assert (own >= 1 - share - 1e-12).all()
    odd = labels[-5:]
    others, unheard = odd[:, slugs.index("thoi-su")], odd[:, slugs.index("the-thao")]
    assert (others > unheard).all() if share else not (others.any() or unheard.any())


def test_its_scores_are_those_of_an_svm_and_of_logistic_regression_at_equal_spread(newspapers) -> None:
    given, on, rows, slugs = prepared(newspapers)
    found = fit_consensus(rows, on, given, given.groups, 0.0, 1.0, 0)
    targets = np.eye(len(slugs))[given.topics]
    svm = fit_linear(rows, given.topics, len(slugs), on.weights, 1.0, 0)
    logistic = solve_logistic(rows, targets, np.zeros_like(targets), 30.0 * on.weights, 1.0, 0, 0.05, 5)
    expected = np.zeros((len(targets), len(slugs)))
    for weights, intercept in ((svm.weights, svm.intercept), logistic):
        scores = rows @ weights + intercept
        scores -= scores.mean(axis=1, keepdims=True)
        expected += scores / scores.std()
    assert np.allclose(rows @ found.weights + found.intercept, expected, atol=1e-9)


def test_a_consensus_needs_groups_and_is_a_share(newspapers) -> None:
    texts, topics, groups = newspapers
    with pytest.raises(InputError, match="give the publisher of each text"):
        TopicClassifier(consensus=0.5).fit(texts, topics)
    with pytest.raises(InputError, match="share from 0 to 1, not 2"):
        TopicClassifier(consensus=2).fit(texts, topics, groups=groups)
