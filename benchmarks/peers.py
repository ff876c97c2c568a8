"""The contestants: chude, and the peers fitted on the same training texts, kept in ``benchmarks/.cache`` by version."""

import importlib
import os
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.corpus import CACHE, Corpus, Plan, load

Label = Callable[[list[str]], Iterable[str]]

CHUDE, CORE, FASTTEXT = "chude", "underthesea_core", "fastText"
SKLEARN, SKLEARN_ALL, WORDS = "scikit-learn", "scikit-learn, all features", "scikit-learn, underthesea's words"
MODEL = "vntc"

CORE_FEATURES = 20_000
"""What underthesea_core keeps by default; scikit-learn gets as many, which makes it faster than all of them would."""

FASTTEXT_SETTINGS = {"lr": 1.0, "epoch": 10, "wordNgrams": 2, "dim": 20, "bucket": 500_000}
"""The best of what `python -m benchmarks.tuning` tries on a part of the training articles, but for settings that take
twice the time and are no better than chance has it."""

_WORD_TEXTS = 1_000
"""Segmenting costs 10 ms an article: that peer, measured for speed only, is fitted on a sample."""


def chude(plan: Plan) -> Label:  # noqa: ARG001 - all contestants are made alike
    """The bundled model of VNTC."""
    from chude import load as load_model

    return load_model(MODEL).predict


def fit_core(corpus: Corpus) -> Any:
    """Fit underthesea_core's classifier with its defaults."""
    from underthesea_core import TextClassifier

    classifier = TextClassifier()
    classifier.fit(corpus.texts, corpus.topics)
    return classifier


def load_core(plan: Plan) -> Any:
    """Return underthesea_core's classifier, fitted."""
    from underthesea_core import TextClassifier

    path = _cached(plan, CORE, "underthesea_core", ".bin")
    if not path.exists():
        _keep(path, lambda new: fit_core(load(plan, "train")).save(str(new)))
    return TextClassifier.load(str(path))


def core(plan: Plan) -> Label:
    """`underthesea_core.TextClassifier`."""
    label: Label = load_core(plan).predict_batch
    return label


def segmented(text: str) -> str:
    """Return a text with its words joined by ``_``, as underthesea finds them."""
    from underthesea import word_tokenize

    found: str = word_tokenize(text, format="text")
    return found


def scikit_learn(plan: Plan, *, name: str = SKLEARN) -> Label:
    """`TfidfVectorizer(ngram_range=(1, 2))` and `LinearSVC`."""
    import joblib

    path = _cached(plan, name, "scikit-learn", ".joblib")
    if not path.exists():
        _keep(path, partial(joblib.dump, _fit_scikit_learn(plan, name)))
    predict: Label = joblib.load(path).predict
    return predict


def _fit_scikit_learn(plan: Plan, name: str) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    corpus = load(plan, "train", most=_WORD_TEXTS if name == WORDS else None)
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2),
        max_features=None if name == SKLEARN_ALL else CORE_FEATURES,
        preprocessor=_segmented_lower if name == WORDS else None,
    )
    return make_pipeline(vectorizer, LinearSVC()).fit(corpus.texts, corpus.topics)


def _segmented_lower(text: str) -> str:
    return segmented(text).lower()


def fasttext(plan: Plan) -> Label:
    """`fasttext.train_supervised`; it wants one line a text, lower case helps it."""
    module = importlib.import_module("fasttext")
    settings = "-".join(f"{name}{value}" for name, value in FASTTEXT_SETTINGS.items())
    path = _cached(plan, f"{FASTTEXT}-shuffled-{settings}", "fasttext-numpy2-wheel", ".bin")
    if not path.exists():
        _keep(path, lambda new: fit_fasttext_at_a_rate_it_bears(load(plan, "train")).save_model(str(new)))
    return fasttext_labeller(module.load_model(str(path)))


def fasttext_labeller(model: Any) -> Label:
    """Return what labels texts by a model of fastText."""

    def label(texts: list[str]) -> Sequence[str]:
        found, _ = model.predict([_line(text) for text in texts])
        return [name.removeprefix("__label__") for name in chain.from_iterable(found)]

    return label


def _line(text: str) -> str:
    return " ".join(text.lower().split())


def fasttext_lines(corpus: Corpus) -> list[str]:
    """Return the lines that fastText learns from, in an order drawn by a seed.

    It takes them in the order of the file, once an epoch: where all texts of a topic stand together, as in VNTC, what
    it learned of the first topics is gone when it has seen the last.
    """
    pairs = zip(corpus.topics, corpus.texts, strict=True)
    lines = [f"__label__{topic} {_line(text)}\n" for topic, text in pairs]
    random.Random(0).shuffle(lines)
    return lines


def fit_fasttext(corpus: Corpus, **settings: float) -> Any:
    """Fit fastText's classifier, by one thread, so that it is the same each time.

    Raises
    ------
    RuntimeError
        If weights grow without bounds, until one is no number.
    """
    CACHE.mkdir(exist_ok=True)
    lines = CACHE / f"{os.getpid()}.train.txt"
    lines.write_text("".join(fasttext_lines(corpus)), encoding="utf-8")
    try:
        module = importlib.import_module("fasttext")
        return module.train_supervised(input=str(lines), thread=1, verbose=0, **settings)
    finally:
        lines.unlink()


def fit_fasttext_at_a_rate_it_bears(corpus: Corpus) -> Any:
    """Fit fastText with the chosen settings, at half the rate each time that its weights grow without bounds."""
    rate, lowest = FASTTEXT_SETTINGS["lr"], FASTTEXT_SETTINGS["lr"] / 32
    while True:
        try:
            return fit_fasttext(corpus, **FASTTEXT_SETTINGS | {"lr": rate})
        except RuntimeError as error:
            print(f"  {FASTTEXT} at a rate of {rate:g}: {error}", file=sys.stderr, flush=True)
            rate /= 2
            if rate < lowest:
                raise


def _cached(plan: Plan, name: str, package: str, suffix: str) -> Path:
    stem = name.replace(",", "").replace("'", "").replace(" ", "-")
    return CACHE / f"{stem}-{version(package)}-{plan.name}{suffix}"


def _keep(path: Path, write: Callable[[Path], Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    write(new)
    new.replace(path)


def missing_fasttext() -> str | None:
    """Say why fastText is left out; None where it is there."""
    try:
        importlib.import_module("fasttext")
    except ImportError as error:
        return f"{FASTTEXT}: {error}; the extra `bench` installs it where there is a wheel"
    return None


LABELLERS: dict[str, Callable[[Plan], Label]] = {
    CHUDE: chude,
    CORE: core,
    SKLEARN: scikit_learn,
    SKLEARN_ALL: partial(scikit_learn, name=SKLEARN_ALL),
    WORDS: partial(scikit_learn, name=WORDS),
    FASTTEXT: fasttext,
}
"""How each contestant is loaded, fitted first where it is not in the cache."""
