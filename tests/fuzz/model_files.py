"""Bytes to a model: one clear error, or a model that works and can be written again."""

import importlib.util
from collections.abc import Iterator
from functools import cache
from random import Random
from types import ModuleType
from typing import Any

import numpy as np

from chude import TopicModel
from chude.errors import ModelFileError

from . import inputs

TEXTS = ("Giá vàng hôm nay ở Hà Nội", "gia vang", "", "Đội tuyển bóng đá " * 3)


@cache
def _mutants() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", inputs.ROOT / "tests" / "model" / "mutants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _two_scorers() -> TopicModel:
    odd, learned = inputs.odd_model(), inputs.odd_model(1, 2, 0)
    return TopicModel("two", odd.topics, learned.accented, odd.accented, {"min": 0.5})


def seeds() -> Iterator[bytes]:
    for model in (inputs.odd_model(), inputs.odd_model(1, 1, 0), _two_scorers()):
        raw = model.to_bytes()
        yield raw
        yield from (_mutants().mutant(raw, number) for number in range(120))
    yield from (b"\x80\x04\x95", b"PK\x03\x04", b"\x1f\x8b\x08", b"{}", b"", b"\2\0\0\0\0\0\0\0{}")


def mutated(data: bytes, size: int, seed: int) -> bytes:
    """Mutate a file as one that knows what it is made of; as bytes where it is too broken for that."""
    random = Random(seed)
    try:
        changed: bytes = random.choice(_mutants().KINDS)(data, random)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, _mutants().struct.error):
        return data
    return changed if len(changed) <= size else data


def check(data: bytes) -> Any:
    model = _loaded(data)
    if model is None:
        return "refused"
    judged = model.score_texts(TEXTS)
    assert np.isfinite(judged.scores).all()
    assert np.allclose(judged.probabilities.sum(axis=1), 1)
    assert judged.probabilities.min() >= 0
    assert ((judged.coverage >= 0) & (judged.coverage <= 1)).all()
    again = TopicModel.from_bytes(model.to_bytes())
    assert np.array_equal(again.score_texts(TEXTS).scores, judged.scores)
    return [judged.probabilities.tolist(), judged.coverage.tolist(), judged.n_tokens.tolist()]


def _loaded(data: bytes) -> TopicModel | None:
    try:
        return TopicModel.from_bytes(data)
    except ModelFileError as error:
        said = str(error)
    assert 0 < len(said) < 700
    return None
