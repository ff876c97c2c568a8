"""Measure and report; `make bench` runs all of it."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks import commands, engines, learning, loading, plot, report, throughput
from benchmarks.corpus import THREADS, NoCorpusError, Plan, path_of_vntc
from benchmarks.figures import Row
from benchmarks.peers import missing_fasttext
from benchmarks.workers import WorkerError

GROUPS: dict[str, Callable[[Plan], list[Row]]] = {
    "articles": throughput.articles,
    "short": throughput.short,
    "single": throughput.single,
    "threads": throughput.threads,
    "files": commands.files,
    "rows": commands.rows,
    "kinds": commands.kinds,
    "start": commands.start,
    "load": loading.loads,
    "memory": commands.memory,
    "training": learning.training,
    "rounding": learning.rounding,
    "engines": engines.engines,
    "clusters": engines.clusters,
}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    plan = Plan(options.runs or (3 if options.quick else 5), options.quick, options.samples)
    try:
        if not plan.samples:
            path_of_vntc()
    except NoCorpusError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    _same_processors()
    missing = missing_fasttext()
    left_out = [missing] if missing else []
    folder = options.output or (None if plan.quick or plan.samples or options.only else Path(__file__).parent)
    rows: list[Row] = []
    failed: list[str] = []
    for name in options.only or list(GROUPS):
        found, broken = measure(plan, name)
        rows, failed = rows + found, failed + broken
        if folder is not None:  # after each group, so that a run that is stopped has what it measured
            _write(folder, rows, left_out + failed, plan)
    print(report.as_markdown(rows, left_out + failed, plan))
    return 1 if failed else 0


def measure(plan: Plan, name: str) -> tuple[list[Row], list[str]]:
    """Measure a group of rows; what breaks down is told, and the others go on."""
    start = perf_counter()
    print(f"{name} ...", file=sys.stderr, flush=True)
    rows: list[Row] = []
    failed: list[str] = []
    try:
        rows = GROUPS[name](plan)
    except (WorkerError, RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        failed.append(f"{name}: {str(error).strip().splitlines()[-1]}")
    print(f"{name}: {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return rows, failed


def _write(folder: Path, rows: list[Row], left_out: list[str], plan: Plan) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(report.as_markdown(rows, left_out, plan), encoding="utf-8")
    (folder / "results.json").write_text(report.as_json(rows, left_out, plan), encoding="utf-8")
    plot.draw(rows, folder)


def _same_processors() -> None:
    """Give every contestant the same processors; children inherit them."""
    os.environ["RAYON_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(THREADS)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(GROUPS), metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--quick", action="store_true", help="every fiftieth article, three runs, for trying")
    parser.add_argument("--samples", action="store_true", help="the sample articles instead of VNTC-10, for trying")
    parser.add_argument("--runs", type=int, help="alternating runs (5)")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for results.*; by default benchmarks/ if all is run"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
