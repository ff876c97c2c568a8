"""`TopicClassifier(start_from=...)` as scikit-learn's tools use it."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from chude import TopicClassifier
from chude.adapt import adapt
from chude.errors import InputError


def test_the_model_is_kept_unchanged_and_cloned(general) -> None:
    classifier = TopicClassifier(start_from=general, name="của tôi")
    assert classifier.get_params()["start_from"] is general
    copy = clone(classifier)
    assert copy.get_params()["start_from"].to_bytes() == general.to_bytes()
    assert copy.set_params(start_from=None).start_from is None
    assert classifier.start_from is general


def test_it_is_what_adapt_gives(general, make_texts, refiled) -> None:
    texts, topics = make_texts(60, 20)
    classifier = TopicClassifier(start_from=general, random_state=3).fit(texts, refiled(topics))
    expected = adapt(texts, refiled(topics), general, seed=3, with_curve=False)
    assert classifier.model_.to_bytes() == expected.model.to_bytes()
    assert classifier.held_out_accuracy_ == expected.both.accuracy
    assert classifier.C_ == expected.strength.C
    assert classifier.predict(texts).tolist() == classifier.model_.predict(texts).tolist()
    again = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(again.predict_proba(texts), classifier.predict_proba(texts))


def test_a_path_is_a_model_too_and_so_is_cross_validation(general, make_texts, refiled, tmp_path) -> None:
    general.save(tmp_path / "chung.safetensors")
    texts, topics = make_texts(60, 21)
    classifier = TopicClassifier(start_from=tmp_path / "chung.safetensors", unaccented=False)
    assert cross_val_score(classifier, texts, refiled(topics), cv=3).mean() > 0.7
    assert classifier.fit(texts, topics).model_.unaccented is None


@pytest.mark.parametrize("labels", [[3, 7], [True, False], ["Chuyện bóng", "Chuyện khác"]])
def test_labels_come_back_as_they_were_given(general, make_texts, labels) -> None:
    texts, topics = make_texts(60, 22)
    given = [labels[int(topic != "the-thao")] for topic in topics]
    classifier = TopicClassifier(start_from=general).fit(texts, given)
    answers = classifier.predict(texts)
    assert answers.dtype == classifier.classes_.dtype
    assert np.mean(answers == np.array(given)) > 0.9
    assert classifier.decision_function(texts).shape == (60,)


def test_balanced_weights_find_more_of_a_rare_label(general, make_texts) -> None:
    """A third of the texts on cars have the rare label: nothing in a text says which, so that weights decide."""
    texts, topics = make_texts(300, 23, shortest=6, longest=16)
    cars = [i for i, topic in enumerate(topics) if topic == "xe"]
    given = ["xe nhà" if i in cars[::3] else "khác" for i in range(len(texts))]
    unseen, truth = make_texts(200, 24, shortest=6, longest=16)
    asked = [text for text, topic in zip(unseen, truth, strict=True) if topic == "xe"]
    found = []
    for weight in (None, "balanced"):
        classifier = TopicClassifier(start_from=general, class_weight=weight, unaccented=False).fit(texts, given)
        found.append((np.mean(classifier.predict(asked) == "xe nhà"), classifier.predict_proba(asked)[:, 1].mean()))
    assert found[1][0] > found[0][0] + 0.1
    assert found[1][1] > found[0][1] + 0.1


def test_no_such_model(make_texts) -> None:
    with pytest.raises(InputError, match="no model 'nichts'"):
        TopicClassifier(start_from="nichts").fit(*make_texts(10, 25))
