"""Answers on disk, each known by what made it, so that a run can be stopped and nothing is fitted twice."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from benchmarks.accuracy.contestants import Answers, Contestant
from benchmarks.accuracy.tasks import Task

_CHUNK = 2_000


@dataclass(frozen=True, eq=False)
class Answered:
    """What a contestant answered in a task: its classes, and its answers by part and variant."""

    classes: tuple[str, ...]
    answers: dict[tuple[str, str], Answers]


def answered(
    task: Task,
    name: str,
    contestant: Contestant,
    folder: Path,
    progress: Callable[[str], None] = lambda step: None,  # noqa: ARG005
) -> Answered:
    """Return a contestant's answers in a task: from the folder, or made and put there."""
    made_of = f"{name} {contestant.made_of(task)} {task.digest}"
    key = blake2b(made_of.encode(), digest_size=8).hexdigest()
    path = folder / f"{task.name.replace('/', '-').replace(' ', '-')}-{name}-{key}.npz"
    if path.is_file():
        return _read(path)
    progress("learning")
    classes, answer = contestant.learn(task)
    found = {}
    for part, variant, texts in task.scored():
        progress(f"{part}, {variant}")
        chunks = [answer(texts[i : i + _CHUNK]) for i in range(0, len(texts), _CHUNK)]
        found[part, variant] = {column: np.concatenate([c[column] for c in chunks]) for column in chunks[0]}
    made = Answered(tuple(classes), found)
    _write(path, made)
    return made


def _write(path: Path, made: Answered) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {
        f"{part}|{variant}|{column}": values
        for (part, variant), answers in made.answers.items()
        for column, values in answers.items()
    }
    new = path.with_suffix(".new.npz")
    np.savez_compressed(new, classes=np.array(made.classes), **columns)  # type: ignore[arg-type]
    new.replace(path)


def _read(path: Path) -> Answered:
    answers: dict[tuple[str, str], Answers] = {}
    with np.load(path) as file:
        for name in file.files:
            if name != "classes":
                part, variant, column = name.split("|")
                answers.setdefault((part, variant), {})[column] = file[name]
        return Answered(tuple(file["classes"].tolist()), answers)
