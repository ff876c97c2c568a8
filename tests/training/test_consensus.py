"""Labels that other publishers have a say in."""

import numpy as np
import pytest

from chude import TopicClassifier
from chude.errors import InputError
from chude.tokenizer import Tokenizer
from chude.training.features import Settings, Texts, learn_vocabulary, samples, tfidf_rows
from chude.training.linear import fit_consensus
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


def test_one_newspaper_is_outvoted_by_the_others(newspapers) -> None:
    texts, topics, groups = newspapers
    said = {}
    for share in (0.01, 0.9):
        classifier = TopicClassifier(min_df=1, consensus=share, calibration_folds=0, read_bare=False, cut_lengths=())
        probabilities = classifier.fit(texts, topics, groups=groups).predict_proba([ODD])[0]
        said[share] = dict(zip(classifier.classes_.tolist(), probabilities.tolist(), strict=True))
    assert said[0.9]["thoi-su"] > said[0.01]["thoi-su"]
    assert said[0.9]["phap-luat"] < said[0.01]["phap-luat"]


def test_without_a_say_of_others_it_is_logistic_regression(newspapers) -> None:
    texts, topics, groups = newspapers
    slugs, columns = np.unique(topics, return_inverse=True)
    numbers = np.unique(groups, return_inverse=True)[1]
    given = Texts.of(texts, Tokenizer(), columns, len(slugs), np.ones(len(texts)), numbers)
    settings, everything = Settings(min_df=1), np.arange(len(texts))
    on = samples(given, everything, settings)
    rows = tfidf_rows(given, on, learn_vocabulary(given, everything, settings), settings)
    found = fit_consensus(rows, on, given, numbers, 0.0, 1.0, 0)
    targets = np.eye(len(slugs))[columns]
    alone = [
        solve_logistic(rows, targets, np.zeros_like(targets), cost * on.weights, 1.0, 0, 0.05, 5)[0]
        for cost in (30.0, 3.0)
    ]
    assert np.array_equal(found.weights, alone[0])
    assert not np.array_equal(found.weights, alone[1])


def test_a_consensus_needs_groups_and_is_a_share(newspapers) -> None:
    texts, topics, groups = newspapers
    with pytest.raises(InputError, match="give the publisher of each text"):
        TopicClassifier(consensus=0.5).fit(texts, topics)
    with pytest.raises(InputError, match="share from 0 to 1, not 2"):
        TopicClassifier(consensus=2).fit(texts, topics, groups=groups)
