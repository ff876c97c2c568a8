"""Exports of Label Studio: JSON with annotations, and JSON-MIN."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from chude.errors import InputError
from chude.locale import N_
from chude.sources.source import BATCH_TEXTS, Batch

CHOICE = "topic"
"""Name of the choices in the labelling configuration, and of the column of the chosen labels."""


def is_export(path: str | os.PathLike[str]) -> bool:
    """Say whether a file is an export, by its name: a ``.json`` file with a named column of text may be a table."""
    return os.fspath(path).lower().endswith(".json")


def label_studio_batches(
    path: str | os.PathLike[str],
    topic: str = CHOICE,
    keep: Sequence[str] = (),
    text: str | None = None,
    title: str | None = None,
) -> Iterator[Batch]:
    """Read an export, one row for each task; the chosen label is in the kept column `topic`.

    If a task has several annotations, the last one that was not cancelled counts. A task without a choice has None; one
    without a text has an error.

    Parameters
    ----------
    path : path
        A JSON array of tasks: the export JSON (``annotations`` beside ``data``), or JSON-MIN (flat objects).
    topic : str
        Name of the choices.
    keep : sequence of str
        Fields of the tasks' data to keep as columns.
    text, title : str, optional
        Fields of the tasks' data, by default ``text`` and ``title``. A title goes in front of its text, unless the text
        begins with it already, as in tasks that chude wrote.

    Raises
    ------
    InputError
        If it is no such file.
    """
    shown = os.fspath(path)
    tasks = _tasks(shown)
    for start in range(0, len(tasks), BATCH_TEXTS):
        some = tasks[start : start + BATCH_TEXTS]
        batch = Batch()
        for number, task in enumerate(some, start + 1):
            batch.add(shown, number, *_text(_data(task), text or "text", title or "title"))
        batch.kept = {name: [_data(task).get(name) for task in some] for name in keep}
        batch.kept[topic] = [_choices(task, topic) for task in some]
        yield batch


def _tasks(path: str) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}") from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise InputError(
            f"{path} is not an export of Label Studio; export the project as JSON or JSON-MIN, or name the column of "
            "text with --text-column if it is another table"
        )
    return tasks


def _data(task: dict[str, Any]) -> dict[str, Any]:
    data = task.get("data", task)
    return data if isinstance(data, dict) else {}


def _text(data: dict[str, Any], text: str, title: str) -> tuple[str, None, str | None]:
    """Return the text of a task, that it was not decoded here, and its error."""
    body, heading = data.get(text), data.get(title)
    if not isinstance(body, str):
        return "", None, N_("task without a text")
    titled = isinstance(heading, str) and heading and not f"{body}\n".startswith(f"{heading}\n")
    return f"{heading}\n{body}" if titled else body, None, None


def _choices(task: dict[str, Any], topic: str) -> list[str] | None:
    """Return the chosen labels: one, several, or None."""
    if "data" not in task:
        chosen = task.get(topic)  # JSON-MIN
        if isinstance(chosen, dict):
            chosen = chosen.get("choices")
        return [chosen] if isinstance(chosen, str) else chosen if isinstance(chosen, list) else None
    annotations = task.get("annotations")
    for annotation in reversed(annotations if isinstance(annotations, list) else []):
        if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
            return _of_annotation(annotation, topic)
    return None


def _of_annotation(annotation: dict[str, Any], topic: str) -> list[str] | None:
    for result in annotation.get("result") or []:
        if isinstance(result, dict) and result.get("from_name") == topic and isinstance(result.get("value"), dict):
            choices = result["value"].get("choices")
            return choices if isinstance(choices, list) else None
    return None
