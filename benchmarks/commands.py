"""``chude label`` as a command: files on disk, the start, memory."""

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from benchmarks.corpus import SYLLABLES, Plan, load
from benchmarks.figures import Figures, Goal, Row
from benchmarks.peers import CHUDE, MODEL
from benchmarks.workers import Result, Run, alternate, once

_FILES_A_FOLDER = 1_000
_MANY_FILES = 5_000
"""Of fewer, what is left without the start is too short to measure."""

_LINES = 2_000_000
_START = "from chude.cli import main; main()"
_POLL = 0.05
_FIRST_STARTS = 3
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def timed(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Result:
    """Run a command to its end; Python keeps its bytecode, as it does for a package that is installed."""
    kept = {name: value for name, value in (environment or os.environ).items() if name != _NO_BYTECODE}
    start = perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, env=kept)
    seconds = perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return {"seconds": seconds}


def chude_command() -> str:
    """Return the path of the installed command."""
    found = shutil.which(CHUDE, path=str(Path(sys.executable).parent))
    if found is None:
        raise RuntimeError(f"there is no command chude beside {sys.executable}: install the project first")
    return found


def write_files(plan: Plan, folder: Path) -> Run:
    """Write the test articles, one a file."""

    def run() -> Result:
        texts = load(plan, "test").texts
        for i, text in enumerate(texts):
            part = folder / f"{i // _FILES_A_FOLDER:03d}"
            part.mkdir(exist_ok=True)
            (part / f"{i:06d}.txt").write_bytes(text.encode())
        return {"files": len(texts)}

    return run


def files(plan: Plan) -> list[Row]:
    """Files on disk to labels, against a loop that only opens and reads them."""
    with tempfile.TemporaryDirectory() as name:
        folder, single, output = Path(name, "articles"), Path(name, "one"), Path(name, "labels.csv")
        folder.mkdir()
        single.mkdir()
        count = once(partial(write_files, plan, folder))["files"]
        shutil.copy(next(folder.glob("*/*.txt")), single)

        def both(command: Callable[[Path], Sequence[str | Path]]) -> Result:
            """Time a command with its start, and what is left without the start that it needs for one file."""
            times = []
            for place in (single, folder):
                output.unlink(missing_ok=True)
                times.append(timed(command(place))["seconds"])
            return {"rate": count / times[1], "beyond": (count - 1) / (times[1] - times[0])}

        def label() -> Result:
            return both(lambda place: [chude_command(), "label", place, "-o", output, "--model", MODEL, "-q"])

        def read() -> Result:
            return both(lambda place: [sys.executable, Path(__file__).with_name("read_files.py"), place])

        label(), read()  # warm the cache
        results = alternate({CHUDE: label, "open and read": read}, plan.runs)
    rows = []
    kinds = {"rate": "with their starts", "beyond": "without their starts"}
    for key, said in list(kinds.items())[: 1 if count < _MANY_FILES else 2]:
        ours, theirs = (Figures.of(name, "files/s", measured, key) for name, measured in results.items())
        goal = Goal("at least 50 %", 0.5)
        rows.append(Row("files on disk to labels", ours, theirs, goal, f"{count:,.0f} files, {said}"))
    return rows


def write_rows(plan: Plan, lines: Path, table: Path) -> Run:
    """Write the test articles as the lines of a file, and as the rows of a Parquet table."""

    def run() -> Result:
        import pyarrow as pa
        import pyarrow.parquet

        texts = load(plan, "test").texts
        lines.write_text("".join(" ".join(text.split()) + "\n" for text in texts), encoding="utf-8")
        pyarrow.parquet.write_table(pa.table({"text": texts}), table)
        return {"texts": len(texts)}

    return run


def rows(plan: Plan) -> list[Row]:
    """Lines of a file and rows of Parquet to labels, against a loop that only reads and decodes them."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        lines, table, output = (Path(name, file) for file in ("lines.txt", "articles.parquet", "labels.csv"))
        count = once(partial(write_rows, plan, lines, table))["texts"]
        kinds = {"lines of a file": (lines, ["--lines"]), "rows of Parquet": (table, ["--text-column", "text"])}
        for what, (path, options) in kinds.items():
            label: list[str | Path] = [
                chude_command(),
                "label",
                path,
                *options,
                "-o",
                output,
                "--model",
                MODEL,
                "-q",
                "--restart",
            ]
            read: list[str | Path] = [sys.executable, Path(__file__).with_name("read_rows.py"), path]
            contestants = {CHUDE: partial(_rate, label, count), "read": partial(_rate, read, count)}
            for contestant in contestants.values():
                contestant()  # warms the cache
            results = alternate(contestants, plan.runs)
            ours, theirs = (Figures.of(name, "texts/s", measured, "rate") for name, measured in results.items())
            found.append(Row(f"{what} to labels", ours, theirs, None, f"{count:,.0f} articles, with their starts"))
    return found


def _rate(command: Sequence[str | Path], count: float) -> Result:
    return {"rate": count / timed(command)["seconds"]}


def start(plan: Plan) -> list[Row]:
    """One file, from the shell's prompt and back."""
    with tempfile.TemporaryDirectory() as name:
        one = Path(name, "one.txt")
        one.write_text("Giá vàng lập đỉnh mới, nhà đầu tư đổ xô mua vào\n", encoding="utf-8")
        warm = partial(timed, [chude_command(), "label", one, "--model", _default_model()])
        other = partial(timed, [sys.executable, "-c", "import sklearn.svm"])
        warm(), other()
        results = alternate({"chude label one.txt": warm, "import sklearn.svm": other}, plan.runs)
        starts = [_starts(one) for _ in range(1 if plan.quick else _FIRST_STARTS)]
    ours, theirs = (Figures.of(name, "s", measured, "seconds") for name, measured in results.items())
    first, later, nowhere = (Figures.of(name, "s", starts, name) for name in ("first", "a later one", "read-only"))
    twice = Goal("at most twice", 2.0, at_least=False)
    return [
        Row("start, one file labelled", ours, theirs, Goal("at most 0.2", 0.2, at_least=False)),
        Row("first start after an install", first, later, twice),
        Row("start where install, HOME and TMPDIR cannot be written to", nowhere, later, twice),
    ]


def _default_model() -> str:
    from chude.bundled import model_names

    return "news" if "news" in model_names() else MODEL


def _starts(one: Path) -> Result:
    """Run a copy of the package, laid out as an installed wheel is, for the first time and again."""
    import chude
    from chude.bundled import data_folder, models_folder

    with tempfile.TemporaryDirectory() as name:
        package = Path(name, "site", "chude")
        no_wheel_has = shutil.ignore_patterns("__pycache__", "*.pyx", "*.pxd", "*.h", "built.*.txt")
        shutil.copytree(Path(str(chude.__file__)).parent, package, ignore=no_wheel_has)
        for folder in (models_folder(), data_folder()):
            shutil.copytree(folder, package / folder.name, dirs_exist_ok=True)
        compileall.compile_dir(package, quiet=2)  # as pip does
        environment = os.environ | {"PYTHONPATH": str(package.parent)}
        command: list[str | Path] = [sys.executable, "-c", _START, "label", one, "--model", _default_model()]
        found = {key: timed(command, environment)["seconds"] for key in ("first", "a later one")}
        blocked = Path(name, "file")  # below a file not even root can write
        blocked.touch()
        nowhere = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(blocked / "folder"))
        for folder in (package, *package.rglob("*")):
            folder.chmod(0o555 if folder.is_dir() else 0o444)
        return found | {"read-only": timed(command, environment | nowhere)["seconds"]}


def write_lines(plan: Plan, path: Path, count: int) -> Run:
    """Write the beginnings of the test articles as lines, over and over."""

    def run() -> Result:
        lines = load(plan, "test", syllables=SYLLABLES).texts
        with path.open("w", encoding="utf-8") as file:
            for _ in range(count // len(lines)):
                file.writelines(line + "\n" for line in lines)
            file.writelines(line + "\n" for line in lines[: count % len(lines)])
        return {}

    return run


def resident(command: Sequence[str | Path]) -> Result:
    """Run a command; return its peak of resident memory in MB, and its seconds.

    The peak is the process's own (VmHWM): what its parent held before the start is not counted, as ``ru_maxrss`` does.
    """
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _high_water(process.pid))
            sleep(_POLL)
        if process.returncode:
            said = process.stderr.read().decode(errors="replace") if process.stderr else ""
            raise RuntimeError(f"{command} ended with {process.returncode}: {said}")
    return {"peak": peak, "seconds": perf_counter() - start}


def _high_water(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else 0.0


def memory(plan: Plan) -> list[Row]:
    """Resident memory of labelling a file of lines, and of one a tenth as long."""
    count = 40_000 if plan.quick else _LINES
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for lines, goal in ((count, Goal("at most 400 MB", 400.0, at_least=False)), (count // 10, None)):
            path, output = Path(name, f"{lines}.txt"), Path(name, f"{lines}.csv")
            once(partial(write_lines, plan, path, lines))
            command: list[str | Path] = [
                chude_command(),
                "label",
                path,
                "--lines",
                "-o",
                output,
                "--model",
                MODEL,
                "-q",
            ]
            measured = []
            for _ in range(1 if plan.quick else 3):
                output.unlink(missing_ok=True)
                measured.append(resident(command))
            rate = lines / median(result["seconds"] for result in measured)
            figures = Figures.of(CHUDE, "MB", measured, "peak")
            rows.append(Row(f"memory, {lines:,} lines", figures, None, goal, f"{rate:,.0f} lines/s"))
    return rows
