"""Score chude and its peers; `make evaluate` runs all of it, and goes on where it was stopped."""

import argparse
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.accuracy import report, tasks
from benchmarks.accuracy.contestants import CONTESTANTS, OURS, Contestant
from benchmarks.accuracy.scoring import calibrated, scores
from benchmarks.accuracy.store import Answered, answered
from benchmarks.accuracy.tasks import Task
from benchmarks.corpus import ROOT
from chude.errors import InputError
from tools.corpora import CORPORA, read_recipe

GROUPS = {
    tasks.OWN: tasks.own_labels,
    tasks.VNTC: tasks.vntc,
    tasks.PUBLISHERS: tasks.publishers,
    tasks.LATER: tasks.later,
    tasks.YEARS: tasks.years,
}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    contestants = {name: CONTESTANTS[name]() for name in options.only or CONTESTANTS}
    recipe = read_recipe(ROOT / "models" / "news.toml")
    found = report.Findings(recipe)
    try:
        for name in options.groups or GROUPS:
            measure(list(GROUPS[name](recipe, CORPORA, options.answers)), contestants, options.answers, found)
    except InputError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    text = report.as_markdown(found)
    print(text)
    folder = options.output or (None if options.groups or options.only else ROOT / "models")
    if folder is not None:
        (folder / "accuracy.md").write_text(text, encoding="utf-8")
        (folder / "accuracy.json").write_text(report.as_json(found), encoding="utf-8")
    return 0


def measure(group: list[Task], contestants: dict[str, Contestant], folder: Path, found: report.Findings) -> None:
    """Score a group of tasks, if there are any."""
    for name, contestant in contestants.items():
        made = {task.name: _answered(task, name, contestant, folder) for task in group}
        if name == OURS and group and group[0].name.startswith(f"{tasks.PUBLISHERS}/"):
            made = calibrated(group, made)
            found.newspapers(group, made)
        for task in group:
            found.scores += scores(task, name, made[task.name])


def _answered(task: Task, name: str, contestant: Contestant, folder: Path) -> Answered:
    start = perf_counter()

    def progress(step: str) -> None:
        print(f"{perf_counter() - start:6.0f} s  {task.name}, {name}: {step}", file=sys.stderr, flush=True)

    return answered(task, name, contestant, folder, progress)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(CONTESTANTS), metavar="NAME", help="some contestants")
    parser.add_argument("--groups", nargs="+", choices=list(GROUPS), metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument(
        "--answers", type=Path, default=ROOT / "build" / "evaluate", metavar="FOLDER", help="where answers are kept"
    )
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for accuracy.*; by default models/ if all is run"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
