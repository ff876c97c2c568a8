"""The limit of coverage holds for texts unlike those learned from."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chude import TopicClassifier
from chude.tokenizer import Tokenizer
from chude.training.features import CandidateTerms, Settings, Texts, learn_vocabulary
from chude.training.limits import by_other_topics

WORDS = ["giá", "vàng", "tăng", "đội", "tuyển", "thắng", "mưa", "lớn"]
documents = st.lists(st.lists(st.sampled_from(WORDS), max_size=8), min_size=2, max_size=10)


@settings(deadline=None)
@given(documents, st.integers(1, 2), st.integers(1, 2), st.data())
def test_a_topic_is_covered_by_what_enough_texts_of_others_hold(
    tokens: list[list[str]], min_df: int, n: int, data: st.DataObject
) -> None:
    topics = [data.draw(st.integers(0, 2)) for _ in tokens]
    texts = Texts.of([" ".join(each) for each in tokens], Tokenizer(), np.array(topics), 3, np.ones(len(tokens)))
    wanted = Settings(ngram_range=(n, 2), min_df=min_df)
    vocabulary, _ = learn_vocabulary(texts, np.arange(len(tokens)), CandidateTerms.of(texts, wanted), wanted)
    found = by_other_topics(texts, np.unique(topics), vocabulary, wanted)
    runs = [[tuple(each[i : i + n]) for i in range(len(each) - n + 1)] for each in tokens]
    expected = []
    for own, topic in sorted(zip(runs, topics, strict=True), key=lambda pair: pair[1]):
        others = [set(run) for run, other in zip(runs, topics, strict=True) if other != topic]
        if own:
            expected.append(np.mean([sum(gram in other for other in others) >= min_df for gram in own]))
    np.testing.assert_allclose(found, expected)


def test_texts_much_alike_do_not_call_all_others_uncovered() -> None:
    """Each topic has twelve words of its own and shares two with the others; those it has not met are half known."""
    random = np.random.default_rng(0)
    own = {
        "bếp": ["nồi", "chảo", "muối", "đường", "tỏi", "hành", "nấu", "xào", "luộc", "kho", "nướng", "rán"],
        "nhà": ["phòng", "sân", "tường", "mái", "cửa", "gạch", "xây", "bán", "thuê", "hẻm", "lầu", "trệt"],
    }
    shared = ["có", "cho", "ngày", "một"]
    labels = ["bếp", "nhà"] * 40
    texts = [" ".join([*random.choice(own[label], 12), *random.choice(shared, 4)]) for label in labels]
    model = TopicClassifier().fit(texts, labels).model_
    assert 0 < model.min_coverage < 0.4
    unlike = [
        "cho muối vào nồi rồi kho lửa nhỏ, mỗi ngày một bữa",
        "bán gấp căn hộ có ban công, gần chợ, cho thuê một tầng",
    ]
    assert model.predict(unlike).tolist() == ["bếp", "nhà"]
    assert (model.coverage(unlike) >= model.min_coverage).all()
    assert model.coverage(["the quick brown fox jumps over lazy dogs"])[0] < model.min_coverage
