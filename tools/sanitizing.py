"""Run Python with kernels that watch themselves: ``python -m tools.sanitizing [arguments of Python]``.

The kernels are those of this checkout, compiled into `FOLDER` with checks of bounds and with the address and
undefined-behaviour sanitizers. The first thing that goes wrong in one ends Python and is told on standard error.
Needs Linux and gcc, whose sanitizers come with it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.compiling import BuildError, Kernels, compiler

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "sanitized"
LIBRARIES = ("libasan.so", "libstdc++.so.6")  # of the two, the first must know the second when Python starts


def build(folder: Path) -> dict[str, str]:
    """Build a copy of the package in a folder; return the variables of the environment that make it run."""
    copy = folder / "src"
    built = ("*.so", "built.*")
    for file in copy.rglob("*"):
        if file.is_file() and not any(map(file.match, built)):
            file.unlink()  # what is no more in the checkout must not be here
    shutil.copytree(ROOT / "src", copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", *built))
    for name in ("models", "data"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    os.environ |= {"CHUDE_BOUNDS": "1", "CHUDE_SANITIZE": "1"}
    kernels = Kernels(copy)
    kernels.build(kernels.folder)
    return environment(copy)


def environment(src: Path) -> dict[str, str]:
    """Return the variables of the environment with which Python runs the package in a folder, built so."""
    return {
        "PYTHONPATH": os.pathsep.join([str(src), str(ROOT)]),
        "CHUDE_KERNELS": "compiled",
        "LD_PRELOAD": " ".join(map(library, LIBRARIES)),
        "PYTHONMALLOC": "malloc",  # so that reading beyond an object of Python is noticed, too
        "ASAN_OPTIONS": "detect_leaks=0",  # Python does not return all memory when it ends
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }


def library(name: str) -> str:
    """Return the path of a library that comes with the compiler."""
    path = subprocess.run(
        [*compiler(), f"-print-file-name={name}"], capture_output=True, encoding="utf-8", check=True
    ).stdout.strip()
    if not Path(path).is_file():
        raise BuildError(f"the compiler has no {name}; the sanitizers need gcc on Linux")
    return path


def main(*arguments: str) -> int:
    """Build, then run Python."""
    changed = build(FOLDER)
    return subprocess.run([sys.executable, *arguments], env=os.environ | changed, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
