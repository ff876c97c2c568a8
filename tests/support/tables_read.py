"""Reads a table as every command does, for tests that compare it with another reader."""

from pathlib import Path
from typing import Any, NamedTuple

from chude.sources.inputs import Inputs
from chude.sources.options import SourceOptions

CASES = Path(__file__).parents[1] / "sources" / "cases"


class Read(NamedTuple):
    """A row as a source gives it."""

    path: str
    row: int | None
    text: str
    error: str | None
    kept: dict[str, Any]


def read(*inputs: Path | str, **options: Any) -> list[Read]:
    """Return every row of the inputs."""
    found = []
    with Inputs(inputs, SourceOptions(**options)).open() as opened:
        for task in opened.tasks():
            for batch in task.batches():
                kept = {
                    name: values if isinstance(values, list) else values.to_pylist()
                    for name, values in batch.kept.items()
                }
                for i in range(len(batch)):
                    values = {name: column[i] for name, column in kept.items()}
                    found.append(Read(batch.paths[i], batch.rows[i], batch.texts[i], batch.errors[i], values))
    return found
