"""Compilation changes nothing: the plain loop gives the same hashes, and no cache folder is needed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import chude

PACKAGE = Path(chude.__file__).parent
DIGEST = """
import hashlib, sys
from pathlib import Path
import numpy as np
import chude
from chude.tokenizer import Tokenizer
texts = Path(sys.argv[1]).read_text(encoding="utf-8").split("\\0")
assert Path(chude.__file__).is_relative_to(sys.argv[2])
with np.errstate(over="ignore"):
    for diacritics in (True, False):
        batch = Tokenizer(diacritics=diacritics).batch(texts)
        print(hashlib.sha256(b"".join(array.tobytes() for array in batch)).hexdigest())
"""


def digests(texts: Path, package: Path = PACKAGE, **environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", DIGEST, str(texts), str(package)],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_plain_loop_gives_the_same_hashes(samples: tuple[list[str], list[str]], tmp_path: Path) -> None:
    odd = ["", "government 0912345678 кириллица 中文 𝛼𝛽", "tha\u0300nh pho\u0302\u0301", "Ðất 각 a\u00adb\u200bc"]
    file = tmp_path / "texts"
    file.write_text("\0".join([*samples[0][::4], *odd]), encoding="utf-8")
    compiled = digests(file)
    assert digests(file, NUMBA_DISABLE_JIT="1") == compiled


def test_it_works_where_no_cache_can_be_written(tmp_path: Path) -> None:
    copy = tmp_path / "site" / "chude"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    folders = [copy, *(folder for folder in copy.rglob("*") if folder.is_dir())]
    for folder in folders:  # a file in the place of the folder keeps even root from writing there
        (folder / "__pycache__").touch()
    nowhere = str(copy / "__pycache__" / "cache")
    file = tmp_path / "texts"
    file.write_text("Thủ đô Hà Nội", encoding="utf-8")
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "NUMBA_CACHE_DIR"), nowhere)
    found = digests(file, copy, PYTHONPATH=str(copy.parent), PYTHONDONTWRITEBYTECODE="1", **places)
    assert found == digests(file)
    assert not list(copy.rglob("*.nbi"))


def test_what_was_compiled_before_is_loaded_without_the_compiler(tmp_path: Path) -> None:
    script = "from chude.tokenizer import Tokenizer; print(Tokenizer().batch(['Thủ đô Hà Nội']).hashes.tolist()); "
    script += "import sys; print('numba.np.linalg' in sys.modules)"
    cache = tmp_path / "cache"

    def run() -> tuple[str, str]:
        environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        hashes, loaded = done.stdout.splitlines()
        return hashes, loaded

    hashes, loaded = run()
    assert loaded == "True", "nothing was compiled, so that this test could not fail"
    assert run() == (hashes, "False")
