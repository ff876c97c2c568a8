"""What is compiled by which compiler, what is compiled again, and what runs where that was not done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chude.kernels
from tools import compiling

KERNELS = Path(chude.kernels.__file__).parent
SOURCES = {
    "one.pyx": "from chude.kernels.compiled.shared cimport twice\n\ndef answer():\n    return twice(21)\n",
    "two.pyx": "def item(const double[::1] numbers, Py_ssize_t place):\n    return numbers[place]\n",
    "shared.pxd": "cdef inline int twice(int number) noexcept nogil:\n    return 2 * number\n",
}
FLAGS = ("-O0",)
START = """
import sys
from chude.kernels.selection import COMPILED
import chude.kernels.selection
if COMPILED:
    from chude.kernels.compiled.one import answer
    assert answer() == 42
print(COMPILED)
"""


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment decides, and compiling is quick."""
    monkeypatch.setattr(compiling, "FLAGS", FLAGS)
    for name in ("CC", "CHUDE_COMPILE", "CHUDE_BOUNDS", "CHUDE_SANITIZE", "CHUDE_KERNELS"):
        monkeypatch.delenv(name, raising=False)
    forget()


def forget() -> None:
    """Forget which compilers work."""
    compiling.installed_compiler.cache_clear()
    compiling.failure.cache_clear()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of two small kernels, compiled."""
    if not compiling.installed_compiler():
        pytest.skip("needs a C compiler")
    src = tmp_path_factory.mktemp("built") / "src"
    folder = src / compiling.PACKAGE
    folder.mkdir(parents=True)
    for file in (src / "chude" / "__init__.py", folder.parent / "__init__.py", folder / "__init__.py"):
        file.touch()
    for name in ("freshness.py", "selection.py"):
        shutil.copy(KERNELS / name, folder.parent)
    for name, source in SOURCES.items():
        (folder / name).write_text(source)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(compiling, "FLAGS", FLAGS)
        kernels = compiling.Kernels(src)
        assert kernels.build(kernels.folder) == ["_cyutility", "one", "two"]
    return src


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """The folder of the kernels in a copy of that package."""
    shutil.copytree(built, tmp_path / "src")
    return tmp_path / "src" / compiling.PACKAGE


def build(folder: Path) -> list[str]:
    kernels = compiling.Kernels(folder.parents[2])
    return kernels.build(kernels.folder)


def start(folder: Path, *options: str, script: str = START, **environment: str) -> tuple[str, str]:
    """Import the kernels in a new process; return whether they are compiled, and what was said."""
    known = {name: value for name, value in os.environ.items() if name != "CHUDE_KERNELS"}
    known |= {"PYTHONPATH": str(folder.parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *options, "-c", script],
        env=known | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.strip() or f"ended with {done.returncode}", done.stderr


def change(file: Path) -> None:
    file.write_text(file.read_text() + "# another line\n")


def modules(folder: Path) -> set[str]:
    return {file.name.partition(".")[0] for file in folder.iterdir() if file.suffix == ".so"}


def test_only_what_has_changed_is_compiled_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build(folder) == []
    for file in folder.iterdir():
        file.touch()
    assert build(folder) == []
    change(folder / "two.pyx")
    assert build(folder) == ["two"]
    change(folder / "shared.pxd")
    assert build(folder) == ["one"]
    for name in ("_cyutility", "two"):
        next(folder.glob(f"{name}.*.so")).unlink()
        assert start(folder)[0] == "False"
        assert build(folder) == [name]
    (folder / "shared.h").write_text("#define UNUSED\n")
    assert build(folder) == ["one"]
    assert start(folder) == ("True", "")
    kernels = compiling.Kernels(folder.parents[2])
    before = kernels.key("one")
    monkeypatch.setattr(compiling, "installed_version", lambda package: "3.9.9")
    assert kernels.key("one") != before


def test_the_module_of_a_kernel_that_is_gone_goes_too(folder: Path) -> None:
    (folder / "two.pyx").unlink()
    assert build(folder) == []
    assert modules(folder) == {"_cyutility", "one"}
    assert start(folder) == ("True", "")


@pytest.mark.parametrize("name", SOURCES)
def test_a_stale_module_is_noticed_and_does_not_run(folder: Path, name: str) -> None:
    assert start(folder) == ("True", "")
    change(folder / name)
    compiled, said = start(folder)
    assert compiled == "False"
    assert said.startswith("chude runs slowly: its loops were compiled before their sources in ")
    assert "Run make" in said
    assert said.count("\n") == 1
    build(folder)
    assert start(folder) == ("True", "")


def test_a_new_kernel_that_was_not_compiled_is_noticed(folder: Path) -> None:
    (folder / "three.pyx").write_text("THREE = 3\n")
    compiled, said = start(folder)
    assert compiled == "False"
    assert "install a C compiler" in said


def test_a_kernel_that_does_not_compile_is_an_error_and_the_others_are_kept(folder: Path) -> None:
    (folder / "one.pyx").write_text("def answer(:\n")
    change(folder / "two.pyx")
    with pytest.raises(compiling.BuildError, match=r"one: (.|\n)*one\.pyx:1:11"):
        build(folder)
    assert start(folder)[0] == "False"
    (folder / "one.pyx").write_text(SOURCES["one.pyx"])
    assert build(folder) == ["one"]
    assert start(folder) == ("True", "")


def test_without_sources_what_is_there_runs(folder: Path) -> None:
    for file in folder.iterdir():
        if file.suffix != ".so":
            file.unlink()
    assert start(folder) == ("True", "")
    for file in list(folder.glob("*.so")):
        file.rename(file.with_name(file.name.replace("cpython-3", "cpython-2")))
    compiled, said = start(folder)
    assert compiled == "False"
    assert "not compiled for this Python" in said
    assert "apt install gcc python3-dev" in said


def test_in_a_zip_archive_the_plain_form_runs(folder: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "zipped"), "zip", folder.parents[2])
    compiled, said = start(folder, PYTHONPATH=archive)
    assert compiled == "False"
    assert "zip archive" in said


def test_the_environment_can_ask_for_either_form(folder: Path) -> None:
    assert start(folder, CHUDE_KERNELS="plain") == ("False", "")
    assert start(folder, CHUDE_KERNELS="compiled") == ("True", "")
    change(folder / "one.pyx")
    assert start(folder, CHUDE_KERNELS="plain") == ("False", "")
    ended, said = start(folder, CHUDE_KERNELS="compiled")
    assert ended == "ended with 1"
    assert "ImportError: CHUDE_KERNELS=compiled, but its loops were compiled before" in said
    ended, said = start(folder, CHUDE_KERNELS="slow")
    assert ended == "ended with 1"
    assert "CHUDE_KERNELS is 'slow'; it can be 'plain', 'compiled', or left out" in said


def test_where_there_is_no_standard_error_nothing_goes_to_standard_output(folder: Path) -> None:
    change(folder / "one.pyx")
    assert start(folder, script="import sys; sys.stderr = None" + START) == ("False", "")


def test_bounds_are_checked_where_that_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDE_BOUNDS", "1")
    assert build(folder) == ["_cyutility", "one", "two"]
    script = "from chude.kernels.compiled.two import item; import array; item(array.array('d', [1, 2]), 2)"
    assert "IndexError" in start(folder, script=script)[1]


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_first_compiler_that_works_is_taken(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    works = shutil.which(compiling.installed_compiler())
    forget()
    program(tmp_path / "bin", "cc", "echo no libc here >&2; exit 1")
    program(tmp_path / "bin", "gcc", f'exec {works} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert compiling.compiler() == ["gcc"]
    assert compiling.requirements() == [compiling.CYTHON]


def test_without_a_compiler_that_works_zig_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "cc", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert compiling.requirements() == [compiling.CYTHON, compiling.ZIG]
    monkeypatch.setattr(compiling, "installed_version", lambda package: "")
    with pytest.raises(compiling.NoCompilerError, match=r"no C compiler that works.* ziglang is not installed"):
        compiling.compiler()


def test_a_compiler_that_makes_modules_for_another_machine_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "cc", 'for last; do :; done; echo "not a module" > "$last"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    monkeypatch.setattr(compiling, "COMPILERS", ("cc",))
    assert compiling.installed_compiler() == ""
    assert "ImportError" in compiling.failure("cc")


def test_the_compiler_that_CC_names_is_taken_or_it_is_an_error(  # noqa: N802
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = shutil.which(compiling.installed_compiler())
    log = tmp_path / "log"
    mine = program(tmp_path / "bin", "mine", f'echo >> {log}; exec {works} "$@"')
    monkeypatch.setenv("CC", f"{mine} -DMINE")
    change(folder / "two.pyx")
    assert build(folder) == ["two"]
    assert log.read_text().count("\n") == 2  # the trial and the kernel
    monkeypatch.setenv("CC", "no-such-compiler -O1")
    assert compiling.requirements() == [compiling.CYTHON]
    with pytest.raises(compiling.BuildError, match=r"CC names, no-such-compiler -O1, does not work: .*No such file"):
        compiling.compiler()


def test_a_compiler_that_fails_on_a_kernel_is_an_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = shutil.which(compiling.installed_compiler())
    script = f'case "$*" in *two.c*) echo "internal compiler error" >&2; exit 4;; esac; exec {works} "$@"'
    monkeypatch.setenv("CC", str(program(tmp_path / "bin", "mine", script)))
    change(folder / "two.pyx")
    kernels = compiling.Kernels(folder.parents[2])
    with pytest.raises(compiling.BuildError, match=r"two: (.|\n)*ended with 4:\ninternal compiler error"):
        compiling.attempt(kernels, folder, pytest.fail)


def test_without_headers_nothing_is_compiled_and_that_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling.sysconfig, "get_path", lambda name: str(tmp_path / "nowhere"))
    assert compiling.requirements() == []
    change(folder / "one.pyx")
    kernels, said = compiling.Kernels(folder.parents[2]), list[str]()
    assert compiling.attempt(kernels, folder, said.append) == []
    assert f"there is no {tmp_path / 'nowhere' / 'Python.h'}" in said[0]
    assert modules(folder) == set()
    assert "install a C compiler and Python's headers" in start(folder)[1]
    monkeypatch.setenv("CHUDE_COMPILE", "1")
    with pytest.raises(compiling.BuildError, match="CHUDE_COMPILE is 1, but the headers"):
        compiling.attempt(kernels, folder, pytest.fail)


def test_nothing_is_compiled_where_that_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDE_COMPILE", "0")
    kernels, said = compiling.Kernels(folder.parents[2]), list[str]()
    assert compiling.requirements() == []
    assert compiling.attempt(kernels, folder, said.append) == []
    assert "CHUDE_COMPILE is 0" in said[0]
    assert modules(folder) == set()
    assert not list(folder.glob("built*"))
    assert start(folder)[0] == "False"
    monkeypatch.setenv("CHUDE_COMPILE", "yes")
    with pytest.raises(compiling.BuildError, match="CHUDE_COMPILE is 'yes'; it can be 0, 1, or left out"):
        compiling.requirements()
