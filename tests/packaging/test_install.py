"""What is built holds what it should and nothing else, and works where the checkout is not."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from chude.kernels import freshness
from chude.kernels.selection import COMPILED
from chude.topics import TOPICS

ROOT = Path(__file__).parents[2]
SHIPPED = {"src/chude": "chude", "models": "chude/models", "data": "chude/data"}
LEFT_BEHIND = {"__pycache__", "build", "dist", "reports"}
KERNELS = "chude/kernels/compiled/"
SOURCES = (".pyx", ".pxd", ".h")
JUNK = (
    "src/chude/__pycache__/errors.pyc",
    "src/chude/kernels/compiled/gone.cpython-39-x86_64-linux-gnu.so",
    "src/chude/.mypy_cache/3.11/cache.db",
    "models/.news.safetensors.q1w2e3",
    "data/.DS_Store",
    "benchmarks/.cache/vnexpress.joblib",
    "tests/__pycache__/conftest.pyc",
    "corpora/vnexpress.parquet",
    "reports/evaluation.html",
    "dist/chude-0.0.1.tar.gz",
)
ABOUT = """
import json, chude.bundled, chude.topics
print(json.dumps({
    "package": chude.__file__,
    "version": chude.__version__,
    "models": sorted(path.name for path in chude.bundled.models_folder().iterdir()),
    "topics": [[topic.slug, topic.vi, topic.en] for topic in chude.topics.TOPICS],
}))
"""
# Runs the command line, and says which files it opened to write, which programs it started and which compilers it has.
WATCHED = """
import json, os, sys
done = []
def watch(event, values):
    if event == "open" and values[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and values[0] != os.devnull:
        done.append(f"opened {values[0]} to write")
    elif event in {"os.exec", "os.fork", "os.mkdir", "os.posix_spawn", "os.rename", "os.system", "subprocess.Popen"}:
        done.append(f"{event} {values}")
    elif event == "compile" and "chude" in str(values[1]):
        done.append(f"compiled {values[1]}")
sys.addaudithook(watch)
from chude.cli import main
try:
    main()
finally:
    done += [name for name in ("Cython", "llvmlite", "numba", "setuptools", "ziglang") if name in sys.modules]
    print(json.dumps(done), file=sys.stderr)
"""
NOWHERE = str(Path(os.devnull, "nowhere"))
PIP = (sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--quiet")
OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    return run_and_listen(*command, cwd=cwd, **environment)[0]


def run_and_listen(*command: str | Path, cwd: Path, **environment: str) -> tuple[str, str]:
    """Return what a command prints, and what it says on standard error."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH" and not key.startswith("CHUDE_")}
    done = subprocess.run(
        command, cwd=cwd, env=kept | environment, capture_output=True, encoding="utf-8", check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, done.stderr


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    built = f"src/{KERNELS}" in name and not name.endswith((".py", *SOURCES))
    return LEFT_BEHIND.isdisjoint(parts) and not any(part.startswith(".") for part in parts) and not built


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """A copy of the checkout in which people have worked, compiled kernels and all, and which files are ours."""
    copy = tmp_path_factory.mktemp("work") / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".*cache", "build"))
    names = {name for name in files_below(copy) if ours(name)}
    for name in JUNK:
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not for others")
    return copy, names


@pytest.fixture(scope="module")
def wheel(checkout: tuple[Path, set[str]]) -> Path:
    return built_wheel(checkout[0], checkout[0].parent / "wheel")


@pytest.fixture(scope="module")
def plain_wheel(checkout: tuple[Path, set[str]]) -> Path:
    return built_wheel(checkout[0], checkout[0].parent / "plain-wheel", CHUDE_COMPILE="0")


@pytest.fixture(scope="module")
def sdist(checkout: tuple[Path, set[str]]) -> Path:
    folder = checkout[0].parent / "sdist"
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=checkout[0])
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def wheel_of_sdist(sdist: Path) -> Path:
    return built_wheel(sdist, sdist.parents[1] / "wheel-of-sdist")


def built_wheel(source: Path, folder: Path, **environment: str) -> Path:
    run(*PIP, "wheel", *OFFLINE, "--wheel-dir", folder, source, cwd=folder.parent, **environment)
    (path,) = folder.iterdir()
    return path


class Environment:
    """A fresh environment in which chude is installed; what it depends on comes from the one that runs the tests."""

    def __init__(self, folder: Path, *what: str | Path, **environment: str) -> None:
        venv.create(folder / "venv", symlinks=os.name != "nt")
        self.folder = folder
        self._scripts = Path(self._path("scripts"))
        borrowed = dict.fromkeys(sysconfig.get_paths()[key] for key in ("purelib", "platlib"))
        self.site = Path(self._path("purelib"))
        # A line of a .pth file is put behind this environment's own packages, and .pth files there are not read, so
        # the running environment's own chude stays out of the way.
        (self.site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
        pip = (*PIP, "--python", self._scripts / "python", "install", "--ignore-installed", *OFFLINE)
        run(*pip, *what, cwd=folder, **environment)

    def chude(self, *arguments: str | Path, **environment: str) -> str:
        # No compiler and no other program is on the PATH.
        return run(self._scripts / "chude", *arguments, cwd=self.folder, PATH=str(self._scripts), **environment)

    def python(self, script: str, *arguments: str | Path, **environment: str) -> tuple[str, str]:
        """Run a script; return what it prints, and what it says on standard error."""
        return run_and_listen(self._scripts / "python", "-c", script, *arguments, cwd=self.folder, **environment)

    def about(self) -> dict[str, Any]:
        about: dict[str, Any] = json.loads(self.python(ABOUT)[0])
        return about

    def _path(self, name: str) -> str:
        root = str(self.folder / "venv")
        return sysconfig.get_path(name, scheme="venv", vars={"base": root, "platbase": root, "installed_base": root})


@pytest.fixture
def outside(tmp_path: Path, samples_folder: Path) -> Path:
    """A folder with an article in it, and nothing of the checkout near."""
    assert not tmp_path.is_relative_to(ROOT)
    article = min((samples_folder / "the-thao").glob("*.txt"))
    shutil.copy(article, tmp_path / "bài báo.txt")
    return tmp_path


def models_among(names: set[str]) -> set[str]:
    """Names of the files of the folder `models`, out of those of a checkout."""
    return {name.removeprefix("models/") for name in names if name.startswith("models/")}


def check(environment: Environment, package: Path, models: set[str], **variables: str) -> None:
    """Label a text, list the models, look at the taxonomy."""
    rows = environment.chude("label", "bài báo.txt", "--format", "jsonl", **variables)
    assert json.loads(rows)["topic"] == "the-thao"
    listed = environment.chude("models", **variables)
    assert all(f"{Path(file).stem}   " in listed for file in models if file.endswith(".safetensors"))
    about = environment.about()
    assert Path(about["package"]).parent == package
    assert environment.chude("--version") == f"chude {about['version']}\n"
    assert about["topics"] == [[topic.slug, topic.vi, topic.en] for topic in TOPICS]
    assert {name for name in about["models"] if ours(name)} == models


def test_the_wheel_holds_the_package_the_models_and_the_data_and_nothing_else(
    wheel: Path, checkout: tuple[Path, set[str]]
) -> None:
    wanted = {
        place + name.removeprefix(top)
        for name in checkout[1]
        for top, place in SHIPPED.items()
        if name.startswith(f"{top}/") and not name.endswith(SOURCES)
    }
    if COMPILED:
        kernels = [path.stem for path in (ROOT / "src" / KERNELS).glob("*.pyx")]
        wanted |= {f"{KERNELS}{name}{freshness.SUFFIX}" for name in (freshness.SHARED, *kernels)}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == wanted
    assert wheel.name.endswith("-py3-none-any.whl") != COMPILED
    assert {"chude/py.typed", "chude/data/topics.toml", "chude/data/kinds.toml"} <= held
    ends = (".safetensors", ".toml", ".md")
    assert {f"chude/models/{name}{end}" for name in ("kind", "news", "vntc") for end in ends} <= held
    assert wheel.stat().st_size < 25e6


def test_the_sdist_holds_what_tests_need_and_nothing_that_was_left_behind(
    sdist: Path, checkout: tuple[Path, set[str]]
) -> None:
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert held - checkout[1] == {"PKG-INFO", ".gitignore"}
    assert checkout[1] - held == set()


def test_the_sdist_gives_the_same_wheel(wheel: Path, wheel_of_sdist: Path) -> None:
    assert wheel_of_sdist.name == wheel.name
    assert wheel_of_sdist.read_bytes() == wheel.read_bytes()


def test_a_wheel_without_compiled_kernels_is_for_any_python_and_gives_the_same_topics(
    plain_wheel: Path, checkout: tuple[Path, set[str]], outside: Path
) -> None:
    assert plain_wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(plain_wheel) as archive:
        assert [name for name in archive.namelist() if name.startswith(KERNELS)] == [f"{KERNELS}__init__.py"]
    environment = Environment(outside, plain_wheel)
    check(environment, environment.site / "chude", models_among(checkout[1]))
    said = environment.python("import chude; chude.load()")[1]
    assert said.startswith("chude runs slowly: its loops are not compiled for this Python (")
    assert said.count("\n") == 1
    assert environment.python("import chude; chude.load()", CHUDE_KERNELS="plain")[1] == ""


def test_the_first_start_does_no_more_than_a_later_one(
    wheel: Path, checkout: tuple[Path, set[str]], outside: Path
) -> None:
    """It writes nothing, starts nothing and compiles nothing, so that it needs no folder that it could write to."""
    environment = Environment(outside, wheel)
    package = environment.site / "chude"
    before = {path: path.stat().st_mtime_ns for path in (outside / "venv").rglob("*")}
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "LOCALAPPDATA"), NOWHERE)
    rows, said = environment.python(WATCHED, "label", "bài báo.txt", "--format", "jsonl", **places)
    assert json.loads(rows)["topic"] == "the-thao"
    assert json.loads(said.splitlines()[-1]) == []
    assert "chude runs slowly" in said or COMPILED
    assert {path: path.stat().st_mtime_ns for path in (outside / "venv").rglob("*")} == before
    check(environment, package, models_among(checkout[1]), **places)


def test_the_wheel_of_the_sdist_works(wheel_of_sdist: Path, checkout: tuple[Path, set[str]], outside: Path) -> None:
    environment = Environment(outside, wheel_of_sdist)
    check(environment, environment.site / "chude", models_among(checkout[1]))


def test_an_editable_install_works(checkout: tuple[Path, set[str]], outside: Path) -> None:
    environment = Environment(outside, "--editable", checkout[0])
    assert not (environment.site / "chude").exists()
    check(environment, checkout[0] / "src" / "chude", models_among(checkout[1]))
    script = "from chude.kernels.selection import COMPILED; print(COMPILED)"
    assert environment.python(script)[0] == f"{COMPILED}\n"
    if COMPILED:
        assert environment.python(script)[1] == ""


def test_metadata_names_the_command_and_every_extra(wheel: Path) -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    with zipfile.ZipFile(wheel) as archive:
        texts = {PurePosixPath(name).name: name for name in archive.namelist() if ".dist-info/" in name}
        metadata = archive.read(texts["METADATA"]).decode("utf-8").splitlines()
        commands = archive.read(texts["entry_points.txt"]).decode("utf-8")
    assert "LICENSE" in texts
    assert {f"Provides-Extra: {extra}" for extra in project["optional-dependencies"]} <= set(metadata)
    assert "chude = chude.cli:main" in commands
