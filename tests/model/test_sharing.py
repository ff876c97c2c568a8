"""A model is shared by threads and processes, cannot be changed, and brings no heavy library."""

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from chude import Prediction, TopicModel


def equal(left: Prediction, right: Prediction) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


def test_threads_that_share_a_model_get_the_answers_of_one(samples_model: TopicModel, samples) -> None:
    fresh = TopicModel.from_bytes(samples_model.to_bytes())  # nothing of it is computed yet when the threads start
    texts = [*samples[0], *(text[:60] for text in samples[0]), *(text.upper() for text in samples[0][:9])]
    expected = [samples_model.score_texts([text]) for text in texts]
    gate = Barrier(32)

    def work(shift: int) -> bool:
        gate.wait()
        order = [(i + shift) % len(texts) for i in range(len(texts))]
        return all(equal(fresh.score_texts([texts[i]], threads=1), expected[i]) for i in order)

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(work, range(32)))


def _probabilities(model: TopicModel, texts: list[str]) -> np.ndarray:
    return model.predict_proba(texts)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")  # fork, as users do it
def test_a_model_survives_the_way_to_another_process(samples_model: TopicModel, samples, method: str) -> None:
    texts = samples[0][:4]
    expected = samples_model.predict_proba(texts)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
        assert np.array_equal(pool.submit(_probabilities, samples_model, texts).result(), expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_answers_with_the_model_it_was_born_with(samples_model: TopicModel, samples) -> None:
    expected = samples_model.predict(samples[0][:4]).tolist()
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def child() -> None:
        sender.send(samples_model.predict(samples[0][:4]).tolist())

    process = context.Process(target=child)
    process.start()
    assert receiver.poll(60)
    assert receiver.recv() == expected
    process.join()
    assert process.exitcode == 0


def test_pickles_hold_the_file_and_copies_are_equal(samples_model: TopicModel, samples) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        other = pickle.loads(pickle.dumps(samples_model, protocol))
        assert other.to_bytes() == samples_model.to_bytes()
    assert equal(copy.deepcopy(samples_model).score_texts(samples[0]), samples_model.score_texts(samples[0]))
    assert b"chude.model.scorer" not in pickle.dumps(samples_model)


def arrays_of(thing: Any, name: str = "model") -> Iterator[tuple[str, np.ndarray]]:
    if isinstance(thing, np.ndarray):
        yield name, thing
    elif is_dataclass(thing) or hasattr(thing, "_fields"):
        names = {f.name for f in fields(thing)} | set(vars(thing)) if is_dataclass(thing) else set(thing._fields)
        for field in sorted(names):
            yield from arrays_of(getattr(thing, field), f"{name}.{field}")


@pytest.mark.parametrize("kind", ["learned", "loaded", "made"])
def test_nothing_in_a_model_can_be_changed(samples_model: TopicModel, make_model, kind: str) -> None:
    model = {
        "learned": lambda: samples_model,
        "loaded": lambda: TopicModel.from_bytes(samples_model.to_bytes()),
        "made": make_model,
    }[kind]()
    model.score_texts(["giá vàng", "gia vang"])
    assert len(model.accented.terms) == len(model.accented.idf)
    assert model.classes_.shape == (len(model.topics),)
    found = dict(arrays_of(model))
    assert len(found) > 15
    assert [name for name, array in found.items() if array.flags.writeable] == []
    for frozen, name in ((model, "name"), (model.accented, "idf"), (model.accented.whole.calibration, "slope")):
        with pytest.raises(FrozenInstanceError):
            setattr(frozen, name, None)
    with pytest.raises(TypeError):
        model.about["name"] = "other"
    with pytest.raises(TypeError):
        model.accented.terms[0] = "other"


def test_what_a_model_was_made_of_stays_the_callers(make_model) -> None:
    model = make_model()
    idf, about = model.accented.idf.copy(), {"a": 1}
    other = TopicModel("other", list(model.topics), replace(model.accented, idf=idf), about=about)
    before = other.predict_proba(["giá vàng"])
    idf[:] = 0
    about["a"] = 2
    assert np.array_equal(other.predict_proba(["giá vàng"]), before)
    assert other.about["a"] == 1


def test_answers_belong_to_the_caller(make_model) -> None:
    model = make_model()
    judged = model.score_texts(["", "giá vàng"])
    before = [column.copy() for column in judged]
    for column in judged:
        column[:] = 0
    assert equal(model.score_texts(["", "giá vàng"]), Prediction(*before))


def test_loading_and_judging_bring_no_heavy_library(samples_model_file: Path) -> None:
    program = """
import sys
import chude
model = chude.load(sys.argv[1])
model.predict(["Giá vàng lập đỉnh mới", "gia vang"])
model.top(["Giá vàng"], 2)
print([m for m in ("sklearn", "pandas", "underthesea", "pyarrow", "joblib") if m in sys.modules])
"""
    run = subprocess.run(
        [sys.executable, "-c", program, str(samples_model_file)], capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout.strip() == "[]"
