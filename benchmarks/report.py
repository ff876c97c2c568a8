"""The report: a table for people, JSON for programs."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.corpus import Plan
from benchmarks.figures import Figures, Row

_PACKAGES = (
    "chude", "numpy", "scikit-learn", "scipy", "underthesea", "underthesea_core", "fasttext-numpy2-wheel",
)  # fmt: skip
_HEAD = (
    "| what | chude | against | | chude : other (lowest to highest) | to reach | reached |\n"
    "|---|--:|---|--:|--:|---|---|"
)


def machine() -> dict[str, Any]:
    """Say what this machine is, and which versions were measured."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    used = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": model,
        "processors": os.cpu_count(),
        "processors_used": used,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def as_json(rows: Sequence[Row], left_out: Sequence[str], plan: Plan) -> str:
    """Return everything measured, each run's figures included."""
    report = {
        "machine": machine(),
        "runs": plan.runs,
        "texts": plan.name,
        "rows": [row.as_json() for row in rows],
        "left_out": list(left_out),
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def as_markdown(rows: Sequence[Row], left_out: Sequence[str], plan: Plan) -> str:
    """Return the table."""
    on = machine()
    versions = ", ".join(f"{name} {number}" for name, number in on["versions"].items())
    lines = [
        "# Measured",
        "",
        f"Medians of {plan.runs} runs in turns (fewer where the table says so), {on['date']}; {on['processor']}, "
        f"{on['processors_used']} of {on['processors']} processors, {on['system']}, Python {on['python']}; {versions}.",
        f"Texts: {'VNTC-10, official split' if not plan.samples else 'the sample articles'}"
        f"{', every fiftieth article only' if plan.quick and not plan.samples else ''}. "
        "A ratio is the median of the runs' ratios; what slows the machine down for a while slows both sides.",
        "",
        _HEAD,
        *(_line(row, plan.runs) for row in rows),
    ]
    if left_out:
        lines += ["", "Left out:", "", *(f"- {reason}" for reason in left_out)]
    return "\n".join(lines) + "\n"


def _line(row: Row, runs: int) -> str:
    notes = [row.note] if row.note else []
    if len(row.ours.values) != runs:
        notes.append(f"{len(row.ours.values)} {'run' if len(row.ours.values) == 1 else 'runs'}")
    what = f"{row.what} ({'; '.join(notes)})" if notes else row.what
    theirs = ("", "") if row.theirs is None else (row.theirs.name, said(row.theirs))
    ratio = ""
    if row.ratios:
        low, middle, high = (number(value) for value in (min(row.ratios), median(row.ratios), max(row.ratios)))
        ratio = f"{middle} ({low} to {high})"
    goal = row.goal.text if row.goal else ""
    met = {None: "", True: "yes", False: "**no**"}[row.met]
    return f"| {what} | {said(row.ours)} | {theirs[0]} | {theirs[1]} | {ratio} | {goal} | {met} |"


def said(figures: Figures) -> str:
    """Return a median with its unit."""
    return f"{number(figures.median)} {figures.unit}"


def number(value: float) -> str:
    """Return a number with three digits, or all those before its point."""
    if abs(value) >= 100:
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
