"""How long a model takes to load, in a fresh process, after what it needs is imported."""

import importlib
from functools import partial
from time import perf_counter

from benchmarks.corpus import Plan
from benchmarks.figures import Figures, Goal, Row
from benchmarks.peers import CHUDE, MODEL
from benchmarks.workers import Result, Run, once

_MODULES = ("chude", "chude.model", "chude.model_file", "chude.bundled", "safetensors.numpy")


def loading(name: str) -> Run:
    """Import, and get ready to load."""
    for module in _MODULES:
        importlib.import_module(module)
    chude = importlib.import_module("chude")
    load = chude.load

    def run() -> Result:
        start = perf_counter()
        model = load(name)
        loaded = perf_counter()
        model.predict(["Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào"])
        answered = perf_counter()
        return {"load": (loaded - start) * 1e3, "answer": (answered - start) * 1e3}

    return run


def loads(plan: Plan) -> list[Row]:
    """Load each bundled model."""
    from chude.bundled import model_names

    rows = []
    for name in model_names():
        once(partial(loading, name))  # the file is in the system's cache from here on
        measured = [once(partial(loading, name)) for _ in range(plan.runs)]
        goal = Goal("at most 30 ms", 30.0, at_least=False) if name in ("news", MODEL) else None
        rows.append(Row(f"load the model {name}", Figures.of(CHUDE, "ms", measured, "load"), None, goal))
        figures = Figures.of(CHUDE, "ms", measured, "answer")
        rows.append(Row(f"load {name} and label one headline", figures, note="tables built, compiled loops read"))
    return rows
