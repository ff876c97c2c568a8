"""What the readings that are kept give, as Markdown."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from benchmarks.accuracy.reading import figures
from benchmarks.accuracy.reading.drawing import Drawn, Item
from benchmarks.accuracy.reading.figures import Share
from benchmarks.accuracy.reading.kept import Reading
from tools.written import count, percent

Models = Mapping[str, Sequence[Item]]

ALSO = (None, 0.1, 0.2, 0.3)
_WHERE = ("in disagreements", "in agreements", "all texts")
WORDS = {
    "none": {"en": "No reading is kept yet.", "vi": "Chưa có bản đọc nào được lưu."},
    "read": {"en": "texts read blind", "vi": "bài được đọc mà chưa biết nhãn"},
    "second": {"en": "get a second topic", "vi": "có chủ đề thứ hai"},
    "right": {"en": "of the topics named, acceptable", "vi": "trong các chủ đề được nêu, chấp nhận được"},
    "found": {"en": "of the acceptable topics, named", "vi": "trong các chủ đề chấp nhận được, được nêu"},
    "without": {"en": "without `--also`", "vi": "không có `--also`"},
    "reader": {"en": "reader", "vi": "người đọc"},
}


def as_markdown(drawn: Drawn | None, readings: Sequence[Reading], models: Models, bundled_digest: str) -> str:
    """Return all tables.

    `models`: answers of further models to the same items, which nobody was shown; `bundled_digest`: of the bundled
    model, so that it is said where another one was read.
    """
    if drawn is None or not readings:
        return WORDS["none"]["en"]
    parts = [
        _head(drawn, readings, bundled_digest),
        _acceptable(drawn, readings, models),
        _better(drawn, readings),
        _agreement(drawn, readings),
        _topics(drawn, readings),
        also(drawn, readings, "en"),
        *(f"{name}:\n\n{also(drawn, readings, 'en', items)}" for name, items in models.items()),
    ]
    return "\n\n".join(part for part in parts if part)


def also(drawn: Drawn | None, readings: Sequence[Reading], language: str, items: Sequence[Item] | None = None) -> str:
    """Return a table of what ``--also`` gives, by the answers in `items`, or those that were drawn."""
    if drawn is None or not readings:
        return WORDS["none"][language]

    def word(name: str) -> str:
        return WORDS[name][language]

    rows = []
    for least in ALSO:
        name = word("without") if least is None else f"`--also {least}`"
        for reading in readings:
            found = figures.also(drawn, reading, drawn.items if items is None else items, least)
            measured = (percent(share, language) for share in (found.second, found.right, found.found))
            rows.append([name, reading.name.upper(), *measured])
    return _table([word("read"), word("reader"), word("second"), word("right"), word("found")], rows)


def _head(drawn: Drawn, readings: Sequence[Reading], model_digest: str) -> str:
    agreements = sum(item.agreement for item in drawn.items)
    everything = drawn.disagreements + drawn.agreements
    readers = "; ".join(f"{reading.name.upper()}, a {reading.reader}, {reading.day}" for reading in readings)
    same = "" if drawn.model_digest == model_digest else (
        f" The model that was read is an earlier one than the bundled ({drawn.model_digest}, {model_digest})."
    )  # fmt: skip
    return (
        f"{len(drawn.items) - agreements} of {count(drawn.disagreements, 'en')} disagreements and {agreements} of "
        f"{count(drawn.agreements, 'en')} agreements were read, drawn with seed {drawn.seed} from "
        f"{count(everything, 'en')} texts. Readers: {readers}.{same}"
    )


def _acceptable(drawn: Drawn, readings: Sequence[Reading], models: Models) -> str:
    labels = {"chude": drawn.model, "newspapers": drawn.newspapers}
    others = {name: [item.topics[0] for item in items] for name, items in models.items()}
    rows = []
    for reading in readings:
        for name, said in (labels | others).items():
            written = _shares(drawn, figures.written_down(reading, said))
            rows.append([reading.name.upper(), "written down before any label was seen", name, *written])
        for name, said in labels.items():
            rows.append(
                [reading.name.upper(), "accepted when seen", name, *_shares(drawn, figures.accepted(reading, said))]
            )
    return _table(["reader", "", "labels of", *_WHERE], rows)


def _better(drawn: Drawn, readings: Sequence[Reading]) -> str:
    rows = []
    for reading in readings:
        found = figures.better(drawn, reading)
        accepted = (found.only_model, found.only_newspaper, found.both, found.none)
        p_value = "below 0.001" if found.p_value < 0.001 else f"{found.p_value:.3f}"
        rows.append(
            [reading.name.upper(), *map(str, accepted), p_value]
            + [str(number) for number in (found.model, found.newspaper, found.neither)]
        )
    head = [
        "reader",
        "of the disagreements drawn, only chude's accepted",
        "only the newspaper's",
        "both",
        "neither",
        "p (McNemar)",
    ]
    return _table([*head, "chude's better", "the newspaper's better", "equal"], rows)


def _agreement(drawn: Drawn, readings: Sequence[Reading]) -> str:
    rows, kappas = [], []
    for one, other in combinations(readings, 2):
        found = figures.agreement(drawn, one, other)
        pair = f"{one.name.upper()} and {other.name.upper()}"
        parts = (found.overlap.disagreements, found.overlap.agreements, found.overlap.projected)
        rows.append([f"{pair} wrote down a topic in common", *map(_share, parts)])
        kappas += [
            [f"{pair}, first topic written down", *map(_kappa, (found.first_topic, found.all_first_topic))],
            [f"{pair}, whether a label is accepted", *map(_kappa, (found.accepted, found.all_accepted))],
        ]
    if not rows:
        return ""
    common = _table(["readers", *_WHERE], rows)
    return "\n\n".join([common, _table(["Cohen's kappa", "texts drawn", "all texts"], kappas)])


def _topics(drawn: Drawn, readings: Sequence[Reading]) -> str:
    tests: dict[str, Callable[[int], bool]] = {
        "no topic fits": lambda n: n == 0,
        "one topic": lambda n: n == 1,
        "two or more": lambda n: n >= 2,
    }
    rows = [
        [
            f"{name}, reader {reading.name.upper()}",
            *_shares(drawn, np.array([test(len(said.topics)) for said in reading.judgements])),
        ]
        for reading in readings
        for name, test in tests.items()
    ]
    return _table(["reader", "acceptable topics of a text", *_WHERE], rows)


def _shares(drawn: Drawn, good: figures.Booleans) -> list[str]:
    found = figures.shares(drawn, good)
    return [_share(each) for each in (found.disagreements, found.agreements, found.projected)]


def _share(share: Share) -> str:
    if math.isnan(share.value):
        return "–"
    return f"{percent(share.value, 'en')} ({100 * share.low:.0f} to {100 * share.high:.0f})"


def _kappa(kappa: float) -> str:
    return "–" if math.isnan(kappa) else f"{kappa:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
