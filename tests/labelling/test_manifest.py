"""A manifest is read as it was written, and names every option that differs."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chude.errors import InputError
from chude.labelling.job import Job
from chude.labelling.manifest import Manifest, OutputOptions
from chude.labelling.rules import Rules
from chude.sources.inputs import Inputs
from chude.sources.options import SourceOptions
from chude.sources.source import Survey

NAMES = st.lists(st.text(min_size=1, max_size=5), max_size=3, unique=True).map(tuple)
SOURCES = st.builds(
    SourceOptions,
    include=NAMES,
    exclude=NAMES,
    lines=st.booleans(),
    encoding=st.sampled_from([None, "tcvn3", "UTF-8"]),
    mend=st.booleans(),
    max_size=st.integers(1, 1 << 40),
)
RULES = st.builds(
    Rules,
    top=st.integers(0, 9),
    min_probability=st.floats(0, 1),
    min_coverage=st.none() | st.floats(0, 1),
    also=st.none() | st.floats(0, 1),
    iptc=st.booleans(),
)
OUTPUTS = st.builds(OutputOptions, format=st.sampled_from(["csv", "jsonl"]), bom=st.booleans(), move=st.booleans())
OPTIONS = st.tuples(SOURCES, RULES, OUTPUTS)


def manifest(model: Any, source: SourceOptions, rules: Rules, output: OutputOptions) -> Manifest:
    return Manifest.of(Job(Inputs(["a\udcff", "b"], source), model, rules), output)


@given(OPTIONS, OPTIONS)
@settings(deadline=None)
def test_what_differs_is_named(model: Any, first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    was, now = manifest(model, *first), manifest(model, *second)
    again = Manifest.from_json(was.of_inputs(Survey(2, 10, 2, "abc")).to_json())
    assert again == dataclasses.replace(was, fingerprint="abc", files=2)
    different = [
        field.name
        for one, other in zip(first, second, strict=True)
        for field in dataclasses.fields(one)
        if getattr(one, field.name) != getattr(other, field.name)
    ]
    if not different:
        again.require_same(now)
        return
    with pytest.raises(InputError) as error:
        again.require_same(now)
    assert f"something else ({', '.join(different)})" in str(error.value)


def test_another_model_other_inputs_another_chude(model: Any) -> None:
    was = manifest(model, SourceOptions(), Rules(), OutputOptions(format="csv"))
    for field, value, said in (
        ("model", "0" * 64, "model"),
        ("given", ["c"], "inputs"),
        ("version", "0", "version of chude"),
    ):
        with pytest.raises(InputError, match=rf"something else \({said}\)"):
            was.require_same(dataclasses.replace(was, **{field: value}))  # type: ignore[arg-type]


def test_inputs_that_have_changed(model: Any) -> None:
    was = manifest(model, SourceOptions(), Rules(), OutputOptions(format="csv")).of_inputs(Survey(1200, 1, None, "abc"))
    was.require_unchanged(Survey(1200, 1, None, "abc"))
    with pytest.raises(InputError, match="1,200 files then, 7 now"):
        was.require_unchanged(Survey(7, 1, None, "def"))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"given": []}', json.dumps({"a": 1}).encode()])
def test_what_is_no_manifest_is_a_sentence(tmp_path: Path, tree: Any, model: Any, data: bytes) -> None:
    from chude.errors import OutputError
    from chude.labelling.api import label_files

    folder = tmp_path / "o.csv.chude-run"
    folder.mkdir()
    (folder / "manifest.json").write_bytes(data)
    labels = label_files(tree(2), model=model)
    with pytest.raises(OutputError, match=r"is damaged .* start over with --restart"):
        labels.write(tmp_path / "o.csv", resume=True)
    labels.write(tmp_path / "o.csv", restart=True)
    assert not folder.exists()
