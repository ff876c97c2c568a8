"""What the documentation shows: which command makes it, from what, and whether that has changed since.

``tools/blocks.toml`` lists the blocks of the pages and the pictures. ``python -m tools.blocks`` names those whose
inputs are not what they were made from, and ends with exit code 1 if there are any; it computes nothing but hashes.
"""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "tools" / "blocks.toml"
PICTURES = ROOT / "docs" / "pictures"
RECORD = PICTURES / "made-from.json"
"""The hash of each picture: a PNG file has no room for a comment that people read."""

_LENGTH = 12
_MARKER = re.compile(r"<!-- (?P<name>[\w-]+) \| made by: (?P<command>.+?) \| from: (?P<hash>\S+) -->")


@dataclass(frozen=True)
class Made:
    """A block of a page, or a picture: its entry in the table, and the files it is made from."""

    name: str
    made_by: str
    entry: dict[str, Any]
    inputs: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The hash of the entry and of all inputs."""
        found = sha256(json.dumps(self.entry, sort_keys=True).encode())
        for path in self.inputs:
            found.update(content(ROOT / path).encode())
        return found.hexdigest()[:_LENGTH]


def _made(table: dict[str, Any], kind: str, program: str) -> dict[str, Made]:
    sets = table["sets"]

    def files(names: list[str]) -> Iterator[str]:
        for name in names:
            yield from files(sets[name]) if name in sets else [name]

    return {
        name: Made(
            name,
            entry.get("made_by", f"python -m tools.{program} {name}"),
            entry,
            tuple(dict.fromkeys(files(entry["inputs"]))),
        )
        for name, entry in table[kind].items()
    }


def read_blocks(table: Path = TABLE) -> dict[str, Made]:
    """Return the blocks of pages by their names."""
    return _made(tomllib.loads(table.read_text(encoding="utf-8")), "blocks", "refresh")


def read_pictures(table: Path = TABLE) -> dict[str, Made]:
    """Return the pictures by their names."""
    return _made(tomllib.loads(table.read_text(encoding="utf-8")), "pictures", "pictures")


def content(path: Path) -> str:
    """Return a hash of a file, or of all files of a folder and their names.

    Of Python, docstrings, comments on lines of their own and blank lines do not count: they change nothing that a
    command prints.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder.
    """
    return _content(path, path.stat().st_mtime_ns if path.is_file() else 0)


@cache
def _content(path: Path, _changed: int) -> str:
    if path.is_dir():
        files = [each for each in sorted(path.rglob("*")) if each.is_file() and "__pycache__" not in each.parts]
        parts = [f"{each.relative_to(path).as_posix()} {content(each)}" for each in files if each.suffix != ".so"]
        return sha256("\n".join(parts).encode()).hexdigest()
    if path.suffix == ".py":
        return sha256(_code(path.read_text(encoding="utf-8")).encode()).hexdigest()
    return sha256(path.read_bytes()).hexdigest()


def _code(source: str) -> str:
    """Return the lines of Python that do something."""
    without = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            without |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = [line.strip() for number, line in enumerate(source.splitlines(), 1) if number not in without]
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def marker(made: Made) -> str:
    """Return the comment that stands before a block."""
    return f"<!-- {made.name} | made by: {made.made_by} | from: {made.digest} -->"


def pages() -> list[Path]:
    """Return the pages that may show blocks."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "models").glob("*.md")])


def fill(page: str, made: Made, shown: str) -> str:
    """Return a page with what a block shows now, and the hash of what it was made from; elsewhere as it was."""
    return re.sub(
        rf"<!-- {re.escape(made.name)} \|[^\n]*-->\n.*?<!-- end: {re.escape(made.name)} -->",
        lambda _: f"{marker(made)}\n{shown}\n<!-- end: {made.name} -->",
        page,
        flags=re.DOTALL,
    )


def names(page: str) -> list[str]:
    """Return the names of the blocks that a page shows."""
    return [found["name"] for found in _MARKER.finditer(page)]


def stale() -> list[str]:
    """Return a sentence for each block and each picture that is not made from what is there now."""
    blocks, found = read_blocks(), []
    for path in pages():
        name = path.relative_to(ROOT).as_posix()
        for seen in _MARKER.finditer(path.read_text(encoding="utf-8")):
            made = blocks.get(seen["name"])
            if made is None:
                found.append(f"{name}: {seen['name']} is not in tools/blocks.toml")
            elif seen["hash"] != made.digest:
                found.append(f"{name}: {made.name} was made from other inputs; run: {made.made_by}")
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    pictures = [picture for picture in read_pictures().values() if record.get(picture.name) != picture.digest]
    return found + [
        f"docs/pictures/{each.name}.png was made from other inputs; run: {each.made_by}" for each in pictures
    ]


if __name__ == "__main__":
    print("\n".join(stale()) or "nothing is stale")
    sys.exit(bool(stale()))
