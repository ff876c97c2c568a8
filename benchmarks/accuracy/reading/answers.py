"""Read and check what a reader answered."""

import csv
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from chude.errors import InputError
from chude.topics import TOPICS as TAXONOMY

TOPICS, VERDICTS, OPENED = "1-topics.csv", "2-verdicts.csv", "opened.json"
NONE, BOTH, EQUAL = "none", "both", "equal"
MOST_TOPICS = 3

_SLUGS = frozenset(topic.slug for topic in TAXONOMY)
_SEPARATOR = re.compile(r"[\s|;,]+")
_ACCEPTABLE = {"a": (True, False), "b": (False, True), BOTH: (True, True), NONE: (False, False)}
_BETTER = {"a": 0, "b": 1, EQUAL: None}

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Verdict:
    """What a reader says of labels A and B.

    `acceptable`: of each label; `better`: the place of the better one, None where they are equally good or bad.
    """

    acceptable: tuple[bool, bool]
    better: int | None


def read_topics(folder: Path, n: int) -> list[tuple[str, ...]]:
    """Return the topics that a reader found acceptable, best first, of items 1 to n.

    Raises
    ------
    InputError
        If an answer is missing or not understood, or has changed since the labels were opened.
    """
    found = _read(folder / TOPICS, n, _topics)
    opened = folder / OPENED
    if opened.is_file() and json.loads(opened.read_text(encoding="utf-8"))["topics"] != _digest(found):
        raise InputError(f"{folder / TOPICS} has changed since the labels were opened: put back what it held then")
    return found


def remember(folder: Path, found: Sequence[tuple[str, ...]]) -> None:
    """Write down what the topics were when the labels were opened, so that a change is noticed."""
    (folder / OPENED).write_text(json.dumps({"topics": _digest(found)}) + "\n", encoding="utf-8")


def read_verdicts(folder: Path, n: int) -> list[Verdict]:
    """Return what a reader says of the two labels of items 1 to n.

    Raises
    ------
    InputError
        If an answer is missing or not understood, or the labels have not been opened.
    """
    if not (folder / OPENED).is_file():
        raise InputError(f"the labels in {folder} have not been opened: fill in {TOPICS}, then run `open {folder}`")
    return _read(folder / VERDICTS, n, _verdict)


def _read(path: Path, n: int, understand: Callable[[dict[str, str]], Answer]) -> list[Answer]:
    if not path.is_file():
        raise InputError(f"{path} is not there: it holds a reader's answers")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {key: (value or "").strip().lower() for key, value in row.items() if key} for row in csv.DictReader(file)
        ]
    found: dict[int, Answer] = {}
    empty, wrong = [], []
    for row in rows:
        number = row.get("item", "")
        if not number.isdecimal() or not 1 <= int(number) <= n or int(number) in found:
            raise InputError(f"{path}: item {number!r}, expected each number from 1 to {n} once")
        if not all(row.values()):
            empty.append(number)
            continue
        try:
            found[int(number)] = understand(row)
        except ValueError as error:
            wrong.append(f"item {number}: {error}")
    if wrong:
        raise InputError(f"{path}: {'; '.join(wrong[:5])}" + (f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""))
    missing = [str(number) for number in range(1, n + 1) if number not in found]
    if missing:
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        raise InputError(f"{path}: no answer for items {', '.join(missing[:10])}{more}; `{NONE}` where nothing fits")
    return [found[number] for number in range(1, n + 1)]


def _topics(row: dict[str, str]) -> tuple[str, ...]:
    named = tuple(_SEPARATOR.split(row["topics"].strip()))
    if named == (NONE,):
        return ()
    if unknown := [name for name in named if name not in _SLUGS]:
        raise ValueError(f"{', '.join(unknown)} is no topic; the topics are {', '.join(sorted(_SLUGS))}, or `{NONE}`")
    if len(set(named)) < len(named) or len(named) > MOST_TOPICS:
        raise ValueError(f"{' '.join(named)}: expected one to {MOST_TOPICS} different topics, or `{NONE}`")
    return named


def _verdict(row: dict[str, str]) -> Verdict:
    if row["acceptable"] not in _ACCEPTABLE:
        raise ValueError(f"acceptable is {row['acceptable']!r}, expected A, B, {BOTH} or {NONE}")
    if row["better"] not in _BETTER:
        raise ValueError(f"better is {row['better']!r}, expected A, B or {EQUAL}")
    verdict = Verdict(_ACCEPTABLE[row["acceptable"]], _BETTER[row["better"]])
    if sum(verdict.acceptable) == 1 and verdict.better is not None and not verdict.acceptable[verdict.better]:
        raise ValueError(
            f"only {row['acceptable'].upper()} is acceptable, and {row['better'].upper()} is the better one"
        )
    return verdict


def _digest(found: Sequence[tuple[str, ...]]) -> str:
    return blake2b(json.dumps(found).encode(), digest_size=16).hexdigest()
