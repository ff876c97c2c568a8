"""Whether compiled kernels are those of the sources beside them; `hatch_build.py` builds them by the same functions.

Only a checkout has sources. A wheel has the modules alone, which were built together with the rest of it.
"""

from collections.abc import Iterable
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import source_hash
from pathlib import Path

_INSTALL = (
    "To compile them, install a C compiler and Python's headers (Debian, Ubuntu: apt install gcc python3-dev),"
    " then install chude again; in a checkout, run make."
)
_REBUILD = "Run make, or pip install --editable . again."

SUFFIX = EXTENSION_SUFFIXES[0]
"""How the names of modules end that are compiled for this version of Python on this platform."""

STAMP = f"built{SUFFIX}.txt"
"""Name of the file beside the modules whose first line is the `digest` of the sources they were built from."""

SHARED = "_cyutility"
"""Name of the module with what Cython adds to each kernel: compiled once, it takes half the time and half the room."""


def sources_in(folder: Path) -> list[Path]:
    """Return the files in a folder that kernels are built from."""
    return sorted(path for path in folder.iterdir() if path.suffix in {".pyx", ".pxd", ".h"})


def digest(files: Iterable[Path]) -> str:
    """Return a number, in hexadecimal, that changes with the names and the contents of files."""
    contents = ((file.name, file.read_bytes()) for file in files)
    whole = b"".join(f"{name} {len(content)}\n".encode() + content for name, content in contents)
    return source_hash(whole).hex()  # by which Python tells whether a .pyc is that of its source


def trouble(folder: Path) -> str:
    """Return why the compiled kernels in a folder cannot be used and what to do, or an empty text where they can."""
    if not folder.is_dir():
        return "its loops are not compiled. Python loads no compiled module from a zip archive: install chude instead."
    sources = sources_in(folder)
    kernels = [file.stem for file in sources if file.suffix == ".pyx"]
    expected = [folder / (name + SUFFIX) for name in (SHARED, *kernels) if kernels]
    present = {file for file in folder.iterdir() if file.name.endswith(SUFFIX)}
    if not present.issuperset(expected) or not present:
        return f"its loops are not compiled for this Python (as {folder}/*{SUFFIX}). {_INSTALL}"
    if sources and _digest_built(folder) != digest(sources):
        return f"its loops were compiled before their sources in {folder} changed. {_REBUILD}"
    return ""


def _digest_built(folder: Path) -> str:
    stamp = folder / STAMP
    return stamp.read_text(encoding="ascii").partition("\n")[0] if stamp.is_file() else ""
