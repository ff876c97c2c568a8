"""Each way to install from a checkout, by pip as a newcomer calls it; needs PyPI, and CHUDE_WAYS=1 asks for it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
ABOUT = "from chude.kernels.selection import COMPILED; import chude; print(COMPILED, chude.__file__)"
pytestmark = pytest.mark.skipif(not os.environ.get("CHUDE_WAYS"), reason="asks PyPI for 100 MB: CHUDE_WAYS=1")


class Way(NamedTuple):
    """What is different in an environment, and what must come of it."""

    compiled: bool
    path: Callable[[Path], str]
    variables: tuple[tuple[str, str], ...] = ()
    before: tuple[str, ...] = ()


def everything(scripts: Path) -> str:
    return f"{scripts}:{os.environ['PATH']}"


def no_programs(scripts: Path) -> str:
    return str(scripts)


HEADERS = sysconfig.get_path("include")
# A folder with nothing in it is mounted over the headers, for this one command and what it starts.
HIDDEN = ("unshare", "--mount", "sh", "-c", f'mount -t tmpfs none "{HEADERS}" && exec "$@"', "sh")
WAYS = {
    "a C compiler": Way(True, everything),
    "no C compiler, so Zig's from PyPI": Way(True, no_programs),
    "no headers": Way(False, everything, before=HIDDEN),
    "CHUDE_COMPILE=0": Way(False, everything, (("CHUDE_COMPILE", "0"),)),
}


def run(*command: str | Path, cwd: Path, environment: dict[str, str]) -> tuple[str, str]:
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, done.stderr


def labels(*command: str | Path, cwd: Path, environment: dict[str, str]) -> list[tuple[str, str, float]]:
    """Label the samples; return path, topic and probability of each."""
    options = ("label", ROOT / "data" / "samples", "--include", "*.txt", "--format", "jsonl")
    rows = map(json.loads, run(*command, *options, cwd=cwd, environment=environment)[0].splitlines())
    return sorted((row["path"], row["topic"], row["probability"]) for row in rows)


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """The environment without what decides about kernels, and without what would bring in this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("CHUDE_")}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which nothing was compiled."""
    copy = tmp_path_factory.mktemp("ways") / "checkout"
    ignored = shutil.ignore_patterns(".*", "build", "dist", "*.so", "built.*", "__pycache__", "tests", "benchmarks")
    shutil.copytree(ROOT, copy, ignore=ignored)
    shutil.copy(ROOT / ".gitignore", copy)
    return copy


@pytest.fixture(scope="module")
def expected(known: dict[str, str], checkout: Path) -> list[tuple[str, str, float]]:
    return labels(sys.executable, "-m", "chude", cwd=checkout.parent, environment=known | {"CHUDE_KERNELS": "compiled"})


@pytest.mark.parametrize("name", WAYS)
def test_it_installs_and_gives_the_same_topics(
    name: str, known: dict[str, str], checkout: Path, expected: list[tuple[str, str, float]], tmp_path: Path
) -> None:
    way = WAYS[name]
    if way.before and subprocess.run([*way.before, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("needs Linux and the right to mount")
    scripts = tmp_path / "venv" / "bin"
    venv.create(tmp_path / "venv", symlinks=True, with_pip=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(tmp_path / "venv")}))
    # What chude depends on comes from the environment of the tests, for it is the same in each way, and 600 MB.
    (site / "borrowed.pth").write_text("\n".join({sysconfig.get_path(key) for key in ("purelib", "platlib")}))
    environment = known | {"PATH": way.path(scripts)} | dict(way.variables)
    with tempfile.TemporaryDirectory() as scratch:
        pip = (
            scripts / "python",
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--ignore-installed",
            "--no-cache-dir",
            checkout,
        )
        run(*way.before, *pip, cwd=Path(scratch), environment=environment)
    assert not list(checkout.rglob("*.so")), "a wheel is not built in the checkout"
    about, said = run(scripts / "python", "-c", ABOUT, cwd=tmp_path, environment=environment)
    assert about.split() == [str(way.compiled), str(site / "chude" / "__init__.py")]
    assert ("chude runs slowly" in said) == (not way.compiled)
    found = labels(scripts / "chude", cwd=tmp_path, environment=environment)
    assert len(found) > 50
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    assert max(abs(one[2] - other[2]) for one, other in zip(found, expected, strict=True)) < 2e-6
