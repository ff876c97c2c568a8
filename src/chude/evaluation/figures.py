"""Figures of a report, by matplotlib, as SVG and PNG."""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from chude.errors import MissingExtraError
from chude.evaluation.learning_curve import LearningPoint
from chude.evaluation.scores import Evaluation
from chude.locale import _, number, written
from chude.pages.visible import visible

INK, MUTED, RULE, BLUE, ORANGE = "#1b1d21", "#5d6167", "#dedbd5", "#1f5f99", "#8f5400"

_LONGEST_NAME = 26

_STYLE: Any = {
    "font.family": "DejaVu Sans",  # it comes with matplotlib and has every Vietnamese letter
    "font.size": 11,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": RULE,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in the name of a topic is no formula
    "svg.hashsalt": "chude",  # the same figure gives the same file
    "figure.constrained_layout.use": True,
    "savefig.dpi": 144,
}


@contextmanager
def _axes(width: float, height: float) -> Iterator[tuple[Any, Any]]:
    """Yield a figure and its axes, drawn without a screen and without touching the user's settings."""
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("figures need matplotlib: pip install 'chude[report]'") from error
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # boxes are shown where the font lacks a script
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        yield figure, figure.add_subplot()


def _files(figure: Any) -> dict[str, bytes]:
    found = {}
    for ending, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
        data = io.BytesIO()
        figure.savefig(data, format=ending, metadata=metadata)
        found[ending] = data.getvalue()
    return found


def _titled(axes: Any, title: str, told: str) -> None:
    """Write a title above a figure, and below it a subtitle in a smaller font."""
    axes.set_title(title, loc="left", fontsize=13, fontweight="bold", color=INK, pad=24)
    line = axes.annotate(told, (0, 1), (0, 8), "axes fraction", "offset points", color=MUTED, fontsize=10)
    line.set_in_layout(False)  # the axes' title reserves the space


def _in_percent(*axes: Any) -> None:
    """Show the shares on an axis in per cent."""
    from matplotlib.ticker import PercentFormatter

    class Written(PercentFormatter):
        """Numbers as the language writes them."""

        def format_pct(self, x: float, display_range: float) -> str:
            return written(super().format_pct(x, display_range))

    for axis in axes:
        axis.set_major_formatter(Written(xmax=1, symbol=" %"))


def reliability_diagram(found: Evaluation) -> dict[str, bytes]:
    """Draw accuracy against predicted probability; return the files by their format."""
    bins = found.reliability
    with _axes(5.6, 5.2) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 4)))
        largest = max(each.texts for each in bins)
        sizes = [30 + 370 * each.texts / largest for each in bins]
        confidences, accuracies = [each.confidence for each in bins], [each.accuracy for each in bins]
        axes.plot(confidences, accuracies, color=BLUE, linewidth=1.5)
        axes.scatter(confidences, accuracies, s=sizes, color=BLUE, alpha=0.75, linewidths=0, clip_on=False, zorder=3)
        axes.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel=_("probability said"), ylabel=_("share that is right"))
        axes.set_aspect("equal")
        axes.text(0.66, 0.42, _("too sure"), color=MUTED, fontsize=10)
        axes.text(0.08, 0.55, _("not sure enough"), color=MUTED, fontsize=10)
        told = _("{n:,} texts in {bins} bins; the larger a dot, the more of them", n=len(found.truth), bins=len(bins))
        _in_percent(axes.xaxis, axes.yaxis)
        _titled(axes, _("Reliability"), told)
        return _files(figure)


def risk_coverage_curve(found: Evaluation) -> dict[str, bytes]:
    """Draw accuracy against the share of texts answered, the most confident first."""
    curve = found.risk_coverage
    chosen = np.unique(np.linspace(0, len(curve.coverage) - 1, 400).astype(int))
    with _axes(5.6, 4.2) as (figure, axes):
        axes.plot(curve.coverage[chosen], curve.accuracy[chosen], color=BLUE, linewidth=2)
        axes.set(xlim=(0, 1.01), xlabel=_("share of texts answered"), ylabel=_("accuracy of the answers"))
        axes.set_ylim(min(0.9, float(curve.accuracy.min())) - 0.02, 1.005)
        _in_percent(axes.xaxis, axes.yaxis)
        told = _("{n:,} texts, the most probable first", n=len(found.truth))
        _titled(axes, _("Accuracy of the surest answers"), told)
        return _files(figure)


def confusion_matrix(found: Evaluation, names: Sequence[str]) -> dict[str, bytes]:
    """Draw the share of each topic's texts by predicted topic; `names` are those of `confusion_labels`."""
    names = [name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…" for name in map(visible, names)]
    counts = found.confusion_matrix
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = max(5.6, 2.6 + 0.46 * len(names))  # room for the title
    with _axes(side, side + 0.5) as (figure, axes):
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.grid(visible=False)
        axes.set_xticks(range(len(names)), names, rotation=60, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel=_("said to be"), ylabel=_("is"))
        for (row, column), share in np.ndenumerate(shares):
            if share >= 0.005:
                colour = "white" if share > 0.55 else INK
                axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=8.5, color=colour)
        told = _("{n:,} texts; per cent of the texts of a row, empty below {least:.1f}", n=len(found.truth), least=0.5)
        _titled(axes, _("What is taken for what"), told)
        return _files(figure)


def learning_curve(points: Sequence[LearningPoint]) -> dict[str, bytes]:
    """Draw cross-validated scores against the number of training texts."""
    with _axes(5.6, 4.2) as (figure, axes):
        texts = [point.texts for point in points]
        axes.plot(texts, [point.accuracy for point in points], color=BLUE, marker="o", label=_("accuracy"))
        axes.plot(texts, [point.macro_f1 for point in points], color=ORANGE, marker="s", ls="--", label="macro-F1")
        axes.set(xlabel=_("texts learned from"), ylabel=_("score on texts held out"))
        axes.set_xlim(left=0)
        axes.legend(frameon=False)
        _in_percent(axes.yaxis)
        axes.xaxis.set_major_formatter(lambda value, _place: number(value, ",.0f"))
        told = _("{first:,} to {last:,} texts, scored by cross-validation", first=texts[0], last=texts[-1])
        _titled(axes, _("Learning curve"), told)
        return _files(figure)
