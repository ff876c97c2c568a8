"""Parquet to labels: by `chude label`, by Dask, by Spark; and where the time goes."""

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree, which
from time import perf_counter, process_time, sleep
from typing import Any, NamedTuple

from benchmarks.commands import chude_command
from benchmarks.corpus import THREADS, Plan, load
from benchmarks.figures import Figures, Row
from benchmarks.peers import CHUDE, MODEL
from benchmarks.workers import Result, Run, alternate, compete, once, working

_ARTICLES, _FILES = 200_000, 8
_GROUP_ROWS = 5_000
"""Rows of a row group: the one large file has several."""
_POLL = 0.1
_STAGES = ("read", "decompress and decode", "texts for Python", "label", "encode and write")
_UNITS = {"seconds": "s", "cpu": "s of processors", "peak": "MB"}
_LOCAL, _DASK, _SPARK = "chude label", "--engine dask", "Spark"


def engines(plan: Plan) -> list[Row]:
    """Parquet files to Parquet files of labels as commands, their starts included: engines against the local run."""
    found = []
    with _written(plan) as places:
        for place in (places.few, places.files):
            results = alternate({name: partial(_command, name, place.folder) for name in _installed()}, plan.runs)
            for name in list(results)[1:]:
                for key, unit in _UNITS.items():
                    ours, theirs = (Figures.of(one, unit, results[one], key) for one in (name, _LOCAL))
                    found.append(
                        Row(f"{place.n_articles:,} articles in Parquet to labels", ours, theirs, note=ours.name)
                    )
    return found


def clusters(plan: Plan) -> list[Row]:
    """The same with engines that are running already, and where the time goes."""
    with _written(plan) as places, ExitStack() as stack:
        address = stack.enter_context(dask_cluster(places.files.folder.with_name("cluster"), THREADS))
        makes: dict[str, Any] = {
            f"chude, {THREADS} threads": partial(locally, places.files, places.few),
            f"Dask, {THREADS} workers": partial(on_dask, places.files, places.few, address),
            f"Dask, {THREADS} workers, one file": partial(on_dask, places.one, places.few, address),
        }
        if _SPARK in _installed():
            makes[f"Spark, {THREADS} cores"] = partial(on_spark, places.files, places.few)
        results = compete(makes, plan.runs)
        local, *others = (Figures.of(name, "articles/s", results[name], "rate") for name in makes)
        rows = [Row("Parquet to labels, running already", figures, local, note=figures.name) for figures in others]
        return rows + _stages(plan, places.files.folder)


class Place(NamedTuple):
    """A folder of Parquet files, and the number of articles in them."""

    folder: Path
    n_articles: int


class Places(NamedTuple):
    """The same articles in some files and in one, and a few of them."""

    files: Place
    one: Place
    few: Place


def _installed() -> list[str]:
    if find_spec("distributed") is None:
        raise RuntimeError("needs Dask: pip install 'chude[dask]'")
    has_spark = find_spec("pyspark") is not None and which("java") is not None
    return [_LOCAL, _DASK, *([_SPARK] if has_spark else [])]


@contextmanager
def _written(plan: Plan) -> Iterator[Places]:
    """Write the articles into a folder that is removed at the end."""
    count = _ARTICLES // 50 if plan.quick or plan.samples else _ARTICLES
    with tempfile.TemporaryDirectory() as name:
        places = Places(
            Place(Path(name, "files"), count), Place(Path(name, "one"), count), Place(Path(name, "few"), 200)
        )
        for place, n_files in zip(places, (_FILES, 1, 1), strict=True):
            once(partial(write_parquet, plan, place, n_files))
        yield places


def write_parquet(plan: Plan, place: Place, n_files: int) -> Run:
    """Write the test articles, over and over, into so many files."""

    def run() -> Result:
        import pyarrow as pa
        import pyarrow.parquet as pq

        texts = load(plan, "test").texts
        place.folder.mkdir()
        for k in range(n_files):
            numbers = range(k * place.n_articles // n_files, (k + 1) * place.n_articles // n_files)
            table = pa.table({"id": numbers, "text": [texts[i % len(texts)] for i in numbers]})
            pq.write_table(table, place.folder / f"part-{k:03}.parquet", row_group_size=_GROUP_ROWS)
        return {}

    return run


def _command(name: str, folder: Path) -> Result:
    """Run a command to its end: its time, its processor time, the most memory of one of its processes."""
    out = folder.with_name("out")
    rmtree(out, ignore_errors=True)
    out.mkdir()
    label: list[str | Path] = [
        chude_command(),
        "label",
        folder,
        "--text-column",
        "text",
        "--keep",
        "id",
        "--model",
        MODEL,
        "-q",
        "-o",
    ]
    commands: dict[str, list[str | Path]] = {
        _LOCAL: [*label, out / "labels.parquet"],
        _DASK: [*label, out, "--engine", "dask"],
        _SPARK: [sys.executable, "-m", "benchmarks.spark_label", folder, out / "labels"],
    }
    return _watched(commands[name])


def _watched(command: Sequence[str | Path]) -> Result:
    """Run a command; return its seconds, and the processor time and the most memory of all its processes together."""
    import psutil

    start, spent, peak = perf_counter(), dict[int, float](), 0.0
    with psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            resident = 0.0
            for one in (process, *process.children(recursive=True)):
                with suppress(psutil.Error):  # it has just ended
                    times, memory = one.cpu_times(), one.memory_info()
                    spent[one.pid], resident = times.user + times.system, resident + memory.rss / 1e6
            peak = max(peak, resident)
            sleep(_POLL)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}")
    return {"seconds": perf_counter() - start, "cpu": sum(spent.values()), "peak": peak}


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


def on_dask(place: Place, few: Place, address: str) -> Run:
    """Get ready to label with the workers of a scheduler."""
    import chude.dask

    def label(folder: Path, out: str) -> None:
        chude.dask.label_parquet(folder, out, keep=["id"], model=MODEL, scheduler=address)

    return _rated(label, place, few)


def locally(place: Place, few: Place) -> Run:
    """Get ready to label here."""
    import chude

    model = chude.load(MODEL)

    def label(folder: Path, out: str) -> None:
        chude.label_table(folder, keep=["id"], model=model, threads=THREADS).write(Path(out, "labels.parquet"))

    return _rated(label, place, few)


def on_spark(place: Place, few: Place) -> Run:
    """Get ready to label with a session of Spark on this machine."""
    from benchmarks import spark_label

    spark = spark_label.session()
    return _rated(lambda folder, out: spark_label.label(spark, folder, Path(out, "labels")), place, few)


def _rated(label: Callable[[Path, str], None], place: Place, few: Place) -> Run:
    """Label a few articles, so that everything is loaded; return what labels all of them."""

    def seconds(folder: Path) -> float:
        with tempfile.TemporaryDirectory() as out:
            start = perf_counter()
            label(folder, out)
            return perf_counter() - start

    seconds(few.folder)
    return lambda: {"rate": place.n_articles / seconds(place.folder)}


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

    return run
