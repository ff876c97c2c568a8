"""The summary of a run: on stderr for people, and as JSON for programs."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chude.errors import OutputError, reason
from chude.labelling.journal import State
from chude.labelling.rules import NOT_COVERED, UNCERTAIN
from chude.sinks.folders import Placed
from chude.sources.source import left_alone_said
from chude.topics import UNKNOWN

if TYPE_CHECKING:
    from chude.labelling.limits import Limits

_MANY_UNKNOWN = 1 / 3
"""Where a limit makes a larger share of the texts unknown, the summary says how to set it."""

_LIMITS = {
    UNCERTAIN: ("min_probability", "their best topic is less probable than {:.2g}"),
    NOT_COVERED: ("min_coverage", "the model knows a smaller share of their tokens than {:.2g}"),
}
"""By the reason it gives: the name of a limit in the summary, and what it says of a text."""


def summary_of(state: State, placed: Placed | None, model: str, limits: "Limits", output: str) -> dict[str, Any]:
    """Return the summary in values of JSON."""
    counts = state.tally.as_dict()
    first = counts.pop("first_failures")
    summary = {
        "model": model,
        **limits._asdict(),
        "output": output,
        **counts,
        "unknown": state.tally.topics[UNKNOWN],
        "failed": state.tally.failed,
        "left_alone": state.left_alone,
        "first_failures": [{"text": where, "error": error} for where, error in first],
        "seconds": round(state.seconds, 3),
        "texts_per_second": round(state.tally.texts / max(state.seconds, 1e-9), 1),
    }
    if placed is not None:
        summary["placed"] = placed.files
        summary["not_placed"] = dict(placed.left)
    return summary


def write_summary(path: str, summary: dict[str, Any]) -> None:
    """Write the summary to a file.

    Raises
    ------
    OutputError
        If it cannot be written. The labels are written at this point.
    """
    try:
        Path(path).write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"the labels are written, but not the summary: {path}: {reason(error)}") from error


def show_summary(summary: dict[str, Any]) -> None:
    """Print the summary to stderr."""
    texts, seconds = summary["texts"], summary["seconds"]
    lines = [
        f"{texts:,} texts in {seconds:,.1f} s ({summary['texts_per_second']:,.0f} a second) -> {summary['output']}"
    ]
    for topic, number in summary["topics"].items():
        why = f"  ({_counted(summary['reasons'])})" if topic == UNKNOWN else ""
        lines.append(f"  {topic:<16} {number:>9,}  {number / texts:6.1%}{why}")
    lines.extend(_limits_said(summary))
    if summary["encodings"]:
        lines.append(f"encodings: {_counted(summary['encodings'])}")
    if summary["left_alone"]:
        lines.append(left_alone_line(summary["left_alone"]))
    if "placed" in summary:
        left = f"; left where they are: {_counted(summary['not_placed'])}" if summary["not_placed"] else ""
        lines.append(f"files placed: {summary['placed']:,}{left}")
    click.echo("\n".join(lines), err=True)


def _limits_said(summary: dict[str, Any]) -> Iterator[str]:
    """Say which limit makes many texts unknown, and how to set it."""
    read = summary["texts"] - summary["failed"]
    for why, (name, said) in _LIMITS.items():
        number, limit = summary["reasons"].get(why, 0), summary[name]
        if number <= _MANY_UNKNOWN * read:
            continue
        because = "the model knows none of their tokens"
        if limit:
            because = f"{said.format(limit)}; --{name.replace('_', '-')} sets another limit, 0 sets none"
        yield f"{number:,} of {read:,} texts are {UNKNOWN} because {because}"


def left_alone_line(counts: Mapping[str, int]) -> str:
    """Say what a folder held beside the files that were read, and how to take that."""
    number = sum(counts.values())
    shown = "".join(f" --include '*{ending}'" for ending in list(filter(None, counts))[:1])
    return (
        f"left alone {number:,} {'file' if number == 1 else 'files'}: {left_alone_said(counts)}"
        f" (to take them, name them: --include '*.txt'{shown}; '*' is all)"
    )


def show_failures(summary: dict[str, Any]) -> None:
    """Print to stderr which texts could not be labelled, and why."""
    failed = summary["failed"]
    lines = [f"chude: {failed:,} of {summary['texts']:,} texts could not be labelled: {_counted(summary['failures'])}"]
    lines += [f"  {failure['text']}: {failure['error']}" for failure in summary["first_failures"]]
    if failed > len(summary["first_failures"]):
        lines.append(f"  and {failed - len(summary['first_failures']):,} more: see the error column")
    click.echo("\n".join(lines), err=True)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items())
