"""What a reader gets: the texts, then two labels of each, and empty files for the answers."""

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.accuracy.reading import answers
from benchmarks.accuracy.reading.drawing import Drawn, Item, read_drawn, texts_of, write_drawn
from chude import topics
from chude.errors import InputError

SYLLABLES = 600
"""A longer text is cut after so many."""

PER_SHEET = 10
TEXTS, LABELS = "1-texts-{:02}.txt", "2-labels.txt"
KEY, ORDER = "key-do-not-open.json", "order.json"

_SYLLABLE = re.compile(r"\S+")


def order(n: int, seed: int) -> list[tuple[int, bool]]:
    """Return the places of the items, mixed, and whether the two labels of each change places."""
    rng = np.random.default_rng([n, seed])
    return list(zip(rng.permutation(n).tolist(), (rng.random(n) < 0.5).tolist(), strict=True))


def shown(item: Item, swapped: bool) -> tuple[str, str]:
    """Return labels A and B of an item."""
    first, second = item.labels
    return (second, first) if swapped else (first, second)


def write_texts(folder: Path, corpora: Path, drawn: Drawn, seed: int) -> None:
    """Begin a reading: write the texts and an empty file for the topics that would be acceptable.

    Raises
    ------
    InputError
        If the folder holds files.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} holds files already, maybe somebody's answers: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    texts = texts_of(corpora, drawn.items)
    parts = [_part(number, *texts[place]) for number, (place, _) in enumerate(order(len(texts), seed), 1)]
    for sheet, start in enumerate(range(0, len(parts), PER_SHEET), 1):
        text = "\n\n".join(parts[start : start + PER_SHEET])
        (folder / TEXTS.format(sheet)).write_text(f"{text}\n", encoding="utf-8")
    _write_empty(folder / answers.TOPICS, len(parts), ("item", "topics"))
    (folder / ORDER).write_text(json.dumps({"order": seed}) + "\n", encoding="utf-8")
    write_drawn(folder / KEY, drawn)


def open_labels(folder: Path, corpora: Path) -> None:
    """Go on to the second step, once the first is answered: write the labels, and remember the answers of the first."""
    drawn, mixed = drawn_and_order(folder)
    found = answers.read_topics(folder, len(mixed))
    titles = [title for title, _ in texts_of(corpora, drawn.items)]
    lines = []
    for number, (place, swapped) in enumerate(mixed, 1):
        a, b = (f"{label} ({topics.topic(label).vi})" for label in shown(drawn.items[place], swapped))
        lines.append(f"{number}. {titles[place]}\n   A: {a}\n   B: {b}\n")
    (folder / LABELS).write_text("\n".join(lines), encoding="utf-8")
    if not (folder / answers.VERDICTS).exists():
        _write_empty(folder / answers.VERDICTS, len(mixed), ("item", "acceptable", "better"))
    answers.remember(folder, found)


def drawn_and_order(folder: Path) -> tuple[Drawn, list[tuple[int, bool]]]:
    """Return what was drawn, and the order in which a reader sees it."""
    if not (folder / KEY).is_file():
        raise InputError(f"no reading was begun in {folder}: run `draw {folder}` first")
    drawn = read_drawn(folder / KEY)
    seed = json.loads((folder / ORDER).read_text(encoding="utf-8"))["order"]
    return drawn, order(len(drawn.items), seed)


def _part(number: int, title: str, text: str) -> str:
    syllables = list(_SYLLABLE.finditer(text))
    cut = ""
    if len(syllables) > SYLLABLES:
        text = text[: syllables[SYLLABLES - 1].end()]
        cut = f"\n[cut here: the first {SYLLABLES} of {len(syllables)} syllables]"
    return f"===== item {number} =====\n{title}\n\n{text.strip()}{cut}"


def _write_empty(path: Path, n: int, columns: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows([number, *[""] * (len(columns) - 1)] for number in range(1, n + 1))
