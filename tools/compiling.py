"""Compile the kernels in `src/chude/kernels/compiled`: by which compiler, what has changed, and how.

What is compiled where is said in docs/install.md. Four variables of the environment change it:

- ``CC`` names the compiler;
- ``CHUDE_COMPILE=0`` compiles nothing, ``CHUDE_COMPILE=1`` fails where nothing can be compiled;
- ``CHUDE_BOUNDS=1`` checks the bounds of arrays;
- ``CHUDE_SANITIZE=1`` adds the address and undefined-behaviour sanitizers, for modules that are not installed.
"""

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CYTHON, ZIG = "cython>=3.2,<4", "ziglang>=0.13,<0.18"
PACKAGE = Path("chude", "kernels", "compiled")
COMPILERS = ("cc", "gcc", "clang")

# Without contraction a multiplication and an addition are never one instruction, which would round once less: modules
# of different compilers give the same numbers.
FLAGS = ("-O3", "-funroll-loops", "-DNDEBUG", "-ffp-contract=off")
SANITIZERS = ("-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
SHARED = ("-bundle", "-undefined", "dynamic_lookup") if sys.platform == "darwin" else ("-shared", "-fPIC")

PROBE = """
#include <Python.h>
static struct PyModuleDef probe = {PyModuleDef_HEAD_INIT, "probe", NULL, 0};
PyMODINIT_FUNC PyInit_probe(void) { return PyModule_Create(&probe); }
"""


class BuildError(Exception):
    """The build fails: a compiler that works does not compile a kernel, or what was asked for cannot be done."""


class NoCompilerError(Exception):
    """Nothing can be compiled here. The build goes on without, unless CHUDE_COMPILE is 1."""


def is_set(name: str) -> bool | None:
    """Read a variable of the environment that is 0 or 1; None where it is left out."""
    values = {"": None, "0": False, "1": True}
    given = os.environ.get(name, "")
    if given not in values:
        raise BuildError(f"{name} is {given!r}; it can be 0, 1, or left out")
    return values[given]


def requirements() -> list[str]:
    """Return the packages that building here takes, beside hatchling."""
    if is_set("CHUDE_COMPILE") is False or missing_headers() or sys.platform == "win32":
        return []
    return [CYTHON] if os.environ.get("CC") or installed_compiler() else [CYTHON, ZIG]


def missing_headers() -> str:
    """Return where Python.h should be, if it is not."""
    header = Path(sysconfig.get_path("include"), "Python.h")
    return "" if header.is_file() else str(header)


def compiler() -> list[str]:
    """Return the command of a compiler that works."""
    if sys.platform == "win32":
        raise NoCompilerError("how to compile on Windows is not known here")
    if header := missing_headers():
        raise NoCompilerError(f"the headers of this Python are not installed: there is no {header}")
    if named := shlex.split(os.environ.get("CC", "")):
        if said := failure(*named):
            raise BuildError(f"the compiler that CC names, {shlex.join(named)}, does not work: {said}")
        return named
    if found := installed_compiler():
        return [found]
    if not installed_version("ziglang"):
        raise NoCompilerError(
            f"there is no C compiler that works ({', '.join(COMPILERS)}), and the package ziglang is not installed"
        )
    zig = [sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline", "-fno-sanitize=undefined", "-g0", "-s"]
    if said := failure(*zig):
        raise NoCompilerError(f"there is no C compiler, and that of the package ziglang does not work: {said}")
    return zig


@cache
def installed_compiler() -> str:
    """Return the first compiler on the PATH that works; nothing where none does."""
    return next((name for name in COMPILERS if shutil.which(name) and not failure(name)), "")


@cache
def failure(*command: str) -> str:
    """Try a compiler: build an empty module and import it. Return what went wrong, or an empty text."""
    with tempfile.TemporaryDirectory(prefix="chude-probe-") as folder:
        source, module = Path(folder, "probe.c"), Path(folder, "probe" + sysconfig.get_config_var("EXT_SUFFIX"))
        source.write_text(PROBE, encoding="ascii")
        try:
            run(*compilation(list(command), FLAGS, source, module), folder=folder)
            run(sys.executable, "-c", "import sys; sys.path.insert(0, '.'); import probe", folder=folder)
        except (BuildError, OSError) as error:
            return str(error)
    return ""


class Kernels:
    """The kernels below a folder ``src``, which hold for one Python and the variables of the environment."""

    def __init__(self, src: Path) -> None:
        self.src = src.resolve()
        self.folder = self.src / PACKAGE
        self._fresh = runpy.run_path(str(self.folder.parent / "freshness.py"))
        self.suffix: str = self._fresh["SUFFIX"]
        self.stamp: str = self._fresh["STAMP"]
        self.sources: list[Path] = self._fresh["sources_in"](self.folder)
        self.shared: str = self._fresh["SHARED"]
        kernels = [file.stem for file in self.sources if file.suffix == ".pyx"]
        self.names = [self.shared, *kernels] if kernels else []
        self.flags = (*FLAGS, *(SANITIZERS if is_set("CHUDE_SANITIZE") else ()))
        bounds = bool(is_set("CHUDE_BOUNDS"))
        self.directives = (f"boundscheck={bounds}", "wraparound=False", f"initializedcheck={bounds}", "cdivision=True")

    def build(self, place: Path) -> list[str]:
        """Build what is not in a folder yet, or was built from something else; return the names of what was built."""
        stamp = place / self.stamp
        said = stamp.read_text(encoding="ascii").splitlines() if stamp.is_file() else []
        digest: str = self._fresh["digest"](self.sources)
        keys = {name: f"{name} {self.key(name)}" for name in self.names}
        changed = [name for name in self.names if keys[name] not in said or not self.module(name, place).is_file()]
        failures = self._compile(changed, place) if changed else {}
        for file in place.glob(f"*{self.suffix}"):
            if file.name.removesuffix(self.suffix) not in self.names:
                file.unlink()  # the module of a kernel that is no more
        built = [keys[name] for name in self.names if name not in failures]
        lines = ["unfinished" if failures else digest, *built]
        if lines != said:
            replace(stamp, "\n".join(lines) + "\n")
        if failures:
            raise BuildError("\n".join(failures.values()))
        return changed

    def key(self, name: str) -> str:
        """Return what changes with all that a module is made from: sources, flags and the version of Cython."""
        recipe = [*self.flags, *self.directives, self.shared, installed_version("cython")]
        return f"{self._fresh['digest'](self.needed_by(name))} {' '.join(recipe)}"

    def needed_by(self, name: str) -> list[Path]:
        """Return the source of a kernel and the files that it mentions, directly or not: all it includes is there."""
        if name == self.shared:
            return []
        needed = {self.folder / f"{name}.pyx"}
        shared = [file for file in self.sources if file.suffix != ".pyx"]
        while True:
            text = "".join(file.stem + "\n" + file.read_text(encoding="utf-8") for file in needed)
            more = {file for file in shared if re.search(rf"\b{file.stem}\b", text)} - needed
            if not more:
                return sorted(needed)
            needed |= more

    def module(self, name: str, place: Path) -> Path:
        """Return the file that a kernel is compiled to."""
        return place / (name + self.suffix)

    def remove(self, place: Path) -> None:
        """Remove the modules of this Python from a folder."""
        for file in (*place.glob(f"*{self.suffix}"), place / self.stamp):
            file.unlink(missing_ok=True)

    def _compile(self, names: list[str], place: Path) -> dict[str, str]:
        """Compile kernels, as many at a time as there are processors; return what went wrong, by name."""
        command = compiler()
        if not installed_version("cython"):
            raise BuildError("the package cython is not installed; it is where pip's --no-build-isolation is left out")
        failures = {}
        with (
            tempfile.TemporaryDirectory(prefix="chude-kernels-") as scratch,
            ThreadPoolExecutor(os.cpu_count()) as pool,
        ):
            tasks = {name: pool.submit(self._compile_one, command, name, Path(scratch), place) for name in names}
            for name, task in tasks.items():
                try:
                    task.result()
                except BuildError as error:
                    failures[name] = f"{name}: {error}"
        return failures

    def _compile_one(self, command: list[str], name: str, scratch: Path, place: Path) -> None:
        source, module = scratch / f"{name}.c", scratch / (name + self.suffix)
        directives = [word for directive in self.directives for word in ("-X", directive)]
        cython = [sys.executable, "-m", "cython", "-3", "--fast-fail", *directives]
        if name == self.shared:
            run(*cython, "--generate-shared", source.name, folder=scratch)
        else:  # by a relative path, so that modules are the same wherever the checkout is
            shared = ".".join((*PACKAGE.parts, self.shared))
            run(*cython, "--shared", shared, "-o", str(source), str(PACKAGE / f"{name}.pyx"), folder=self.src)
        run(*compilation(command, (*self.flags, f"-I{self.folder}"), source, module), folder=scratch)
        half = place / f".{module.name}"
        shutil.copy(module, half)
        half.replace(self.module(name, place))  # in one step: a module that is in use must not change


def compilation(command: list[str], flags: tuple[str, ...], source: Path, module: Path) -> list[str]:
    """Return the command that compiles one C file to a module."""
    paths = dict.fromkeys(sysconfig.get_path(key) for key in ("include", "platinclude"))
    return [*command, *SHARED, *flags, *(f"-I{path}" for path in paths), source.name, "-o", module.name]


def run(*command: str, folder: Path | str) -> None:
    """Run a command; its output is shown where it fails."""
    caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), zig_cache().name)
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | caches,
        check=False,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        raise BuildError(f"{shlex.join(command)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")


@cache
def zig_cache() -> tempfile.TemporaryDirectory[str]:
    """Return where Zig keeps what it builds of the C library, until Python ends: there may be no home to write to."""
    return tempfile.TemporaryDirectory(prefix="chude-zig-")


def installed_version(package: str) -> str:
    """Return the version of a package, or an empty text where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def replace(path: Path, text: str) -> None:
    """Write a file in one step."""
    half = path.with_name(f".{path.name}")
    half.write_text(text, encoding="ascii")
    half.replace(path)


def attempt(kernels: Kernels, place: Path, warn: Callable[[str], None]) -> list[str]:
    """Build what can be built here; say so where that is nothing. Return the names of what was built."""
    try:
        if is_set("CHUDE_COMPILE") is False:
            raise NoCompilerError("CHUDE_COMPILE is 0")
        return kernels.build(place)
    except NoCompilerError as error:
        if is_set("CHUDE_COMPILE"):
            raise BuildError(f"CHUDE_COMPILE is 1, but {error}") from error
        kernels.remove(place)
        warn(f"chude: nothing is compiled, so it will run slowly: {error}. docs/install.md says what to do.")
        return []
