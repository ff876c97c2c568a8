"""What `chude.training` may not know, and that no room of learning imports another in a circle."""

import ast
from pathlib import Path

import chude

_FOLDER = Path(chude.__file__).parent
_ROOMS = ("adapt", "classifier", "training", "model", "evaluation", "vectorizer", "tokenizer", "kernels")


def _room(path: Path) -> str:
    return path.relative_to(_FOLDER).with_suffix("").parts[0]


def _imported(path: Path) -> set[str]:
    """Return the rooms that a module imports, also under TYPE_CHECKING and in functions."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return {name.split(".")[1] for name in names if name.startswith("chude.")}


def _edges() -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {room: set() for room in _ROOMS}
    for path in _FOLDER.rglob("*.py"):
        if _room(path) in edges:
            edges[_room(path)] |= _imported(path) & set(_ROOMS) - {_room(path)}
    return edges


def _reachable(room: str, edges: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges[room])
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += edges[at]
    return found


def test_training_knows_neither_the_estimator_nor_adapt() -> None:
    edges = _edges()
    assert {"adapt", "training"} <= edges["classifier"]  # the edges are found
    assert not {"adapt", "classifier", "evaluation"} & _reachable("training", edges)


def test_no_room_of_learning_is_in_a_circle() -> None:
    edges = _edges()
    assert [room for room in _ROOMS if room in _reachable(room, edges)] == []
