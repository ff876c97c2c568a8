"""The command line as its users run it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def run_chude(tmp_path: Path):
    """Run ``chude`` with arguments, in an empty folder; returns a CompletedProcess with text in UTF-8."""

    def run(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from chude.cli import main; main()", *map(str, args)],
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1", **env},
            encoding="utf-8",
            check=False,
        )

    return run
