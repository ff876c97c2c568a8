"""What is imported is declared, and what is declared is locked."""

import ast
import re
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import compiling

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, BUILD = PYPROJECT["project"], PYPROJECT["build-system"]
EXTRAS = {
    name: [Requirement(line) for line in lines if not line.startswith("chude[")]
    for name, lines in PROJECT["optional-dependencies"].items()
}
OURS = {"benchmarks", "chude", "scores", "tools"} | {path.stem for path in (ROOT / "tests").rglob("*")}
# What `make` installs.
LOCKED_EXTRAS = ("dev", "docs", "documents", "html", "polars", "report", "dask", "spark", "fuzz")


def imported(folder: str) -> set[str]:
    """Distributions that the modules of a folder import."""
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(str(node.module).partition(".")[0])
    providers = packages_distributions()
    return {canonicalize_name(providers.get(name, [name])[0]) for name in names - sys.stdlib_module_names - OURS}


def declared(*extras: str) -> set[str]:
    required = [Requirement(line) for line in PROJECT["dependencies"]]
    return {canonicalize_name(one.name) for one in sum((EXTRAS[extra] for extra in extras), required)}


def test_the_package_imports_only_what_it_declares() -> None:
    assert imported("src") - declared(*(extra for extra in EXTRAS if extra != "dev")) == set()


def test_tests_import_only_what_make_installs() -> None:
    assert imported("tests") - declared(*LOCKED_EXTRAS) == set()


def test_make_installs_the_locked_extras() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"EXTRAS := {','.join(LOCKED_EXTRAS)}\n" in makefile


@pytest.fixture
def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+]+", line) for line in pins)
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in pins)}


@pytest.mark.parametrize("extra", [None, *LOCKED_EXTRAS])
def test_the_lock_satisfies_every_requirement(locked: dict[str, str], extra: str | None) -> None:
    required = EXTRAS[extra] if extra else [Requirement(line) for line in PROJECT["dependencies"]]
    unmet = [str(one) for one in required if not one.specifier.contains(locked.get(canonicalize_name(one.name), ""))]
    assert unmet == []


def test_the_lock_satisfies_what_building_takes(locked: dict[str, str]) -> None:
    required = [Requirement(line) for line in (*BUILD["requires"], compiling.CYTHON, compiling.ZIG)]
    assert [str(one) for one in required if not one.specifier.contains(locked[canonicalize_name(one.name)])] == []


def needed() -> dict[str, str]:
    """Everything that `make` installs and its dependencies, and which version of each is installed."""
    pending = [Requirement(line) for line in PROJECT["dependencies"]]
    pending += [one for extra in LOCKED_EXTRAS for one in EXTRAS[extra]]
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    while pending:
        one = pending.pop()
        name = canonicalize_name(one.name)
        new = {(name, extra) for extra in {"", *one.extras}} - seen
        seen |= new
        if new:
            installed = distribution(name)
            found[name] = installed.version
            required = [Requirement(line) for line in installed.requires or []]
            pending += [r for r in required for _, extra in new if not r.marker or r.marker.evaluate({"extra": extra})]
    return found


def test_what_is_installed_is_what_is_locked(locked: dict[str, str]) -> None:
    """Else an audit of the lock would say nothing of what runs."""
    oldest = PROJECT["requires-python"].removeprefix(">=")
    if sys.platform != "linux" or not sys.version.startswith(f"{oldest}."):
        pytest.skip(f"the lock is that of Python {oldest} on Linux; elsewhere other packages are needed")
    # Zig is installed only where there is no other compiler.
    assert needed() | {"ziglang": locked["ziglang"]} == locked
