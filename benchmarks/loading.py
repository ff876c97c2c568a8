"""How long a model takes to load, in a fresh process, after what it needs is imported; against importing NumPy."""

import importlib
from functools import partial
from time import perf_counter

from benchmarks.corpus import Plan
from benchmarks.figures import Figures, Row
from benchmarks.peers import CHUDE
from benchmarks.workers import Result, Run, once

_MODULES = ("chude", "chude.model", "chude.model.model_file", "chude.bundled", "safetensors.numpy")
_HEADLINE = "Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào"


def loading(name: str) -> Run:
    """Import, and get ready to load."""
    start = perf_counter()
    importlib.import_module("numpy")
    numpy = perf_counter() - start
    for module in _MODULES:
        importlib.import_module(module)
    load = importlib.import_module("chude").load

    def run() -> Result:
        start = perf_counter()
        load(name).predict([_HEADLINE])
        first = perf_counter() - start
        # What is imported late is read with the first model, once in a process.
        start = perf_counter()
        model = load(name)
        loaded = perf_counter() - start
        model.predict([_HEADLINE])
        return {
            "load": loaded * 1e3,
            "answer": (perf_counter() - start) * 1e3,
            "first": first * 1e3,
            "numpy": numpy * 1e3,
        }

    return run


def loads(plan: Plan) -> list[Row]:
    """Load each bundled model."""
    from chude.bundled import model_names

    rows = []
    for name in model_names():
        once(partial(loading, name))  # the file is in the system's cache from here on
        measured = [once(partial(loading, name)) for _ in range(plan.runs)]
        load, answer, first = (Figures.of(CHUDE, "ms", measured, key) for key in ("load", "answer", "first"))
        numpy = Figures.of("import numpy", "ms", measured, "numpy")
        rows += [
            Row(f"load the model {name}", load, numpy),
            Row(f"load {name} and label one headline", answer, numpy),
            Row("the same, first in a process", first, numpy, note="late imports included"),
        ]
    return rows
