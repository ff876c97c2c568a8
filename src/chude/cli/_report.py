"""What is said of a run: its progress and its summary, on stderr for people, and as JSON for programs."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chude.cli._progress import progress_bar
from chude.errors import OutputError, reason
from chude.labelling.progress import Tally, Unwatched, Watch
from chude.locale import _, current, ngettext, number, sentence
from chude.sources.source import MOST_ENDINGS, Survey
from chude.topics import NOT_COVERED, NOT_NEWS, UNCERTAIN, UNKNOWN, kinds

if TYPE_CHECKING:
    from chude.labelling.model_protocol import ModelProtocol
    from chude.labelling.placing import Placed
    from chude.labelling.progress import State
    from chude.model.limits import Limits

_MANY_UNKNOWN = 1 / 3
"""Where a limit makes a larger share of the texts unknown, the summary says how to set it."""

_MOST_CAUSES = 5

_LIMITS = {UNCERTAIN: "min_probability", NOT_COVERED: "min_coverage", NOT_NEWS: "only_news"}
"""By the reason it gives: the name of a limit in the summary."""

_PATIENCE = 1.0
"""Seconds after which the progress bar appears."""


class ProgressWatch:
    """A progress bar over the bytes read, with the rate, the time left and the failures. It appears after a second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bar: Any = None
        self._total = self._read = self._start = 0

    def begin(self, survey: Survey, read: int) -> None:
        """Labelling begins."""
        self._began = time.monotonic()
        self._total, self._read = survey.size, read
        self._start = -1

    def step(self, tally: Tally, read: int) -> None:
        """Show the progress."""
        if self._start < 0:
            self._start = 0 if self._read == 0 else tally.texts
        self._read += read
        elapsed = time.monotonic() - self._began
        if self._bar is None and elapsed > _PATIENCE:
            self._bar = self._new_bar()
        if self._bar is not None:
            rate = (tally.texts - self._start) / max(elapsed, 1e-9)
            message = _(
                "{texts:,} texts, {rate:,.0f}/s, {failed:,} failed", texts=tally.texts, rate=rate, failed=tally.failed
            )
            done = min(self._read, self._total) if self._total else tally.texts  # of a pipe, no bytes are known
            self._bar.update(done - self._bar.pos, message)

    def _new_bar(self) -> Any:
        has_length = self._total > 0
        bar = progress_bar(_("Labelling"), self._total, lambda message: message or "", shows_time_left=has_length)
        return bar.__enter__()

    def end(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


def make_watch(*, quiet: bool) -> Watch:
    """Return a progress bar if stderr is a terminal."""
    return ProgressWatch() if sys.stderr.isatty() and not quiet else Unwatched()


def summary_of(state: "State", placed: "Placed | None", model: str, limits: "Limits", output: str) -> dict[str, Any]:
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


def topic_names(model: "ModelProtocol") -> dict[str, str]:
    """Return the names of topics as labelling shows them to people, by slug."""
    return {**{topic.slug: topic.vi for topic in model.topics}, UNKNOWN: _("unknown")}


def kind_names() -> dict[str, str]:
    """Return the names of kinds of text in the language of messages, by slug."""
    return {slug: kind.vi if current() == "vi" else kind.en for slug, kind in kinds().items()}


def show_summary(summary: dict[str, Any], names: Mapping[str, str]) -> None:
    """Print the summary to stderr, with the names of topics by their slugs."""
    texts, seconds = summary["texts"], summary["seconds"]
    lines = [
        ngettext(
            "{n:,} text in {seconds:,.1f} s ({rate:,.0f} a second) -> {output}",
            "{n:,} texts in {seconds:,.1f} s ({rate:,.0f} a second) -> {output}",
            texts,
            seconds=seconds,
            rate=summary["texts_per_second"],
            output=sentence(summary["output"]),
        )
    ]
    shown = {topic: names.get(topic, topic) for topic in summary["topics"]}
    width = max(map(len, shown.values()), default=0)
    for topic, count in summary["topics"].items():
        why = f"  ({_counted(summary['reasons'])})" if topic == UNKNOWN else ""
        lines.append(f"  {shown[topic]:<{width}}  {number(count):>9}  {number(count / texts, '.1%'):>7}{why}")
    lines.extend(_limits_said(summary))
    if summary["kinds"]:
        named = kind_names()
        counts = {named.get(slug, slug): count for slug, count in summary["kinds"].items()}
        lines.append(_("kinds: {counts}", counts=_counted(counts, "; ")))
    if summary["encodings"]:
        lines.append(_("encodings: {counts}", counts=_counted(summary["encodings"])))
    if summary["left_alone"]:
        lines.append(left_alone_line(summary["left_alone"]))
    if "placed" in summary:
        placed = _("files placed: {n:,}", n=summary["placed"])
        if summary["not_placed"]:
            placed = _("{placed}; left where they are: {counts}", placed=placed, counts=_counted(summary["not_placed"]))
        lines.append(placed)
    click.echo("\n".join(lines), err=True)


def _limits_said(summary: dict[str, Any]) -> Iterator[str]:
    """Say which limit makes many texts unknown, and how to set it."""
    read = summary["texts"] - summary["failed"]
    for why, name in _LIMITS.items():
        count, limit = summary["reasons"].get(why, 0), summary[name]
        if count > _MANY_UNKNOWN * read:
            yield _limit_said(why, limit).format(n=number(count), read=number(read), limit=number(limit, ".2g"))


def _limit_said(why: str, limit: float) -> str:
    if not limit:
        return _("{n} of {read} texts are unknown because the model knows none of their tokens")
    if why == UNCERTAIN:
        return _(
            "{n} of {read} texts are unknown because their best topic is less probable than {limit}; "
            "--min-probability sets another limit, 0 sets none"
        )
    if why == NOT_NEWS:
        return _(
            "{n} of {read} texts are unknown because the probability that they are news is less than {limit}; "
            "--only-news sets another limit"
        )
    return _(
        "{n} of {read} texts are unknown because the model knows a smaller share of their tokens than {limit}; "
        "--min-coverage sets another limit, 0 sets none"
    )


def left_alone_line(counts: Mapping[str, int]) -> str:
    """Say what a folder held beside the files that were read, and how to take that."""
    endings = [f"{ending or _('no ending')} {number(count)}" for ending, count in list(counts.items())[:MOST_ENDINGS]]
    if len(counts) > MOST_ENDINGS:
        endings.append(_("others"))
    return ngettext(
        "left alone {n:,} file: {endings} (to read every file: --include '*')",
        "left alone {n:,} files: {endings} (to read every file: --include '*')",
        sum(counts.values()),
        endings=", ".join(endings),
    )


def show_failures(summary: dict[str, Any]) -> None:
    """Print to stderr which texts could not be labelled, and why."""
    failed = summary["failed"]
    lines = [
        _(
            "chude: {failed:,} of {texts:,} texts could not be labelled: {counts}",
            failed=failed,
            texts=summary["texts"],
            counts=causes_said(summary["failures"]),
        )
    ]
    lines += [f"  {failure['text']}: {sentence(failure['error'])}" for failure in summary["first_failures"]]
    if failed > len(summary["first_failures"]):
        lines.append(_("  and {n:,} more: see the error column", n=failed - len(summary["first_failures"])))
    click.echo("\n".join(lines), err=True)


def causes_said(counts: Mapping[str, int]) -> str:
    """Return the causes of errors with their counts, the largest first, as part of a sentence; at most five causes."""
    largest = sorted(counts.items(), key=lambda each: -each[1])
    said = [f"{number(count)} x {sentence(cause)}" for cause, count in largest[:_MOST_CAUSES]]
    others = sum(count for _cause, count in largest[_MOST_CAUSES:])
    if others:
        said.append(_("{n:,} for other reasons", n=others))
    return "; ".join(said)


def _counted(counts: dict[str, int], sign: str = ", ") -> str:
    return sign.join(f"{sentence(name)} {number(count)}" for name, count in counts.items())
