"""Inputs, model and options of a run. It can be resumed only with the same ones."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chude.errors import InputError
from chude.labelling.job import Job
from chude.labelling.rules import Rules
from chude.sources.options import SourceOptions
from chude.sources.source import Survey

_VERSION = "3"
"""Increased when a newer chude labels something differently, or writes another manifest."""
_NAMES = {"version": "version of chude", "given": "inputs", "kind_model": "model of kinds"}
_LOOKED_AT = ("fingerprint", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """The output that a run was asked for, as its manifest records it.

    Parameters
    ----------
    format : str
    bom : bool
        With a byte order mark.
    sort_into : bool
        Files are sorted into folders afterwards.
    move : bool
        Files are moved instead of copied.
    """

    format: str
    bom: bool = False
    sort_into: bool = False
    move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Inputs, model and options of a run, as JSON values.

    Parameters
    ----------
    given : list of str
        The inputs as they were given.
    model : str
        SHA-256 of the model.
    kind_model : str or None
        SHA-256 of the model of kinds, if the run uses it.
    source, rules, output : dict
        Fields of `SourceOptions`, `Rules` and `OutputOptions`.
    not_resumable_reason : str or None
    version : str
    fingerprint, files : str, int
        Of the inputs, from the survey.
    """

    given: list[str]
    model: str
    kind_model: str | None
    source: dict[str, Any]
    rules: dict[str, Any]
    output: dict[str, Any]
    not_resumable_reason: str | None
    version: str = _VERSION
    fingerprint: str = ""
    files: int = 0

    @classmethod
    def of(cls, job: Job, output: OutputOptions) -> "Manifest":
        """Return the manifest of a new run; its inputs are not read yet."""
        source = job.source
        return cls(
            given=list(source.given),
            model=hashlib.sha256(job.model.to_bytes()).hexdigest(),
            kind_model=kind_digest(job.rules),
            source=as_json(source.options),
            rules=as_json(job.rules),
            output=as_json(output),
            not_resumable_reason=source.not_resumable_reason,
        )

    def of_inputs(self, survey: Survey) -> "Manifest":
        """Return the manifest with the fingerprint and the number of inputs."""
        return dataclasses.replace(self, fingerprint=survey.fingerprint, files=survey.files)

    def to_json(self) -> bytes:
        """Return the manifest as JSON."""
        return json.dumps(dataclasses.asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """Read a manifest.

        Raises
        ------
        ValueError
            If it is damaged, or was written by a version of chude that had other fields.
        """
        try:
            return cls(**json.loads(data))
        except TypeError as error:
            raise ValueError(f"not a manifest of this version of chude: {error}") from None

    def require_same(self, asked: "Manifest") -> None:
        """Check that a resumed run has the same inputs, model and options; the content of the inputs does not count.

        Raises
        ------
        InputError
            If they differ; the message names the options.
        """
        different = list(_differences(dataclasses.asdict(self), dataclasses.asdict(asked)))
        if different:
            raise InputError(
                f"the unfinished run was asked for something else ({', '.join(different)}): "
                "give the same options, or start over with --restart"
            )

    def require_unchanged(self, survey: Survey) -> None:
        """Check that the inputs have not changed since the run began.

        Raises
        ------
        InputError
            If they have.
        """
        if self.fingerprint != survey.fingerprint:
            raise InputError(
                f"the inputs have changed since the run began ({self.files:,} files then, {survey.files:,} now; "
                "sizes or times of change may differ): put them back, or start over with --restart"
            )


def kind_digest(rules: Rules) -> str | None:
    """Return the SHA-256 of the model of kinds, None if a run does not need it."""
    if not rules.tells_kinds:
        return None
    from chude.labelling.kinds import kind_model  # imports NumPy, which --help does not need

    return hashlib.sha256(kind_model().to_bytes()).hexdigest()


def as_json(options: SourceOptions | Rules | OutputOptions) -> dict[str, Any]:
    """Return the fields of options as JSON values: tuples as lists."""
    fields: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(options)))
    return fields


def _differences(unfinished: dict[str, Any], asked: dict[str, Any]) -> Iterator[str]:
    for name, now in asked.items():
        was = unfinished[name]
        if name in _LOOKED_AT or was == now:
            continue
        if isinstance(now, dict):
            yield from (option for option in {**was, **now} if was.get(option) != now.get(option))
        else:
            yield _NAMES.get(name, name)
