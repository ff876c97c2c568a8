"""The picture of the modules shows the arrows that the code has, and all of them go down."""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools import house


def test_the_picture_is_not_older_than_the_code() -> None:
    assert not house.is_stale(), "run: python -m tools.house"
    assert re.fullmatch(r"\{.*\}svg", ElementTree.parse(house.PICTURE).getroot().tag)


def test_the_picture_does_not_depend_on_the_order_of_rooms() -> None:
    graph = house.arrows()
    assert house.draw(dict(sorted(graph.items()))) == house.draw(dict(sorted(graph.items(), reverse=True)))


def test_no_room_imports_from_one_above_it() -> None:
    graph = house.arrows()
    level = {room: i for i, row in enumerate(house.layers(graph)) for room in row}
    assert [(room, other) for room, others in graph.items() for other in others if level[other] >= level[room]] == []


def test_no_modules_import_from_each_other() -> None:
    TopologicalSorter(house.module_arrows()).prepare()  # names the modules of a circle


@pytest.mark.parametrize(
    "source",
    ["from chude.b.y import f", "def f():\n    from chude.b import y", "if TYPE_CHECKING:\n    import chude.b.y"],
)
def test_circles_of_modules_are_found(tmp_path: Path, source: str) -> None:
    for name, text in {"a/x.py": source, "b/y.py": "from chude.a.x import f", "b/__init__.py": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CycleError) as circle:
        TopologicalSorter(house.module_arrows(tmp_path)).prepare()
    assert {"a/x.py", "b/y.py"} == set(circle.value.args[1])


def test_kernels_decoding_and_tokenizer_know_nothing_of_what_is_above() -> None:
    graph = house.arrows()
    assert graph["kernels"] == graph["decoding"] == set()
    assert graph["tokenizer"] == {"kernels"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from chude.model import TopicModel", {"model"}),
        ("def f():\n    from chude.sources.files import read", {"sources"}),
        ("from chude import load", {"model"}),
        ("import chude\nx = chude.load()", {"model"}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from chude.model import TopicModel", set()),
        ("from chude.errors import ChudeError", set()),
    ],
)
def test_imports_are_found(tmp_path: Path, source: str, found: set[str]) -> None:
    for name, text in {"a/x.py": source, "model/y.py": "", "sources/files.py": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert house.arrows(tmp_path)["a"] == found


def test_circles_are_drawn_up_and_detours_left_out() -> None:
    circle = {"a": {"b"}, "b": {"a"}, "c": {"a", "b"}}
    assert sum(map(len, house.layers(circle))) == 3
    assert house.without_detours({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": {"b"}, "b": {"c"}, "c": set()}
    assert house._UP in house.draw(circle)
    assert house._UP not in house.draw({"a": {"b", "c"}, "b": {"c"}, "c": set()})
