"""Training, and what rounding weights to 8 bits does to the answers."""

import tomllib
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.corpus import ROOT, Corpus, Plan, load
from benchmarks.figures import Figures, Goal, Row
from benchmarks.peers import CHUDE, CORE, fit_core
from benchmarks.workers import Result, Run, alternate, compete, once, working

if TYPE_CHECKING:
    from chude.training.features import Texts

_LIKE_FOR_LIKE = {"calibration_folds": 0, "cut_lengths": (), "unaccented": False}
"""What underthesea_core does: one vocabulary, one fit on whole texts."""


def chude_fits(plan: Plan, parameters: dict[str, Any]) -> Run:
    """Get ready to fit a `TopicClassifier`."""
    from chude import TopicClassifier

    train, test = load(plan, "train"), load(plan, "test")
    # Enough texts for every compiled loop to be met; more terms than are kept, too.
    few = Corpus(train.texts[::50] if len(train.texts) > 1_000 else train.texts, [])
    TopicClassifier(max_features=100, min_df=1, **parameters).fit(few.texts, [i % 2 for i in range(len(few.texts))])

    def run() -> Result:
        start = perf_counter()
        classifier = TopicClassifier(**parameters).fit(train.texts, train.topics)
        seconds = perf_counter() - start
        return {"seconds": seconds, "accuracy": _accuracy(classifier.predict(test.texts), test)}

    return run


def core_fits(plan: Plan) -> Run:
    """Get ready to fit underthesea_core's classifier."""
    train, test = load(plan, "train"), load(plan, "test")

    def run() -> Result:
        start = perf_counter()
        classifier = fit_core(train)
        seconds = perf_counter() - start
        return {"seconds": seconds, "accuracy": _accuracy(classifier.predict_batch(test.texts), test)}

    return run


def _accuracy(answers: Any, corpus: Corpus) -> float:
    right = int(sum(a == b for a, b in zip(answers, corpus.topics, strict=True)))
    return 100 * right / len(corpus.topics)


def training(plan: Plan) -> list[Row]:
    """Vocabulary and fit, like for like; and all that `TopicClassifier` does by default."""
    makes = {CHUDE: partial(chude_fits, plan, _LIKE_FOR_LIKE), CORE: partial(core_fits, plan)}
    results = compete(makes, plan.runs)
    ours, theirs = (Figures.of(name, "s", results[name], "seconds") for name in makes)
    rows = [Row("training, vocabulary and fit", ours, theirs, Goal("no slower", 1.0, at_least=False))]
    ours, theirs = (Figures.of(name, "% right", results[name], "accuracy") for name in makes)
    rows.append(Row("test articles after that", ours, theirs, Goal("no less accurate", 1.0)))
    with working({CHUDE: partial(chude_fits, plan, {})}) as contestants:
        default = alternate(contestants, 1)[CHUDE]
    note = "three folds for calibration, copies cut short, a second reading without diacritics"
    rows.append(Row("training, the default recipe", Figures.of(CHUDE, "s", default, "seconds"), note=note))
    rows.append(Row("test articles after that", Figures.of(CHUDE, "% right", default, "accuracy")))
    return rows


def unrounded(plan: Plan) -> Run:
    """Fit the reading of the VNTC model, and get ready to compare its answers with those of unrounded weights."""
    from chude import TopicModel
    from chude.topics import topic
    from chude.training.calibrating import uncalibrated
    from chude.training.features import Settings, samples, tfidf_rows
    from chude.training.fitting import fit
    from chude.training.linear import Costs

    recipe = tomllib.loads((ROOT / "models" / "vntc.toml").read_text(encoding="utf-8"))["classifier"]
    settings = Settings(min_df=recipe["min_df"], max_features=recipe["max_features"])
    train, test = load(plan, "train"), load(plan, "test")
    slugs = np.unique(train.topics)

    def run() -> Result:
        texts, unseen = _texts(train), _texts(test)
        fitted = fit(texts, np.arange(len(train.texts)), settings, Costs(recipe["C"]), 0)
        whole = samples(unseen, np.arange(len(test.texts)), Settings())
        rows = tfidf_rows(unseen, whole, fitted.vocabulary, settings)
        exact = rows @ fitted.linear.weights + fitted.linear.intercept
        flat = uncalibrated(np.full(len(slugs), 1 / len(slugs)))
        model = TopicModel(
            "rounded", tuple(topic(slug) for slug in slugs), fitted.scorer(texts.tokenizer, settings, flat)
        )
        rounded = model.decision_function(test.texts)
        return {"same": 100 * float(np.mean(exact.argmax(axis=1) == rounded.argmax(axis=1)))}

    return run


def _texts(corpus: Corpus) -> "Texts":
    from chude.tokenizer import Tokenizer
    from chude.training.features import Texts

    slugs, topics = np.unique(corpus.topics, return_inverse=True)
    return Texts.of(corpus.texts, Tokenizer(), topics, len(slugs), np.ones(len(topics)))


def rounding(plan: Plan) -> list[Row]:
    """Weights of 8 bits against those the solver found."""
    same = [once(partial(unrounded, plan))]
    goal = Goal("at least 99.9 %", 99.9)
    return [
        Row("same top topic, 8-bit and unrounded weights", Figures.of(CHUDE, "% of articles", same, "same"), None, goal)
    ]
