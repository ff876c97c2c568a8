"""What `chude.adapt.adapt` learns, and what it says of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.sparse import random as random_rows

from chude import TopicClassifier, TopicModel
from chude.adapt import CANDIDATES, CAREFUL, LOSS_TOLERANCE, OWN_CANDIDATES, TEXTS_ALONE, adapt
from chude.bundled import model_names
from chude.errors import InputError
from chude.model import Calibration
from chude.tokenizer import Tokenizer
from chude.training.adapting import Fitting, log_loss
from chude.training.features import Texts
from chude.training.matching import Labels
from chude.training.prior import GENERAL_ALONE, Prior, Strength, fit_update
from chude.training.splits import folds


def fitting_of(model: TopicModel, texts: list[str], topics: list[str], bare: bool = False) -> Fitting:
    labels = Labels.of(np.array(topics), model.topics, False)
    scorer = model.unaccented if bare else model.accented
    marked = Texts.of(texts, scorer.tokenizer, labels.columns, len(labels.classes), np.ones(len(texts)))
    splits = folds(labels.columns, None, marked.batch, 5, 0, hold_out_all=True)
    return Fitting.of(marked, scorer, splits, labels.match, 0, 1)


@hypothesis_settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n_general=st.integers(2, 9), n_topics=st.integers(2, 9), trust=st.floats(0, 1))
def test_the_fold_is_the_formula(seed: int, n_general: int, n_topics: int, trust: float) -> None:
    rng = np.random.default_rng(seed)
    rows = random_rows(25, 12, density=0.4, format="csr", random_state=seed)
    prior = Prior(rng.normal(size=(12, n_general)), rng.normal(size=n_general), None, 1.0)  # type: ignore[arg-type]
    match = (rng.random((n_general, n_topics)) < 0.2).astype(float)
    said = prior.logits(rows)
    own = fit_update(rows, said, rng.integers(n_topics, size=25), match, Strength(trust, 0.1, 5.0), np.ones(25), seed)
    weights, intercept = own.folded(prior.weights, prior.intercept)
    np.testing.assert_allclose(rows @ weights + intercept, own.logits(rows, said), atol=1e-9)


@pytest.mark.parametrize("bare", [False, True])
def test_the_file_scores_as_the_formula_does_but_for_rounding(any_general, make_texts, refiled, tmp_path, bare) -> None:
    texts, topics = make_texts(40, 2)
    found = adapt(texts, refiled(topics), any_general, with_curve=False)
    found.model.save(tmp_path / "m.safetensors")
    model = TopicModel.load(tmp_path / "m.safetensors")
    if bare and any_general.unaccented is None:
        assert model.unaccented is None
        return
    asked = [" ".join(Tokenizer(diacritics=False).tokens(text)) for text in texts] if bare else texts
    fitting = fitting_of(any_general, texts, refiled(topics), bare)
    everything = np.arange(len(texts))
    owns = [head.fit(fitting.texts, everything, fitting.match, found.strength, 0) for head in fitting.prior_heads]
    parts = [head.validation for head in fitting.prior_heads]
    expected = fitting.whole([own.logits(part.rows, part.prior_logits) for own, part in zip(owns, parts, strict=True)])
    np.testing.assert_allclose(model.decision_function(asked), expected, rtol=0.005, atol=0.1)


def test_the_general_model_alone_answers_as_it_did(any_general, make_texts) -> None:
    texts, topics = make_texts(40, 3)
    fitting = fitting_of(any_general, texts, topics)
    calibrations = [head.prior.calibration for head in fitting.prior_heads]
    folded = fitting.folded(GENERAL_ALONE, calibrations)
    same = TopicModel("same", any_general.topics, folded)
    marked = TopicModel("accented", any_general.topics, any_general.accented)
    before, after = marked.score_texts(texts), same.score_texts(texts)
    clear = np.ptp(np.sort(before.probabilities, axis=1)[:, -2:], axis=1) > 0.02
    assert clear.mean() > 0.8
    answers = after.probabilities.argmax(axis=1)
    np.testing.assert_array_equal(answers[clear], before.probabilities.argmax(axis=1)[clear])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("share_wrong", [0.0, 0.1, 0.5])
def test_of_strengths_as_good_as_the_best_the_last_is_taken(general, make_texts, seed, share_wrong) -> None:
    # Without one topic, so that the texts alone are never the result.
    texts = [text for text, topic in zip(*make_texts(40, seed), strict=True) if topic != "xe"]
    topics = general.predict(texts).tolist()
    wrong = np.random.default_rng(seed).random(len(texts)) < share_wrong
    topics = np.where(wrong, topics[::-1], topics).tolist()
    found = adapt(texts, topics, general, with_curve=False)
    fitting = fitting_of(general, texts, topics)

    def loss(strength: Strength) -> float:
        return log_loss(fitting.whole(fitting.held_out(strength)), fitting.texts.topics, fitting.texts.weights)

    losses = np.array([len(texts) * loss(strength) for strength in CANDIDATES])
    good = losses <= losses.min() + LOSS_TOLERANCE
    assert found.strength == CANDIDATES[np.flatnonzero(good)[-1]]
    if not share_wrong:
        assert found.general.accuracy == 1.0
        assert found.both.accuracy >= 0.9


def test_a_newspaper_of_its_own_mind_is_learned_and_better_than_either_alone(general, make_texts, refiled) -> None:
    texts, topics = make_texts(100, 4, shortest=12, longest=40)
    found = adapt(texts, refiled(topics), general)
    assert found.both.accuracy > found.general.accuracy + 0.1
    assert found.both.accuracy >= found.own.accuracy
    unseen, truth = make_texts(200, 5, shortest=12, longest=40)
    right = found.model.predict(unseen) == np.array(refiled(truth))
    assert right.mean() > (general.predict(unseen) == np.array(refiled(truth))).mean() + 0.1
    assert abs(right.mean() - found.both.accuracy) < 0.12
    assert [point.texts for point in found.curve] == sorted({point.texts for point in found.curve})
    assert found.curve[-1].both == found.both.accuracy


def test_picked_texts_count_for_those_they_stand_for(general, make_texts) -> None:
    made = [each for each in zip(*make_texts(100, 7), strict=True) if each[1] != "xe"]  # a topic is kept by the model
    texts = [text for text, _ in made]
    of_two_minds = np.array([topic == "kinh-doanh" for _, topic in made])
    moved = of_two_minds & (np.arange(len(made)) % 2 == 0)
    topics = np.where(moved, "du-lich", [topic for _, topic in made])
    unseen = [text for text, topic in zip(*make_texts(200, 8), strict=True) if topic == "kinh-doanh"]
    shares = []
    for many in (moved, of_two_minds & ~moved):
        stands_for = np.where(of_two_minds, np.where(many, 20, 1), 10)
        found = adapt(texts, topics, general, stands_for=stands_for, with_curve=False, unaccented=False)
        shares.append((found.model.predict(unseen) == "du-lich").mean())
        same = adapt(texts, topics, general, stands_for=7.0 * stands_for, with_curve=False, unaccented=False)
        assert found.strength == same.strength
        np.testing.assert_allclose(found.model.predict_proba(unseen), same.model.predict_proba(unseen), atol=1e-3)
    assert shares[0] > shares[1] + 0.4, shares


def test_picked_texts_are_cross_validated_as_all_are(general, make_texts, refiled) -> None:
    texts, topics = make_texts(60, 8, shortest=12, longest=20)
    for named in (topics, refiled(topics)):
        found, same = (adapt(texts, named, general, stands_for=n, with_curve=False) for n in ([1] * 60, None))
        assert found.strength == same.strength
        np.testing.assert_array_equal(found.model.predict_proba(texts), same.model.predict_proba(texts))
    own = ["nhà" if topic == topics[0] else "phố" for topic in topics]
    found = adapt(texts, own, general, stands_for=[1] * 60, with_curve=False)
    assert found.strength in (*OWN_CANDIDATES, TEXTS_ALONE)


def test_picked_texts_too_few_to_score_are_learned_from(general, make_texts) -> None:
    found = adapt(*(each[:2] for each in make_texts(40, 9)), general, stands_for=[3, 4], with_curve=False)
    assert found.both is None
    assert found.strength == CAREFUL


@pytest.mark.parametrize("stands_for", [[1, 0, 2], [1, -1, 2], [1, np.nan, 2], [1, np.inf, 2], [1, 2]])
def test_each_text_stands_for_a_positive_number(general, stands_for) -> None:
    with pytest.raises(InputError, match=r"3 texts, but 2 values of stands_for|positive number for each text"):
        adapt(["một", "hai", "ba"], ["xe", "the-thao", "xe"], general, stands_for=stands_for)


def test_topics_without_a_text_stay_unless_told_otherwise(general, make_texts) -> None:
    texts, topics = make_texts(40, 6)
    some = [i for i, topic in enumerate(topics) if topic not in ("xe", "suc-khoe")]
    chosen = [texts[i] for i in some], [topics[i] for i in some]
    found = adapt(*chosen, general, with_curve=False)
    assert found.kept == ["suc-khoe", "xe"]
    assert found.model.classes_.tolist() == sorted(general.classes_.tolist())
    mine = adapt(*chosen, general, with_curve=False, only_mine=True)
    assert mine.kept == []
    assert mine.model.classes_.tolist() == ["du-lich", "kinh-doanh", "the-thao"]


@pytest.mark.parametrize(
    ("names", "all_known"),
    [
        ({"the-thao": "Thể thao", "kinh-doanh": "KINH DOANH", "xe": "Cars"}, True),
        ({"the-thao": "the-thao", "kinh-doanh": "Chuyên mục Tiền", "xe": "xe"}, False),
        ({"the-thao": "A", "kinh-doanh": "B", "xe": "C"}, False),
    ],
)
def test_labels_may_be_names_of_topics_or_one_s_own(general, make_texts, names, all_known) -> None:
    texts, topics = make_texts(90, 7)
    names = names | {"suc-khoe": names["xe"], "du-lich": names["kinh-doanh"]}
    if "Cars" in names.values():
        names = names | {"xe": "xe", "suc-khoe": "xe"}
    labels = [names[topic] for topic in topics]
    found = adapt(texts, labels, general, with_curve=False)
    assert (found.general is not None) == all_known
    assert set(labels) <= set(found.model.classes_.tolist())
    assert all_known or set(labels) == set(found.model.classes_.tolist())
    unseen, truth = make_texts(100, 8)
    assert (found.model.predict(unseen) == np.array([names[topic] for topic in truth])).mean() > 0.8
    assert found.both.accuracy > 0.8


@pytest.mark.parametrize("labels", [["the-thao", "xe"], ["A", "B"]])
def test_too_few_texts_say_so(general, labels) -> None:
    found = adapt(["trận đấu bóng đá", "ô tô xe máy"], labels, general)
    assert found.both is None
    assert found.curve == []
    assert "too few to score" in found.verdict
    assert (found.general is None) == (labels == ["A", "B"])
    assert found.model.predict_proba(["trận đấu"]).sum() == pytest.approx(1)


def test_nobody_can_tell_from_a_handful(general, make_texts) -> None:
    texts, topics = make_texts(12, 9)
    found = adapt(texts, topics, general)
    assert "too few texts to tell" in found.verdict or "no reason to change" in found.verdict


def test_texts_of_a_publisher_are_held_out_together(general, make_texts) -> None:
    texts, topics = make_texts(40, 10, shortest=60)
    assert adapt(texts, topics, general, groups=["một báo"] * 40, with_curve=False).both is None
    # Each publisher writes of one topic: held out together, nobody has told what its label is.
    labels = ["A" if topic < "kinh-e" else "B" for topic in topics]
    apart = adapt(texts, labels, general, with_curve=False)
    together = adapt(texts, labels, general, groups=topics, with_curve=False)
    assert apart.both.accuracy > 0.9
    assert together.both.accuracy < apart.both.accuracy - 0.15


def test_a_text_of_no_weight_teaches_nothing(general, make_texts) -> None:
    texts, topics = make_texts(40, 11)
    wrong = ["xe" if topic == "the-thao" else "the-thao" for topic in topics]
    weights = np.r_[np.ones(40), np.zeros(40)]
    found = adapt(texts + texts, topics + wrong, general, sample_weight=weights, with_curve=False)
    assert (found.model.predict(texts) == np.array(topics)).mean() > 0.9


def test_the_same_texts_give_the_same_file_on_any_number_of_threads(general, make_texts, refiled) -> None:
    texts, topics = make_texts(40, 12)
    first, *others = (
        adapt(texts, refiled(topics), general, with_curve=False, n_jobs=n_jobs).model.to_bytes() for n_jobs in (1, 2, 5)
    )
    assert others == [first, first]


@pytest.mark.parametrize(
    ("texts", "topics", "more", "said"),
    [
        (["một", "hai"], ["a"], {}, "2 texts, but 1 topics"),
        (["một", "hai"], ["a", "b"], {"groups": ["x"]}, "2 texts, but 1 groups"),
        (["một", "hai"], ["a", "b"], {"sample_weight": [1.0]}, "2 texts, but 1 weights"),
        (["một", "hai"], ["a", "a"], {}, "at least two topics"),
        (["một", "hai"], ["a", "b"], {"sample_weight": [0.0, 0.0]}, "finite numbers from 0"),
        ([], [], {}, "at least two topics"),
    ],
)
def test_what_makes_no_sense_is_refused(general, texts, topics, more, said) -> None:
    with pytest.raises(InputError, match=said):
        adapt(texts, topics, general, **more)


def test_texts_without_a_known_term_are_no_trouble(general) -> None:
    texts = ["", "!!!", "qwrt zxcv", "", "trận đấu", "ô tô"] * 2
    found = adapt(texts, ["the-thao", "xe"] * 6, general)
    assert np.isfinite(found.model.predict_proba(texts)).all()


def test_a_model_that_has_nothing_to_say_is_no_trouble(general, make_texts) -> None:
    silent = Calibration(-1.0, 0.0, np.zeros(5), np.full(5, 0.2))
    texts, topics = make_texts(60, 13)
    scorer = replace(
        general.accented, whole=replace(general.accented.whole, calibration=silent), short=None, short_below=0
    )
    mute = TopicModel("mute", general.topics, scorer)
    found = adapt(texts, topics, mute, with_curve=False)
    assert (found.model.predict(texts) == np.array(topics)).mean() > 0.8


def test_probabilities_mean_what_they_say_on_the_rest_of_a_newspaper(corpora) -> None:
    """The VNTC model has never seen an article of these years."""
    import pandas as pd

    from chude import load
    from chude.evaluation import evaluate

    if "vntc" not in model_names():
        pytest.skip("models/vntc.safetensors is not built")
    frame = pd.read_parquet(corpora / "vietnamnet_dantri_2022.parquet", columns=["text", "topic", "publisher"])
    frame = frame[frame["topic"].notna() & (frame["publisher"] == "vietnamnet")].sample(1500, random_state=0)
    texts, topics = frame["text"].tolist(), frame["topic"].tolist()
    found = adapt(texts[:300], topics[:300], load("vntc"), with_curve=False, unaccented=False)
    after = evaluate(found.model, texts[300:], topics[300:])
    before = evaluate(load("vntc"), texts[300:], topics[300:])
    assert after.accuracy > before.accuracy + 0.1
    assert after.accuracy > found.own.accuracy - 0.02
    assert after.ece < 0.06


def test_a_general_model_in_the_way_is_left_behind(general) -> None:
    """Words it has never read tell the labels apart."""
    rng = np.random.default_rng(0)
    labels = ["A", "B"] * 40
    words = {"A": ["thửa", "ruộng", "bờ", "giậu"], "B": ["mái", "chèo", "bến", "đò"]}
    texts = [" ".join([*rng.choice(words[label], 6), *rng.choice(["được", "nhiều", "các"], 6)]) for label in labels]
    found = adapt(texts, labels, general, with_curve=False)
    assert found.strength == TEXTS_ALONE
    assert "in the way" in found.verdict
    assert found.own.accuracy > found.both.accuracy
    assert (found.model.predict(texts) == np.array(labels)).mean() > 0.95
    ordinary = TopicClassifier(min_df=1).fit(texts, labels)
    np.testing.assert_array_equal(found.model.predict_proba(texts), ordinary.predict_proba(texts))
