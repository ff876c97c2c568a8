"""The sanitizers notice what they are there to notice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chude.kernels
from tools import compiling, sanitizing

FAULTS = """
from libc.stdlib cimport free, malloc
from libc.string cimport memset

def fill(size_t size):
    cdef char* memory = <char*>malloc(8)
    memset(memory, 1, size)
    found = memory[0]
    free(memory)
    return found

def item(const double[::1] numbers, Py_ssize_t place):
    return numbers[place]

def one_more(int number):
    return number + 1
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    src = tmp_path_factory.mktemp("sanitized") / "src"
    folder = src / compiling.PACKAGE
    folder.mkdir(parents=True)
    for package in (src / "chude", folder.parent, folder):
        (package / "__init__.py").touch()
    shutil.copy(Path(chude.kernels.__file__).with_name("freshness.py"), folder.parent)
    (folder / "faults.pyx").write_text(FAULTS)
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("CHUDE_BOUNDS", "1")
        changed.setenv("CHUDE_SANITIZE", "1")
        try:
            found = sanitizing.environment(src)
            compiling.Kernels(src).build(folder)
        except (compiling.BuildError, compiling.NoCompilerError) as why:
            pytest.skip(str(why))
    return found


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("fill(8)", ""),
        ("fill(9)", "AddressSanitizer: heap-buffer-overflow"),
        ("one_more(2**31 - 2)", ""),
        ("one_more(2**31 - 1)", "signed integer overflow"),
        ("item(array('d', [1, 2]), 1)", ""),
        ("item(array('d', [1, 2]), 2)", "IndexError: Out of bounds on buffer access"),
    ],
)
def test_a_fault_is_noticed(environment: dict[str, str], call: str, said: str) -> None:
    script = f"from array import array; from chude.kernels.compiled.faults import *; {call}; print('went on')"
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | environment, capture_output=True, encoding="utf-8", check=False
    )
    assert (said or "went on") in done.stdout + done.stderr
    assert ("went on" in done.stdout) == (not said)
    assert (done.returncode == 0) == (not said)
