"""Terms are chosen by the texts of a fold alone, and as scikit-learn's chi² chooses them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_selection import chi2 as reference

from chude.tokenizer import Tokenizer
from chude.training.features import CandidateTerms, Settings, Texts, chi2, learn_vocabulary
from chude.training.held_out import cross_score, fold_tasks, starts
from chude.training.linear import Costs

WORDS = ["giá", "vàng", "tăng", "mạnh", "đội", "tuyển", "thắng", "trận", "mưa", "lớn", "học", "sinh", "thi"]
texts_of_words = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=2, max_size=10)


def labelled(texts: list[str], topics: list[int], n_topics: int) -> Texts:
    columns = np.array(topics, dtype=np.int64)
    return Texts.of(texts, Tokenizer(), columns, n_topics, 1.0 + np.arange(len(texts)) % 3)


@settings(deadline=None)
@given(texts_of_words, st.integers(1, 3), st.data())
def test_a_fold_s_terms_depend_on_its_texts_alone(texts: list[str], min_df: int, data: st.DataObject) -> None:
    topics = [data.draw(st.integers(0, 2)) for _ in texts]
    inside = np.array(data.draw(st.lists(st.sampled_from(range(len(texts))), min_size=1, unique=True).map(sorted)))
    whole = labelled(texts, topics, 3)
    alone = Texts(
        [texts[i] for i in inside], whole.tokenizer, whole.tokenizer.batch([texts[i] for i in inside]),
        whole.topics[inside], 3, whole.weights[inside],
    )  # fmt: skip
    wanted = Settings(min_df=min_df)
    found, terms = learn_vocabulary(whole, inside, CandidateTerms.of(whole, wanted), wanted)
    candidates = CandidateTerms.of(alone, wanted)
    expected, expected_terms = learn_vocabulary(alone, np.arange(len(inside)), candidates, wanted)
    keys, expected_keys = CandidateTerms.of(whole, wanted).counts.keys[terms], candidates.counts.keys[expected_terms]
    idf = dict(zip(keys.tolist(), found.idf.tolist(), strict=True))
    assert idf == dict(zip(expected_keys.tolist(), expected.idf.tolist(), strict=True))


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(2, 5))
def test_the_statistic_is_that_of_scikit_learn(seed: int, n_topics: int) -> None:
    random = np.random.default_rng(seed)
    holds, topics = random.integers(2, size=(40, 9)), np.append(np.arange(n_topics), random.integers(n_topics, size=40))
    holds = np.vstack([np.ones((n_topics, 9), dtype=int), holds])
    expected, _ = reference(holds, topics)
    found = chi2((holds.T @ np.eye(n_topics)[topics]).astype(float), np.bincount(topics).astype(float))
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_topic_without_a_text_and_a_term_without_weight_are_no_trouble() -> None:
    assert chi2(np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([4.0, 0.0])).tolist() == [0.0, 0.0]


def test_a_fit_on_all_texts_begins_at_the_mean_of_what_the_folds_found(samples: tuple[list[str], list[str]]) -> None:
    articles = samples[0][:24]
    texts = labelled(articles, [i % 3 for i in range(24)], 3)
    wanted = Settings(min_df=1, short_below=80, cut_lengths=(15, 50), n_passages=2)
    splits = [(np.flatnonzero(np.arange(24) % 3 != k), np.flatnonzero(np.arange(24) % 3 == k)) for k in range(3)]
    folds = [
        task()[0]
        for task in fold_tasks(texts, splits, CandidateTerms.of(texts, wanted), wanted, [Costs(1.0)], 0, lambda _: None)
    ]
    whole, short = starts(folds, texts, wanted)
    assert whole.shape == (24, 3)
    first = folds[1].duals[0][0] / 2 + folds[2].duals[0][0] / 2  # text 0 is held out in the first fold
    np.testing.assert_allclose(whole[0], first, rtol=1e-6)
    assert len(short) > 24
    assert (short >= 0).all()
    assert short.any(axis=1).mean() > 0.9


def test_scores_do_not_depend_on_threads_nor_on_the_topics_of_texts_held_out(
    samples: tuple[list[str], list[str]],
) -> None:
    articles, n = samples[0][:30], 30
    texts = labelled(articles, [i % 3 for i in range(n)], 3)
    splits = [(np.flatnonzero(np.arange(n) % 3 != k), np.flatnonzero(np.arange(n) % 3 == k)) for k in range(3)]
    wanted = Settings(min_df=1, short_below=80, cut_lengths=(15, 50), n_passages=2)
    one, other = (
        cross_score(texts, splits, wanted, [Costs(0.5), Costs(2.0)], 0, lambda _: None, threads) for threads in (1, 4)
    )
    for found, expected in zip(one, other, strict=True):
        np.testing.assert_array_equal(found.scores, expected.scores)
    changed = labelled(articles, [(i + (i % 3 == 0)) % 3 for i in range(n)], 3)
    (alone,) = cross_score(changed, splits[:1], wanted, [Costs(0.5)], 0, lambda _: None)
    np.testing.assert_array_equal(alone.scores, one[0].scores[: len(alone.scores)])
