"""Lists of texts to labels: whole articles, their first syllables, one text a call."""

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

from benchmarks.corpus import SYLLABLES, THREADS, Plan, load
from benchmarks.figures import Figures, Goal, Row
from benchmarks.peers import (
    CHUDE,
    CORE,
    CORE_FEATURES,
    FASTTEXT,
    LABELLERS,
    MODEL,
    SKLEARN,
    SKLEARN_ALL,
    WORDS,
    load_core,
    missing_fasttext,
)
from benchmarks.workers import Make, Result, Run, compete

_SAMPLE, _WORD_SAMPLE = 5_000, 200
"""The slow ones label so many articles; theirs is a rate all the same."""

_SHORT_REPEATS = 4
_CALLS = 2_000


def batches(
    plan: Plan,
    name: str,
    *,
    most: int | None = None,
    syllables: int | None = None,
    repeats: int = 1,
    part: slice = slice(None),
) -> Run:
    """Get a contestant ready to label one list of texts, or a part of it."""
    label = LABELLERS[name](plan)
    corpus = load(plan, "test", most=most, syllables=syllables)
    texts, topics = corpus.texts[part] * repeats, corpus.topics[part] * repeats
    label(texts[:500])

    def run() -> Result:
        start = perf_counter()
        answers = label(texts)
        seconds = perf_counter() - start
        right = sum(a == b for a, b in zip(answers, topics, strict=True))
        return {
            "rate": len(texts) / seconds,
            "accuracy": 100 * right / len(texts),
            "count": len(texts),
            "seconds": seconds,
        }

    return run


def calls(plan: Plan, name: str, *, syllables: int | None = None) -> Run:
    """Get a contestant ready to label texts one a call."""
    one = _one(plan, name)
    texts = load(plan, "test", most=_CALLS, syllables=syllables).texts
    for text in texts[:200]:
        one(text)

    def run() -> Result:
        times = []
        for text in texts:
            start = perf_counter()
            one(text)
            times.append(perf_counter() - start)
        return {"time": median(times) * 1e6}

    return run


def _one(plan: Plan, name: str) -> Callable[[str], object]:
    if name == CORE:
        predict: Callable[[str], object] = load_core(plan).predict
        return predict
    label = LABELLERS[name](plan)
    return lambda text: label([text])


def articles(plan: Plan) -> list[Row]:
    """Whole articles, in one list."""
    sample, word_sample = (n // 10 if plan.quick else n for n in (_SAMPLE, _WORD_SAMPLE))
    sizes = {
        CHUDE: None,
        CORE: None,
        SKLEARN: sample,
        SKLEARN_ALL: sample,
        WORDS: word_sample,
    }
    if missing_fasttext() is None:
        sizes[FASTTEXT] = None
    makes: dict[str, Make | list[Make]] = {
        name: partial(batches, plan, name, most=most) for name, most in sizes.items()
    }
    for name in (SKLEARN, WORDS):  # these know one processor only; two processes share the work
        both = f"{name}, {THREADS} processes"
        parts = [slice(i, None, THREADS) for i in range(THREADS)]
        makes[both] = [partial(batches, plan, name, most=sizes[name], part=part) for part in parts]
        sizes[both] = sizes[name]
    results = compete(makes, plan.runs)
    ours, *others = (Figures.of(name, "articles/s", results[name], "rate") for name in makes)
    goals = {CORE: Goal("at least 5.5 x", 5.5), SKLEARN: Goal("at least 100 x", 100.0)}
    rows = [
        Row("articles, one list", ours, theirs, goals.get(theirs.name), _note(theirs.name, sizes[theirs.name]))
        for theirs in others
    ]
    scored = [name for name, most in sizes.items() if most is None]  # the samples are too small to tell
    return rows + _accuracies(results, scored)


def _note(name: str, most: int | None) -> str:
    notes = [] if most is None else [f"on {most:,} of the articles"]
    if name in {SKLEARN, f"{SKLEARN}, {THREADS} processes"}:
        notes.append(f"{CORE_FEATURES:,} features")
    return "; ".join(notes)


def _accuracies(results: dict[str, list[Result]], names: list[str]) -> list[Row]:
    ours, *others = (Figures.of(name, "% right", results[name], "accuracy") for name in names)
    goal = Goal("no less accurate", 1.0)
    return [Row("their topics", ours, theirs, goal if theirs.name == CORE else None) for theirs in others]


def short(plan: Plan) -> list[Row]:
    """The first syllables of the articles, in one list."""
    names = [CHUDE, CORE] + ([FASTTEXT] if missing_fasttext() is None else [])
    make = partial(batches, plan, syllables=SYLLABLES, repeats=_SHORT_REPEATS)
    results = compete({name: partial(make, name) for name in names}, plan.runs)
    ours, *others = (Figures.of(name, "texts/s", results[name], "rate") for name in names)
    what, goal = f"first {SYLLABLES} syllables, one list", Goal("at least 3 x", 3.0)
    rows = [Row(what, ours, theirs, goal if theirs.name == CORE else None) for theirs in others]
    return rows + _accuracies(results, names)


def single(plan: Plan) -> list[Row]:
    """One text a call, everything warm."""
    rows = []
    for what, syllables, goal in (
        ("one article a call", None, Goal("at most 1 / 2.9", 1 / 2.9, at_least=False)),
        (f"first {SYLLABLES} syllables, one a call", SYLLABLES, Goal("at most 1 / 0.66", 1 / 0.66, at_least=False)),
    ):
        results = compete({name: partial(calls, plan, name, syllables=syllables) for name in (CHUDE, CORE)}, plan.runs)
        ours, theirs = (Figures.of(name, "µs", results[name], "time") for name in (CHUDE, CORE))
        rows.append(Row(what, ours, theirs, goal))
    return rows


def scoring(plan: Plan) -> Run:
    """Get the bundled model ready to label articles with 1, 2, 4 and 8 threads."""
    import chude

    model = chude.load(MODEL)
    texts = load(plan, "test").texts
    model.score_texts(texts[:2_000])

    def run() -> Result:
        rates: Result = {}
        for threads in (1, 2, 4, 8):
            start = perf_counter()
            model.score_texts(texts, threads=threads)
            rates[str(threads)] = len(texts) / (perf_counter() - start)
        return rates

    return run


def threads(plan: Plan) -> list[Row]:
    """More threads against one."""
    results = compete({CHUDE: partial(scoring, plan)}, plan.runs)[CHUDE]
    one = Figures.of("chude, one thread", "articles/s", results, "1")
    goals = {2: Goal("at least 1.9 x", 1.9)} | {n: Goal("never slower", 1.0) for n in (4, 8)}
    return [
        Row(f"articles, {n} threads", Figures.of(CHUDE, "articles/s", results, str(n)), one, goal)
        for n, goal in goals.items()
    ]
