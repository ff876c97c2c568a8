"""The plot: how many articles, and how many short texts, a second."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.corpus import SYLLABLES, THREADS
from benchmarks.figures import Figures, Row
from benchmarks.peers import CHUDE
from benchmarks.report import number

_PANELS = {"articles, one list": "Articles a second", f"first {SYLLABLES} syllables, one list": "Short texts a second"}
_OURS, _OTHERS = "#0b5fa5", "#8a8f98"


def draw(rows: Sequence[Row], folder: Path) -> None:
    """Write ``results.png`` and ``results.svg``; nothing where no rates were measured."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    panels = {title: found for what, title in _PANELS.items() if (found := _contestants(rows, what))}
    if not panels:
        return
    sizes = [len(found) for found in panels.values()]
    height = 0.42 * sum(sizes) + 0.9 * len(sizes)
    figure, axes = plt.subplots(len(panels), 1, figsize=(8, height), height_ratios=sizes, squeeze=False)
    for axis, (title, found) in zip(axes[:, 0], panels.items(), strict=True):
        found.sort(key=lambda figures: figures.median)
        names = [_named(figures.name) for figures in found]
        rates = [figures.median for figures in found]
        colors = [_OURS if figures.name == CHUDE else _OTHERS for figures in found]
        bars = axis.barh(names, rates, color=colors)
        axis.bar_label(bars, labels=[number(rate) for rate in rates], padding=4)
        axis.set_xscale("log")
        axis.set_xlim(min(rates) / 3, max(rates) * 4)
        axis.set_title(f"{title} (logarithmic)", loc="left")
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    for ending in ("png", "svg"):
        figure.savefig(folder / f"results.{ending}", dpi=110)
    plt.close(figure)


def _named(name: str) -> str:
    """Return a contestant with the threads or processes that it labels a list on."""
    if name == CHUDE:
        return f"{name} ({THREADS} threads)"
    return name if "process" in name else f"{name} (1 thread)"


def _contestants(rows: Sequence[Row], what: str) -> list[Figures]:
    """Return ours and all others of the rows of one kind."""
    chosen = [row for row in rows if row.what == what]
    return [chosen[0].ours, *(row.theirs for row in chosen if row.theirs is not None)] if chosen else []
