"""scikit-learn's manners, which its own checks of estimators do not look at where the input is text."""

import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from chude import TopicClassifier, TopicModel, VietnameseTfidfVectorizer
from chude.errors import InputError

TEXTS = ["đội bóng thắng trận", "giá vàng tăng mạnh", "tiền đạo ghi bàn", "vàng và đô la tăng"] * 3
LABELS = ["a", "b", "a", "b"] * 3
ESTIMATORS = [TopicClassifier, VietnameseTfidfVectorizer]


def quick(**parameters: object) -> TopicClassifier:
    return TopicClassifier(**{"min_df": 1, "unaccented": False, "calibration_folds": 0, **parameters})


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_the_constructor_keeps_parameters_as_they_are_given(kind: type) -> None:
    given = {name: object() for name in kind().get_params()}
    estimator = kind(**given)
    assert {name: id(value) for name, value in estimator.get_params(deep=False).items()} == {
        name: id(value) for name, value in given.items()
    }
    assert not [name for name in vars(estimator) if name not in given]  # nothing is learned before fit
    with pytest.raises(ValueError, match="Invalid parameter 'nichts'"):
        estimator.set_params(nichts=1)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_a_clone_is_not_fitted_and_a_pickle_is_as_it_was(kind: type) -> None:
    estimator = kind(min_df=1)
    copy = pickle.loads(pickle.dumps(estimator))
    assert copy.get_params() == estimator.get_params()
    with pytest.raises(NotFittedError):
        check_is_fitted(copy)
    check_is_fitted(estimator.fit(TEXTS, LABELS))
    with pytest.raises(NotFittedError):
        check_is_fitted(clone(estimator))
    method = "predict_proba" if kind is TopicClassifier else "transform"
    before, after = (getattr(each, method)(TEXTS) for each in (estimator, pickle.loads(pickle.dumps(estimator))))
    difference = np.abs(before - after)
    assert difference.max() == 0


@pytest.mark.parametrize(
    ("kind", "method"),
    [(TopicClassifier, name) for name in ("predict", "predict_proba", "decision_function", "score", "save")]
    + [(VietnameseTfidfVectorizer, name) for name in ("transform", "get_feature_names_out", "idf_")],
)
def test_nothing_is_told_before_fit(kind: type, method: str) -> None:
    arguments = {"score": (TEXTS, LABELS), "save": ("m.safetensors",), "get_feature_names_out": ()}
    with pytest.raises(NotFittedError):
        getattr(kind(), method)(*arguments.get(method, (TEXTS,)))


def test_parameters_change_nothing_but_themselves() -> None:
    classifier = quick().fit(TEXTS, LABELS)
    before = classifier.get_params()
    assert classifier.fit(TEXTS, LABELS) is classifier
    assert classifier.get_params() == before
    assert isinstance(classifier.model_, TopicModel)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([None, *LABELS[1:]], "label of text 0 is missing"),
        ([*LABELS[:5], float("nan"), *LABELS[6:]], "label of text 5 is missing"),
        ([*LABELS[:11], pd.NA], "label of text 11 is missing"),
        (pd.Series([*LABELS[:11], None]), "label of text 11 is missing"),
        (np.array([1.0, 2.0, np.nan] * 4), "label of text 2 is missing"),
        ([[label] for label in LABELS], "several labels"),
        ([("a", "b")] * 12, "several labels"),
        (np.array([LABELS, LABELS]).T, r"table of shape \(12, 2\)"),
        (LABELS[:-1], "12 texts, but 11 topics"),
        (["a"] * 12, "at least two topics"),
        (["a", 1] * 6, "labels of one kind"),
        ([0.5, 1.5] * 6, "fraction"),
        (["a", "unknown"] * 6, "cannot be called 'unknown'"),
        (["a", "UNKNOWN"] * 6, "cannot be called 'UNKNOWN'"),
        (None, "requires y"),
    ],
)
@pytest.mark.parametrize("start", [False, True])
def test_labels_that_cannot_be_learned_are_named(labels, words: str, start: bool, samples_model: TopicModel) -> None:
    with pytest.raises(InputError, match=words):
        quick(start_from=samples_model if start else None).fit(TEXTS, labels)


def test_one_str_is_no_list_of_labels() -> None:
    with pytest.raises(TypeError, match="expected a list of labels"):
        quick().fit(TEXTS, "abababababab")


@pytest.mark.parametrize("column", [np.array(LABELS)[:, None], pd.DataFrame({"y": LABELS})])
def test_a_column_of_labels_is_taken_with_a_warning(column: object) -> None:
    with pytest.warns(DataConversionWarning, match="column-vector"):
        classifier = quick().fit(TEXTS, column)
    assert classifier.classes_.tolist() == ["a", "b"]
    assert classifier.predict(TEXTS).shape == (12,)


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, 3, b"text"])
@pytest.mark.parametrize("kind", ESTIMATORS)
def test_what_is_no_text_is_named(kind: type, missing: object) -> None:
    estimator = kind(min_df=1)
    with pytest.raises(TypeError, match="position 3"):
        estimator.fit([*TEXTS[:3], missing, *TEXTS[4:]], LABELS)
    with pytest.raises(TypeError, match="list"):
        estimator.fit(TEXTS[0], LABELS)
    fitted = estimator.fit(TEXTS, LABELS)
    with pytest.raises(TypeError, match="position 0"):
        (fitted.predict if kind is TopicClassifier else fitted.transform)([missing])


@pytest.mark.parametrize(
    "kind", ["list", "tuple", "array", "object", "series", "indexed", "string", "categorical", "arrow"]
)
def test_texts_and_labels_of_any_kind_give_the_same(kind: str) -> None:
    makes = {
        "list": list,
        "tuple": tuple,
        "array": np.array,
        "object": lambda values: np.array(values, dtype=object),
        "series": pd.Series,
        "indexed": lambda values: pd.Series(values, index=range(100, 112)),
        "string": lambda values: pd.Series(values, dtype="string"),
        "categorical": lambda values: pd.Series(values, dtype="category"),
        "arrow": pa.array,
    }
    texts, labels = makes[kind](TEXTS), makes[kind](LABELS)
    classifier = quick().fit(texts, labels)
    assert classifier.predict(texts).tolist() == quick().fit(TEXTS, LABELS).predict(TEXTS).tolist()
    rows = VietnameseTfidfVectorizer().fit_transform(texts, labels)
    assert np.abs(rows - VietnameseTfidfVectorizer().fit_transform(TEXTS)).max() == 0


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(12)), st.sampled_from([str, int, bool, np.int8]))
def test_labels_keep_their_kind_and_the_order_of_classes_is_sorted(order: list[int], kind: type) -> None:
    labels = [kind(LABELS[i] == "b") for i in order]
    classifier = quick().fit([TEXTS[i] for i in order], labels)
    assert classifier.classes_.tolist() == sorted(set(labels))
    assert classifier.predict([TEXTS[i] for i in order]).tolist() == labels


def test_an_empty_list_has_no_answers() -> None:
    classifier = quick().fit(TEXTS, LABELS)
    assert classifier.predict([]).shape == (0,)
    assert classifier.predict_proba([]).shape == (0, 2)
    assert VietnameseTfidfVectorizer().fit(TEXTS).transform([]).shape[0] == 0


def test_pipelines_and_searches_take_both() -> None:
    pipeline = make_pipeline(VietnameseTfidfVectorizer(), LogisticRegression())
    assert cross_val_score(pipeline, TEXTS, LABELS, cv=3, error_score="raise").mean() == 1.0
    search = GridSearchCV(
        quick(), {"class_weight": [None, 0.25, "balanced", "cv"]}, cv=2, error_score="raise", scoring="neg_log_loss"
    )
    assert search.fit(np.array(TEXTS), np.array(LABELS)).best_score_ < 0


@pytest.mark.parametrize("weight", [-0.1, 1.5, "even"])
def test_a_class_weight_that_means_nothing_is_refused(weight: object) -> None:
    with pytest.raises(InputError, match="class_weight must be"):
        quick(class_weight=weight).fit(TEXTS, LABELS)


@pytest.mark.parametrize("i_for_y", [True, False])
def test_both_scorers_have_the_rule_of_spelling(i_for_y: bool) -> None:
    texts, labels = ["bác sĩ khám bệnh", "ca sỹ hát hay", "bác sỹ mổ tim", "ca sĩ ra đĩa"], ["y", "nhạc", "y", "nhạc"]
    model = TopicClassifier(min_df=1, i_for_y=i_for_y).fit(texts, labels).model_
    assert model.unaccented is not None
    assert [scorer.tokenizer.i_for_y for scorer in (model.accented, model.unaccented)] == [i_for_y, i_for_y]
    same = model.predict_proba(["bác sĩ"]) == model.predict_proba(["bác sỹ"])
    assert bool(same.all()) == i_for_y
