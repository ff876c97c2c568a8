"""Readings that are kept: row numbers and topics, and no text."""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.accuracy.reading import answers, sheets
from benchmarks.accuracy.reading.drawing import Drawn, as_json, read_drawn, write_drawn
from chude.errors import InputError

FOLDER = Path(__file__).resolve().parent.parent / "readings"
DRAWN = "drawn.json"
READERS = ("language model", "person")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Judgement:
    """What a reader says of an item.

    `topics`: acceptable, best first, written down before any label was seen; `acceptable`: those of the two labels that
    are, once they are seen; `better`: the better one of them, or None.
    """

    topics: tuple[str, ...]
    acceptable: tuple[str, ...]
    better: str | None


@dataclass(frozen=True)
class Reading:
    """All that one reader says, of the items in the order of the draw.

    `reader`: one of `READERS`; `day`: when the reading was kept, in ISO 8601.
    """

    name: str
    reader: str
    day: str
    judgements: tuple[Judgement, ...]


def read_answers(folder: Path) -> tuple[Drawn, list[Judgement]]:
    """Return what was drawn, and what a reader says of each item of it.

    Raises
    ------
    InputError
        If an answer is missing or not understood, or topics were changed after labels had been seen.
    """
    drawn, mixed = sheets.drawn_and_order(folder)
    topics, verdicts = answers.read_topics(folder, len(mixed)), answers.read_verdicts(folder, len(mixed))
    by_place = {}
    for (place, swapped), named, verdict in zip(mixed, topics, verdicts, strict=True):
        labels = sheets.shown(drawn.items[place], swapped)
        accepted = tuple(label for label, good in zip(labels, verdict.acceptable, strict=True) if good)
        by_place[place] = Judgement(named, accepted, None if verdict.better is None else labels[verdict.better])
    return drawn, [by_place[place] for place in range(len(mixed))]


def keep(folder: Path, name: str, reader: str, kept: Path = FOLDER, day: date | None = None) -> Path:
    """Check a reader's answers and keep them; return the file.

    Raises
    ------
    InputError
        If answers are missing or wrong, the name is taken, or other texts were drawn than for the readings kept.
    """
    if not _NAME.fullmatch(name) or f"{name}.json" == DRAWN:
        raise InputError(f"{name!r} is no name for a reading: expected small letters, digits and hyphens, not `drawn`")
    path = kept / f"{name}.json"
    if path.exists():
        raise InputError(f"{path} is kept already: choose another name, or delete it")
    drawn, found = read_answers(folder)
    kept.mkdir(parents=True, exist_ok=True)
    if not (kept / DRAWN).exists():
        write_drawn(kept / DRAWN, drawn)
    elif read_drawn(kept / DRAWN) != drawn:
        raise InputError(f"{folder} holds another draw than {kept / DRAWN}: readings of one draw are compared")
    head = {"reader": reader, "day": (day or date.today()).isoformat()}
    rows = [
        {
            "corpus": item.corpus,
            "row": item.row,
            "topics": said.topics,
            "acceptable": said.acceptable,
            "better": said.better,
        }
        for item, said in zip(drawn.items, found, strict=True)
    ]
    path.write_text(as_json(head, rows), encoding="utf-8")
    return path


def read_kept(kept: Path = FOLDER) -> tuple[Drawn | None, list[Reading]]:
    """Return what was drawn, None if nothing, and the readings that are kept, by name."""
    if not (kept / DRAWN).is_file():
        return None, []
    drawn = read_drawn(kept / DRAWN)
    paths = sorted(path for path in kept.glob("*.json") if path.name != DRAWN)
    return drawn, [_read(path, drawn) for path in paths]


def _read(path: Path, drawn: Drawn) -> Reading:
    found = json.loads(path.read_text(encoding="utf-8"))
    if [(row["corpus"], row["row"]) for row in found["items"]] != [(item.corpus, item.row) for item in drawn.items]:
        raise InputError(f"{path} is a reading of other texts than {path.parent / DRAWN} names: keep one draw only")
    judgements = tuple(
        Judgement(tuple(row["topics"]), tuple(row["acceptable"]), row["better"]) for row in found["items"]
    )
    return Reading(path.stem, found["reader"], found["day"], judgements)
