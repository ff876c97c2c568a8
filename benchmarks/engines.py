"""Parquet to labels: by `chude label`, by Dask, by Spark; and where the time goes."""

import io
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree, which
from time import perf_counter, process_time, sleep
from typing import Any

from benchmarks.commands import chude_command, resident
from benchmarks.corpus import THREADS, Plan, load
from benchmarks.figures import Figures, Goal, Row
from benchmarks.peers import CHUDE, MODEL
from benchmarks.workers import Result, Run, alternate, compete, once, working

_ARTICLES, _FILES = 200_000, 8
_OVERHEAD = Goal("at most 1.15 x the time", 1.15, at_least=False)
_RATE = Goal("at least 1 / 1.15", 1 / 1.15)
_STAGES = ("read", "decompress and decode", "texts for Python", "label", "encode and write")


def engines(plan: Plan) -> list[Row]:
    """Parquet files to Parquet files of labels, with engines and without."""
    if find_spec("distributed") is None:
        raise RuntimeError("needs Dask: pip install 'chude[dask]'")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "in")
        count = int(once(partial(write_parquet, plan, folder))["texts"])
        rows = _commands(plan, folder, count) + _warm(plan, folder, count)
        return rows + _stages(plan, folder)


def write_parquet(plan: Plan, folder: Path) -> Run:
    """Write the test articles, over and over, into a few files."""

    def run() -> Result:
        import pyarrow as pa
        import pyarrow.parquet as pq

        texts = load(plan, "test").texts
        count = _ARTICLES // 50 if plan.quick or plan.samples else _ARTICLES
        folder.mkdir()
        for k in range(_FILES):
            numbers = range(k * count // _FILES, (k + 1) * count // _FILES)
            table = pa.table({"id": numbers, "text": [texts[i % len(texts)] for i in numbers]})
            pq.write_table(table, folder / f"part-{k:03}.parquet")
        return {"texts": count}

    return run


def _commands(plan: Plan, folder: Path, count: int) -> list[Row]:
    """The whole command, its start included, with Dask and without."""
    options = ("--text-column", "text", "--keep", "id", "--model", MODEL, "-q", "-o")
    given: list[str | Path] = [chude_command(), "label", folder, *options]
    out = folder.with_name("out")

    def label(*engine: str) -> Result:
        rmtree(out, ignore_errors=True)
        file = out if engine else out / "labels.parquet"
        file.parent.mkdir(exist_ok=True)
        before = _spent_by_children()
        result = resident([*given, file, *engine])
        return result | {"cpu": _spent_by_children() - before}

    label("--engine", "dask")  # warm the caches
    results = alternate({CHUDE: partial(label, "--engine", "dask"), "chude label": label}, plan.runs)
    rows = []
    for what, unit, key, goal in (
        ("time", "s", "seconds", _OVERHEAD),
        ("processor time", "s", "cpu", _OVERHEAD),
        ("peak of memory", "MB", "peak", None),
    ):
        ours = Figures.of("--engine dask", unit, results[CHUDE], key)
        theirs = Figures.of("chude label", unit, results["chude label"], key)
        rows.append(
            Row(f"Parquet to labels with Dask, {what}", ours, theirs, goal, f"{count:,} articles, with its start")
        )
    return rows


def _spent_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _warm(plan: Plan, folder: Path, count: int) -> list[Row]:
    """One and two workers that are already there, against local runs of one and two threads."""
    with ExitStack() as stack:
        makes: dict[str, Any] = {}
        for workers in (1, THREADS):
            address = stack.enter_context(dask_cluster(folder.parent / f"cluster-{workers}", workers))
            makes[f"Dask, {workers}"] = partial(on_dask, folder, count, address)
            makes[f"local, {workers}"] = partial(locally, folder, count, workers)
        if find_spec("pyspark") is not None and which("java") is not None:
            makes["Spark"] = partial(on_spark, folder, count)
        results = compete(makes, plan.runs)
    figures = {name: Figures.of(name, "articles/s", results[name], "rate") for name in makes}
    two = f", {THREADS}"
    rows = [
        Row("Parquet to labels, one Dask worker", figures["Dask, 1"], figures["local, 1"], _RATE),
        Row("Parquet to labels, two Dask workers", figures[f"Dask{two}"], figures[f"local{two}"], _RATE),
        Row("Parquet to labels, two Dask workers", figures[f"Dask{two}"], figures["Dask, 1"]),
    ]
    return rows + (
        [Row("Parquet to labels, Spark", figures["Spark"], figures[f"local{two}"])] if "Spark" in makes else []
    )


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[str]:
    """Start a scheduler and workers of one thread, each a process of its own; yield the address."""
    about = folder / "scheduler.json"
    folder.mkdir()
    start = [sys.executable, "-m", "dask"]
    here = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(about)]
    with ExitStack() as stack:

        def run(*command: str) -> None:
            process = subprocess.Popen([*start, *command, *here], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.kill)

        run("scheduler", "--port", "0")
        while not about.is_file():
            sleep(0.1)
        for _ in range(workers):
            run("worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        import json

        yield json.loads(about.read_text())["address"]


def on_dask(folder: Path, count: int, address: str) -> Run:
    """Get ready to label with the workers of a scheduler."""
    import chude.dask

    def run() -> Result:
        with tempfile.TemporaryDirectory() as out:
            start = perf_counter()
            chude.dask.label_parquet(folder, out, keep=["id"], model=MODEL, scheduler=address)
            return {"rate": count / (perf_counter() - start)}

    run()
    return run


def locally(folder: Path, count: int, threads: int) -> Run:
    """Get ready to label here."""
    import chude

    model = chude.load(MODEL)

    def run() -> Result:
        with tempfile.TemporaryDirectory() as out:
            start = perf_counter()
            chude.label_table(folder, keep=["id"], model=model, threads=threads).write(Path(out, "labels.parquet"))
            return {"rate": count / (perf_counter() - start)}

    run()
    return run


def on_spark(folder: Path, count: int) -> Run:
    """Get ready to label with a session of Spark on this machine."""
    from pyspark.sql import SparkSession

    import chude.spark

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.log.level": "ERROR"}
    spark = SparkSession.builder.master(f"local[{THREADS}]").config(map=settings).getOrCreate()

    def run() -> Result:
        with tempfile.TemporaryDirectory() as out:
            start = perf_counter()
            labels = chude.spark.label(spark.read.parquet(str(folder)), keep=["id"], model=MODEL)
            labels.write.parquet(str(Path(out, "labels")))
            return {"rate": count / (perf_counter() - start)}

    run()
    return run


def _stages(plan: Plan, folder: Path) -> list[Row]:
    with working({CHUDE: partial(staged, folder)}) as contestants:
        results = alternate(contestants, plan.runs)[CHUDE]
    return [
        Row(f"an article in Parquet, one thread: {name}", Figures.of(CHUDE, "µs", results, name)) for name in _STAGES
    ]


def staged(folder: Path) -> Run:
    """Get ready to take the steps from Parquet to labels one by one, with the processor time of each."""
    import pyarrow.parquet as pq

    import chude
    from chude.labelling.labeller import Labeller
    from chude.labelling.rules import Rules
    from chude.sinks.parquet_sink import ParquetSink
    from chude.sinks.schema import output_columns
    from chude.sinks.sink import SinkOptions
    from chude.sources.arrow import arrow_batches
    from chude.sources.options import SourceOptions

    labeller, options = Labeller(chude.load(MODEL), Rules(), threads=1), SourceOptions(text="text", keep=("id",))
    sink = ParquetSink(SinkOptions(columns=output_columns(["id"])))

    def run() -> Result:
        spent = dict.fromkeys(_STAGES, 0.0)
        count, at = 0, process_time()

        def lap(stage: str) -> None:
            nonlocal at
            now = process_time()
            spent[stage] += now - at
            at = now

        for path in sorted(folder.iterdir()):
            file = pq.ParquetFile(io.BytesIO(path.read_bytes()))
            lap("read")
            with tempfile.TemporaryDirectory() as out, tempfile.TemporaryFile() as body:
                for record_batch in file.iter_batches(512, columns=["text", "id"]):
                    lap("decompress and decode")
                    for batch in arrow_batches(record_batch, options, "-", 0):
                        lap("texts for Python")
                        labelled = labeller(batch)
                        lap("label")
                        body.write(sink.encode(labelled))
                        lap("encode and write")
                        count += len(batch)
                    lap("texts for Python")
                with Path(out, "labels").open("wb") as made:
                    sink.rewrite(body, made)
                lap("encode and write")
        return {stage: seconds / count * 1e6 for stage, seconds in spent.items()}

    run()
    return run
