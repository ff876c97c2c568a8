"""What fuzzing found stays mended, and each target notices what it is there to notice."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from chude.decoding import Decoded
from chude.model import TopicModel
from chude.tokenizer import Tokenizer
from tools import sanitizing

from . import TARGETS, decoding, labelling, model_files, replay, scoring, tokenizing

FOUND = Path(__file__).with_name("found")


def test_seeds_and_findings_keep_every_promise_in_every_form_of_the_kernels(tmp_path: Path) -> None:
    assert {folder.name for folder in FOUND.iterdir()} <= set(TARGETS)
    for target in TARGETS:
        (tmp_path / target).mkdir()
        for number, seed in enumerate(import_module(f".{target}", __package__).seeds()):
            if number % 7 == 0:
                (tmp_path / target / f"seed-{number}").write_bytes(seed)
        if (FOUND / target).is_dir():
            shutil.copytree(FOUND / target, tmp_path / target, dirs_exist_ok=True)
    sanitized = sanitizing.build(sanitizing.FOLDER) if os.environ.get("CHUDE_SOAK") else None
    assert replay.differences({target: tmp_path / target for target in TARGETS}, sanitized) == []


def half_a_character(data: bytes, **_: Any) -> Decoded:
    return Decoded("Hà N\ud835", "utf-8")


def nearly(function: Callable[..., Any]) -> Callable[..., Any]:
    def token_places(*given: Any) -> Any:
        hashes, starts, stops = function(*given)
        return hashes, starts, stops + 1

    return token_places


def two_rows_short(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda source: list(function(source))[:-2]


def cut_off(function: Callable[..., Any]) -> Callable[..., Any]:
    def score_texts(*given: Any, **options: Any) -> Any:
        judged = function(*given, **options)
        probabilities = np.floor(1000 * judged.probabilities) / 1000  # rounded ones sum to 1 again, if luck has it
        return judged._replace(scores=np.round(judged.scores, 6), probabilities=probabilities)

    return score_texts


FAULTS: list[tuple[ModuleType, Any, str, Callable[..., Any]]] = [
    (decoding, decoding, "decode", lambda _: half_a_character),
    (tokenizing, tokenizing, "token_places", nearly),
    (tokenizing, Tokenizer, "spans", lambda function: lambda *given: function(*given)[1:]),
    (scoring, TopicModel, "score_texts", cut_off),
    (labelling, csv, "reader", two_rows_short),
    (model_files, TopicModel, "score_texts", cut_off),
    (model_files, TopicModel, "to_bytes", lambda _: lambda model: (_ for _ in ()).throw(ZeroDivisionError)),
]


@pytest.mark.parametrize(
    ("target", "place", "name", "fault"), FAULTS, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_a_fault_is_noticed(
    monkeypatch: pytest.MonkeyPatch, target: ModuleType, place: Any, name: str, fault: Callable[..., Any]
) -> None:
    seeds = list(target.seeds())[:12]
    for seed in seeds:
        target.check(seed)
    monkeypatch.setattr(place, name, fault(getattr(place, name)))

    def try_all() -> None:
        for seed in seeds:
            target.check(seed)

    with pytest.raises((AssertionError, ZeroDivisionError, ValueError)):
        try_all()


PLANTED = """
import sys
from fuzz import decoding, run
known = set(decoding.seeds())
def check(data):
    assert data in known, "planted"
decoding.check = check
run.main("decoding", sys.argv[1], "30")
"""


@pytest.mark.skipif(find_spec("atheris") is None, reason="needs atheris, which is for Linux")
@pytest.mark.parametrize("planted", [True, False])
def test_what_is_found_is_kept_and_said(tmp_path: Path, planted: bool) -> None:
    program = ["-c", PLANTED, str(tmp_path)] if planted else ["-m", "fuzz.run", "decoding", str(tmp_path), "1"]
    done = subprocess.run(
        [sys.executable, *program], cwd=replay.TESTS, env=os.environ | replay.MODES["plain"],
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    assert list((tmp_path / "corpus").iterdir())
    assert (done.returncode != 0) == planted, done.stderr[-3000:]
    assert len(list(tmp_path.glob("found-*"))) == planted
    assert ("AssertionError: planted" in done.stdout + done.stderr) == planted


def test_a_replay_tells_what_fails_and_what_differs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = {
        "compiled": {"t/a": [1.0, "x"], "t/b": [0.1], "t/c": {"failed": "Traceback"}},
        "plain": {"t/a": [1.0 + 1e-12, "x"], "t/b": [0.1003], "t/c": ["x"]},
        "sanitized": {"t/a": [1.0, "x"], "t/b": {"failed": "IndexError"}, "t/c": ["x"]},
    }
    monkeypatch.setattr(replay, "_replayed", lambda folders, mode, changed, scratch: told[mode])
    troubles = "\n".join(replay.differences({"t": tmp_path}, {"some": "where"}))
    assert "t/a" not in troubles
    assert "t/b: compiled [0.1], plain [0.1003]" in troubles
    assert "t/b, sanitized: IndexError" in troubles
    assert "t/c, compiled: Traceback" in troubles
