"""Draw the house: the rooms of ``src/chude`` and which imports which, ``python -m tools.house``.

The picture is ``docs/pictures/house.svg``. Rooms stand in layers, so that a room imports only from layers below; an
arrow that goes up would be a circle, and is drawn in another colour. The SVG holds the arrows as words too, for those
who cannot see it and for the test that it is not older than the code.
"""

import ast
import io
import re
import sys
from collections.abc import Container, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from chude import _HOMES
from tools.blocks import PICTURES, ROOT

SOURCE = ROOT / "src" / "chude"
PICTURE = PICTURES / "house.svg"
COMMON = ("errors", "atomic", "topics", "bundled", "locale", "processors")
"""Imported from almost everywhere: drawn as one room at the bottom, without arrows, which would hide all others."""
ROOMS = {
    "adapt": "classifier, adapt",
    "classifier": "classifier, adapt",
    "dask": "engines",
    "spark": "engines",
}
"""Modules at the root that are the front of a room, or make one together."""
DOORS = {("model", "explain")}
"""One-line methods of a room that open another one (`TopicModel.explain`): for those who use chude, and not drawn."""
FACADES = {("model/topic_model.py", "model/model_file.py")}
"""The same between modules of a room: `TopicModel.load` and `save`."""
LEFT_OUT = ("__init__", "__main__", "py")

_INK, _FILL, _RULE, _UP = "#1b1d21", "#eef2f7", "#6b7788", "#b3261e"
_BOX, _GAP = (1.72, 0.52), (0.42, 0.72)


def _common() -> list[str]:
    return [name for name in COMMON if (SOURCE / name).is_dir() or (SOURCE / f"{name}.py").is_file()]


def room_of(module: str) -> str:
    """Return the room of a module, given by its name below ``chude``."""
    first = module.partition(".")[0]
    return ROOMS.get(first, first)


def imports(path: Path) -> Iterator[str]:
    """Yield the modules of chude that a module imports, also inside functions, but not for type checking alone.

    A public name that is taken from ``chude`` itself counts as an import of the module where it lives.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_types = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.unparse(test.test)
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        if id(node) in only_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "chude":
            if node.module == "chude":
                yield from (_HOMES.get(alias.name, alias.name).removeprefix("chude.") for alias in node.names)
            else:
                yield node.module.removeprefix("chude.")
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "chude" and node.attr in _HOMES:
            yield _HOMES[node.attr].removeprefix("chude.")
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("chude.") for a in node.names if a.name.startswith("chude."))


def arrows(source: Path = SOURCE) -> dict[str, set[str]]:
    """Return, for each room, the rooms that it imports from.

    Parameters
    ----------
    source : Path
        The folder of the package.
    """
    rooms = {room_of(path.relative_to(source).parts[0].partition(".")[0]) for path in source.rglob("*.py")}
    found: dict[str, set[str]] = {room: set() for room in rooms - set(LEFT_OUT) - set(COMMON)}
    for path in source.rglob("*.py"):
        room = room_of(path.relative_to(source).parts[0].partition(".")[0])
        if room in found:
            found[room] |= {room_of(name) for name in imports(path) if _goes(room, room_of(name), found)}
    return found


def _goes(room: str, other: str, rooms: Container[str]) -> bool:
    return other in rooms and other != room and (room, other) not in DOORS


def module_arrows(source: Path = SOURCE) -> dict[str, set[str]]:
    """Return, for each module, the modules that it imports from: also inside functions, and for type checking alone.

    Modules are named by their files, as ``model/head.py``. `DOORS` and `FACADES` are left out.
    """
    files = {path.relative_to(source).as_posix(): path for path in source.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        others = {other for node in nodes for other in _modules_of(node, files)} - {name, ""}
        room = name.partition("/")[0]
        found[name] = {o for o in others if (room, o.partition("/")[0]) not in DOORS and (name, o) not in FACADES}
    return found


def _modules_of(node: ast.AST, files: Container[str]) -> Iterator[str]:
    """Yield the files that an import names: ``from chude.a import b`` is of a module b, if there is one, or of a."""
    if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "chude":
        yield from (_file_of(f"{node.module}.{a.name}", files) or _file_of(node.module, files) for a in node.names)
    elif isinstance(node, ast.Import):
        yield from (_file_of(a.name, files) for a in node.names if a.name.partition(".")[0] == "chude")


def _file_of(module: str, files: Container[str]) -> str:
    """Return the file of a module of chude; "" if there is none."""
    place = module.replace(".", "/").removeprefix("chude").removeprefix("/")
    return next((each for each in (f"{place}.py", f"{place}/__init__.py".lstrip("/")) if each in files), "")


def layers(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the rooms in layers, those that import nothing first; circles end in one layer."""
    left, found = dict(graph), list[list[str]]()
    while left:
        free = sorted(room for room, others in left.items() if not others & set(left) - {room})
        free = free or [min(left, key=lambda room: (len(left[room] & set(left)), room))]
        found.append(free)
        left = {room: others for room, others in left.items() if room not in free}
    return found


def without_detours(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the graph without arrows between rooms that a longer way joins too: a picture of all of them is a blot."""

    def reached(room: str, seen: set[str]) -> set[str]:
        for other in graph[room] - seen:
            seen.add(other)
            reached(other, seen)
        return seen

    return {
        room: {other for other in others if not any(other in reached(way, {way}) for way in others - {other})}
        for room, others in graph.items()
    }


def in_words(graph: Mapping[str, set[str]]) -> str:
    """Return the arrows as words."""
    return "; ".join(f"{room}: {', '.join(sorted(others)) or 'none'}" for room, others in sorted(graph.items()))


def draw(graph: Mapping[str, set[str]]) -> str:
    """Return the picture, as SVG."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch

    ways = [(room, other) for room, others in sorted(without_detours(graph).items()) for other in sorted(others)]
    centres, bends, (width, height) = _placed(layers(graph), ways)
    style: Any = {"svg.hashsalt": "chude", "svg.fonttype": "none", "font.family": "DejaVu Sans", "font.size": 12}
    with mpl.rc_context(style):
        figure = Figure(figsize=(width, height))
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
        axes.set_axis_off()

        def box(name: str, x: float, y: float, wide: float) -> None:
            patch = FancyBboxPatch(
                (x - wide / 2, y - _BOX[1] / 2), wide, _BOX[1], boxstyle="round,pad=0,rounding_size=0.1",
                facecolor=_FILL, edgecolor=_INK, linewidth=1.1, zorder=2,
            )  # fmt: skip
            axes.add_patch(patch)
            axes.text(x, y, name, ha="center", va="center", color=_INK, zorder=3)

        for room, other in ways:
            (x1, y1), (x2, y2) = centres[room], centres[other]
            colour = _RULE if y2 < y1 else _UP
            points = [(x1, y1 - _BOX[1] / 2), *bends.get((room, other), []), (x2, y2 + _BOX[1] / 2)]
            for start, end in pairwise(points):
                last = end == points[-1]
                arrow = {"arrowstyle": "-|>" if last else "-", "color": colour, "shrinkA": 0, "shrinkB": 0}
                axes.annotate("", xy=end, xytext=start, arrowprops=arrow, zorder=1)
        for room, (x, y) in centres.items():
            box(room, x, y, _BOX[0])
        box(f"used everywhere: {', '.join(_common())}", width / 2, 0.5, width - 2 * _GAP[0])
        return _svg(figure, graph)


Point = tuple[float, float]


def _placed(
    rows: list[list[str]], ways: list[tuple[str, str]]
) -> tuple[dict[str, Point], dict[tuple[str, str], list[Point]], Point]:
    """Return where rooms stand, where long arrows bend, and the size of the picture.

    The method is Sugiyama's: an arrow over several layers has a place in each of them, so that it passes no room; in
    each layer, places are ordered by the mean of their neighbours'.
    """
    level = {room: i for i, row in enumerate(rows) for room in row}
    places: list[list[str]] = [list(row) for row in rows]
    near: dict[str, list[str]] = {}
    bent: dict[tuple[str, str], list[str]] = {}
    for room, other in ways:
        names = [f"{room}>{other}>{i}" for i in range(level[room] - 1, level[other], -1)]
        for name, i in zip(names, range(level[room] - 1, level[other], -1), strict=True):
            places[i].append(name)
        bent[room, other] = names
        for a, b in pairwise([room, *names, other]):
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    at = {name: i - len(row) / 2 for row in places for i, name in enumerate(row)}
    for _ in range(40):
        for row in places:
            row.sort(key=lambda name: sum(at[each] for each in near.get(name, [name])) / len(near.get(name, [name])))
            left = -sum(_wide(name) for name in row) / 2
            for name in row:
                at[name] = left + _wide(name) / 2
                left += _wide(name)
    width = 2 * max(abs(at[name]) + _wide(name) / 2 for name in at) + _GAP[0]
    step = _BOX[1] + _GAP[1]
    point = {name: (at[name] + width / 2, 1.55 + i * step) for i, row in enumerate(places) for name in row}
    centres = {room: point[room] for room in level}
    return (
        centres,
        {way: [point[name] for name in names] for way, names in bent.items()},
        (width, 1.1 + len(rows) * step),
    )


def _wide(name: str) -> float:
    """Return the room that a place needs: that of a box, or a little for an arrow that passes."""
    return 0.5 if ">" in name else _BOX[0] + _GAP[0]


def _svg(figure: Any, graph: Mapping[str, set[str]]) -> str:
    data = io.BytesIO()
    figure.savefig(data, format="svg", metadata={"Date": None, "Creator": None})
    title = f"<title>The rooms of chude, and which imports from which</title>\n <desc>{in_words(graph)}</desc>"
    return re.sub(r"(<svg [^>]*>)", rf"\1\n {title}", data.getvalue().decode(), count=1)


def is_stale() -> bool:
    """Say whether the picture shows other arrows than the code has."""
    return f"<desc>{in_words(arrows())}</desc>" not in PICTURE.read_text(encoding="utf-8")


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(arrows()), encoding="utf-8")
    print(f"{PICTURE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
