"""Folders are listed bytewise, whatever is in them."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.sources.folders import Patterns, Trouble, walk

TEXTS = Patterns(["*.txt"], [])


def listed(root: Path, patterns: Patterns = TEXTS, **kwargs: Any) -> list[str]:
    found = places(root, patterns, **kwargs)
    return [p if isinstance(p, str) else f"{p.path}!" for p in found]


def places(root: Path, patterns: Patterns = TEXTS, **kwargs: Any) -> Iterator[str | Trouble]:
    return chain.from_iterable(walk(str(root), patterns, **kwargs))


def fill(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return root


NAME = st.text(st.sampled_from("abấB.-_ ~Đ"), min_size=1, max_size=4).filter(lambda n: n.strip(". "))


@given(st.lists(st.tuples(NAME, NAME, NAME), max_size=12))
@settings(max_examples=60, deadline=None)
def test_order_is_bytewise_over_whole_paths(
    tmp_path_factory: pytest.TempPathFactory, names: list[tuple[str, ...]]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for depth, name in enumerate(names):
        path = root.joinpath(*name[: depth % 3]) / f"{name[2]}.txt"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x", encoding="utf-8")
        except OSError:  # a file of that name is there
            continue
    visible = [
        p for p in root.rglob("*.txt") if p.is_file() and not any(q.startswith(".") for q in p.relative_to(root).parts)
    ]
    assert listed(root) == sorted(map(str, visible), key=os.fsencode)


def test_hidden_ones_are_left_alone(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "d/.e/f.txt", "labels.csv.chude-run/g.txt")
    assert listed(tmp_path) == [str(tmp_path / "a.txt")]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.txt"], [], ["A.TXT", "nháp/c.txt", "x/d.txt", "x/y/d.txt"]),
        (["*.html", "*.txt"], ["nháp"], ["A.TXT", "b.html", "x/d.txt", "x/y/d.txt"]),
        (["x/*.txt"], [], ["x/d.txt", "x/y/d.txt"]),
        (["*"], ["*.txt", "x/y"], ["b.html", "x/e.csv"]),
        (["d.*"], ["x/d.txt"], ["x/y/d.txt"]),
    ],
)
def test_globs(tmp_path: Path, include: list[str], exclude: list[str], expected: list[str]) -> None:
    fill(tmp_path, "A.TXT", "b.html", "nháp/c.txt", "x/d.txt", "x/e.csv", "x/y/d.txt")
    found = [Path(p).relative_to(tmp_path).as_posix() for p in listed(tmp_path, Patterns(include, exclude))]
    assert found == expected


def test_circles_of_links_end_and_every_folder_is_listed_once(tmp_path: Path) -> None:
    fill(tmp_path, "a/1.txt", "b/2.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "b" / "to-a").symlink_to(tmp_path / "a")
    (tmp_path / "dead.txt").symlink_to(tmp_path / "dead.txt")
    assert listed(tmp_path) == [str(tmp_path / p) for p in ("a/1.txt", "b/2.txt", "dead.txt")]


def test_links_that_multiply_paths_do_not_multiply_texts(tmp_path: Path) -> None:
    for level in range(30):
        fill(tmp_path, f"{level:02}/t.txt")
    for level in range(29):
        for name in ("p", "q", "r"):
            (tmp_path / f"{level:02}" / name).symlink_to(tmp_path / f"{level + 1:02}")
    assert len(listed(tmp_path)) == 30


def test_a_link_to_a_hidden_folder_is_followed(tmp_path: Path) -> None:
    fill(tmp_path, ".store/1.txt")
    (tmp_path / "texts").symlink_to(tmp_path / ".store")
    assert listed(tmp_path) == [str(tmp_path / "texts" / "1.txt")]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text exist on Linux only")
def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    for name in (b"\xff.txt", b"\xe1\xba.txt", "ấ.txt".encode(), b"z.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    assert [os.fsencode(Path(p).name) for p in listed(tmp_path)] == [
        b"z.txt",
        b"\xe1\xba.txt",
        "ấ.txt".encode(),
        b"\xff.txt",
    ]


def test_a_folder_that_cannot_be_listed_has_its_place(tmp_path: Path, nobody: Callable[[], object]) -> None:
    fill(tmp_path, "a/1.txt", "b/2.txt", "c/3.txt")
    (tmp_path / "b").chmod(0)
    with nobody():  # type: ignore[attr-defined]
        found = list(places(tmp_path))
    (tmp_path / "b").chmod(0o755)
    assert found[0] == str(tmp_path / "a/1.txt")
    assert found[1] == Trouble(str(tmp_path / "b"), "folder cannot be listed: permission denied")
    assert found[2] == str(tmp_path / "c/3.txt")


def test_a_folder_that_goes_away_midway(tmp_path: Path) -> None:
    fill(tmp_path, "a/1.txt", "b/2.txt")
    found = places(tmp_path)
    assert next(found) == str(tmp_path / "a/1.txt")
    (tmp_path / "b/2.txt").unlink()
    (tmp_path / "b").rmdir()
    assert list(found) == [Trouble(str(tmp_path / "b"), "folder cannot be listed: no such file or directory")]


def test_own_output_is_no_input(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "out.txt", "sorted/xe/b.txt")
    avoid = frozenset({os.path.realpath(tmp_path / "out.txt"), os.path.realpath(tmp_path / "sorted")})
    assert listed(tmp_path, avoid=avoid) == [str(tmp_path / "a.txt")]


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_special_files_are_listed_when_their_names_match(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.txt")
        os.mkfifo("p.txt")
        os.mkfifo("p.pipe")
        assert listed(Path()) == ["./p.txt", "./s.txt"]
