"""The table, as Markdown and as JSON; model cards and READMEs are made from the JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from benchmarks.accuracy import tasks
from benchmarks.accuracy.contestants import CONTESTANTS, OURS
from benchmarks.accuracy.scoring import (
    MEAN,
    Reliability,
    Score,
    Threshold,
    means,
    pooled_calibration_error,
    reliability,
    thresholds,
)
from benchmarks.accuracy.store import Answered
from benchmarks.accuracy.tasks import Task
from chude import bundled
from chude.evaluation.perturbations import PERTURBATIONS

TITLES = {
    tasks.VNTC: "VNTC-10, newspapers of 2003 to 2006",
    tasks.PUBLISHERS: "Newspapers never seen",
    tasks.LATER: "The newest texts, learned without them",
    tasks.YEARS: "Years never seen",
    tasks.OWN: "Labels of one's own",
}
_HEADER = "| texts | written | | texts scored | accuracy | first two | macro-F1 | calibration error | same answer |"


@dataclass
class Findings:
    """What was measured so far.

    `recipe`: of the model that learns anew where publishers are left out; `thresholds`, `pooled_calibration_error`: of
    chude on articles of newspapers never seen; `reliability`: on texts of any length of these.
    """

    recipe: Mapping[str, Any]
    scores: list[Score] = field(default_factory=list)
    thresholds: list[Threshold] = field(default_factory=list)
    pooled_calibration_error: float | None = None
    reliability: list[Reliability] = field(default_factory=list)

    def newspapers(self, group: Sequence[Task], made: Mapping[str, Answered]) -> None:
        """Add what thresholds give on newspapers never seen."""
        self.thresholds = thresholds(group, made)
        self.pooled_calibration_error = pooled_calibration_error(group, made)
        self.reliability = reliability(group, made)

    @property
    def rows(self) -> list[Score]:
        """All scores, and the means over groups of publishers and over years."""
        newspapers, years = (
            [score for score in self.scores if score.task.startswith(f"{group}/")]
            for group in (tasks.PUBLISHERS, tasks.YEARS)
        )
        return self.scores + means(newspapers, over="task") + means(years, over="part")


def as_json(found: Findings) -> str:
    """Return all of it, with what it was measured on and with."""
    models = {
        name: sha256((bundled.models_folder() / f"{name}.safetensors").read_bytes()).hexdigest()
        for name in sorted(tasks.MODELS.values())
    }
    content = {
        "made_by": "make evaluate",
        "versions": {name: version(name) for name in (*CONTESTANTS, "numpy")},
        "models": models,
        "recipe": found.recipe,
        "most_texts": tasks.MOST_TEXTS,
        "most_scored": tasks.MOST_SCORED,
        "pooled_calibration_error": found.pooled_calibration_error,
        "reliability": [_rounded(asdict(row)) for row in found.reliability],
        "thresholds": [asdict(threshold) for threshold in found.thresholds],
        "scores": [_row(score) for score in sorted(found.rows, key=_order)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _row(score: Score) -> dict[str, Any]:
    row = _rounded(asdict(score))
    group, row["task"] = score.task.split("/")
    return {"group": group, "model": tasks.MODELS.get(group) if score.contestant == OURS else None, **row}


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 5) if isinstance(value, float) else value for name, value in row.items()}


def as_markdown(found: Findings) -> str:
    """Return the table."""
    lines = [
        "# How often it is right",
        "",
        "Written by `make evaluate`, which fits the peers on the same texts in the same run: "
        f"`underthesea_core.TextClassifier` {version('underthesea_core')} with its defaults, and scikit-learn "
        f"{version('scikit-learn')} with `TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)` and `LinearSVC`. "
        "Shares are in %. Macro-F1 is the mean over the topics that the texts are of; the calibration error has 15 "
        "bins; *same answer* is the share of texts that keep the topic they get as they are. A dash: it does not say.",
    ]
    for group, title in TITLES.items():
        rows = [row for row in found.rows if row.task.startswith(f"{group}/")]
        if rows:
            lines += ["", f"## {title}", "", NOTES[group], "", *_tables(rows)]
    if found.thresholds:
        lines += ["", "## Which threshold?", "", *_thresholds(found)]
    if found.reliability:
        lines += ["", "## How far can a probability of a few words be believed?", "", *_reliability(found)]
    return "\n".join(lines) + "\n"


NOTES = {
    tasks.VNTC: """\
The bundled `vntc` model, and peers fitted on the official train split, which holds 5 % of the test articles too.""",
    tasks.PUBLISHERS: f"""\
Each group of publishers is left out of the fit in its turn, and scored. Large ones are alone, the others dealt out to
{tasks.N_SMALL} groups. chude is fitted by the recipe of `news`. To be quick, all contestants learn from at most
{tasks.MOST_TEXTS:,} texts of each corpus and topic, and at most {tasks.MOST_SCORED} articles and as many headlines
of each are scored, drawn by chance but always the same. Texts that may be of two publishers are left out with either,
and near-duplicates of scored texts are not learned from. Corpora that the recipe does not score are learned from alone.
Scraps are one to three syllables of the articles. Probabilities are calibrated on the other groups' scores. The
mean counts each group the same.""",
    tasks.LATER: f"""\
All contestants learn from the corpora that end before. At most {tasks.MOST_TEXTS:,} texts of each corpus and topic are
learned from, and at most {tasks.MOST_SCORED} scored. Headlines are those with a standfirst, too.""",
    tasks.YEARS: """\
The bundled `news` model, and peers fitted on the texts it learned from. The newspapers are among them, the years are
not.""",
    tasks.OWN: """\
Sentences of students (`uit_vsfc`) and of a bank's customers (`uts2017_bank`) with labels that are no topics, official
splits; chude is `chude train` with its defaults.""",
}


def _tables(rows: Sequence[Score]) -> list[str]:
    """Return the rows of each text set; of the newspapers, variants are shown by their mean alone."""
    shown = [
        row
        for row in rows
        if row.variant == tasks.WHOLE or row.task.endswith(f"/{MEAN}") or not row.task.startswith(tasks.PUBLISHERS)
    ]
    return [_HEADER, "|---|---|---|--:|--:|--:|--:|--:|--:|", *(_line(row) for row in sorted(shown, key=_order))]


def _order(row: Score) -> tuple[Any, ...]:
    group, task = row.task.split("/")
    variants = (tasks.WHOLE, *PERTURBATIONS)
    places = list(TITLES).index(group), task == MEAN, task, row.part == MEAN, row.part, variants.index(row.variant)
    return *places, list(CONTESTANTS).index(row.contestant)


def _line(row: Score) -> str:
    task = row.task.split("/")[1]
    cells = [
        ", ".join(filter(None, [task, row.part])),
        row.variant,
        row.contestant,
        f"{row.texts:,}",
        percent(row.accuracy),
        percent(row.top2),
        percent(row.macro_f1),
        "–" if row.calibration_error is None else f"{row.calibration_error:.3f}",
        percent(row.same),
    ]
    return f"| {' | '.join(cells)} |"


def percent(share: float | None) -> str:
    """Return a share in percent."""
    return "–" if share is None else f"{100 * share:.1f}"


def _thresholds(found: Findings) -> list[str]:
    rows = [f"| {t.probability:.2f} | {percent(t.coverage)} | {percent(t.accuracy)} |" for t in found.thresholds]
    return [
        "Articles of newspapers never seen, chude: what `--min-probability` leaves labelled, and how much of that "
        f"is right. Over all of them together the calibration error is {found.pooled_calibration_error:.3f}.",
        "",
        "| at least | labelled | right |",
        "|--:|--:|--:|",
        *rows,
    ]


def _reliability(found: Findings) -> list[str]:
    rows = [
        f"| {r.least if r.most == r.least else f'{r.least} or more' if r.most is None else f'{r.least} to {r.most}'} "
        f"| {r.texts:,} | {percent(r.probability)} | {percent(r.accuracy)} | {r.calibration_error:.3f} |"
        for r in found.reliability
    ]
    return [
        "Texts of newspapers never seen, by the number of their terms that chude knows: scraps, headlines, articles "
        "and their beginnings. The mean probability of the best topic, and how often it is right.",
        "",
        "| known terms | texts | probability | right | calibration error |",
        "|--:|--:|--:|--:|--:|",
        *rows,
    ]
