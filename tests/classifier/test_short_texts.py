"""What is chosen where texts are short; articles are learned from as before."""

import numpy as np
import pytest

import chude

ALL_CHOSEN = {"min_df": "auto", "class_weight": "cv"}


def sentences(n_texts: int, seed: int) -> tuple[list[str], list[str]]:
    """Return short texts: nine in ten of one label; each a few words of its label and many of both."""
    random = np.random.default_rng(seed)
    own = {"thường": ["bàn", "ghế", "tủ", "giường", "kệ"], "hiếm": ["nồi", "chảo", "bát", "đĩa", "thìa"]}
    common = ["cái", "mới", "rất", "đẹp", "mua", "ở", "chợ", "hôm", "nay", "cho"]
    labels = ["hiếm" if random.random() < 0.1 else "thường" for _ in range(n_texts)]
    words = [*own["thường"], *own["hiếm"]]
    texts = []
    for label in labels:
        told = [*random.choice(own[label], 1), *random.choice(words, 1), *random.choice(common, 6)]
        texts.append(" ".join(random.permutation(told)))
    return texts, labels


def test_the_less_frequent_labels_weigh_the_more_of_them_are_found() -> None:
    unseen, truth = sentences(2000, 1)
    rare = np.array(truth) == "hiếm"
    found = [
        chude.TopicClassifier(class_weight=weight, unaccented=False).fit(*sentences(400, 0)).predict(unseen)
        for weight in (None, 0.25, 0.5, 1.0)
    ]
    recalls = [np.mean(answers[rare] == "hiếm") for answers in found]
    assert recalls == sorted(recalls)
    assert recalls[-1] > recalls[0] + 0.1


@pytest.mark.parametrize(("n_texts", "usual"), [(200, 1), (1200, 2)])
def test_the_usual_values_are_taken_unless_others_are_clearly_better(n_texts: int, usual: int) -> None:
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(["một", "hai", "ba", "bốn"], 12)) for _ in range(n_texts)]
    labels = np.arange(n_texts) % 2  # nothing in a text says which
    classifier = chude.TopicClassifier(C="cv", unaccented=False, **ALL_CHOSEN).fit(texts, labels)
    assert (classifier.min_df_, classifier.class_weight_) == (usual, 0.25)
    assert classifier.model_.about["class_weight"] == 0.25


def test_the_probabilities_are_those_of_texts_as_they_come() -> None:
    """The weights of topics are those of the fit alone: labels are as probable as they are frequent."""
    texts, labels = sentences(1500, 2)
    unseen, truth = sentences(3000, 3)
    classifier = chude.TopicClassifier(class_weight=0.25, unaccented=False).fit(texts, labels)
    expected = classifier.predict_proba(unseen)[:, classifier.classes_.tolist().index("hiếm")].mean()
    assert expected == pytest.approx(np.mean(np.array(truth) == "hiếm"), abs=0.04)


def test_without_folds_the_usual_values_are_taken() -> None:
    texts, labels = sentences(60, 4)
    classifier = chude.TopicClassifier(C="cv", calibration_folds=0, unaccented=False, **ALL_CHOSEN).fit(texts, labels)
    assert (classifier.C_, classifier.min_df_, classifier.class_weight_) == (1.0, 1, 0.25)
    assert classifier.not_scored_ == []
    assert classifier.held_out_accuracy_ is None


def test_articles_are_learned_from_as_before(samples: tuple[list[str], list[str]]) -> None:
    before = chude.TopicClassifier(unaccented=False).fit(*samples)
    after = chude.TopicClassifier(unaccented=False, **ALL_CHOSEN).fit(*samples)
    assert (after.min_df_, after.class_weight_) == (2, None)
    assert after.model_.to_bytes() == before.model_.to_bytes()
