"""Runs commands of a shell as a reader would, and returns what they print: for the pages and for the pictures."""

import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path

from tools.blocks import ROOT

SAMPLES = ROOT / "data" / "samples"


def corpora() -> Path:
    """Return the folder of the corpora."""
    return Path(os.environ.get("CHUDE_CORPORA", ROOT.parent / "shared" / "corpora")).resolve()


def environment(language: str, folder: Path) -> dict[str, str]:
    """Return the environment of a command that is shown: chude on the PATH, speaking a language, 80 columns wide."""
    bin_folder = folder / ".bin"
    if not bin_folder.exists():
        bin_folder.mkdir()
        program = bin_folder / "chude"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m chude "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}"
    extra = {
        "CHUDE_CORPORA": str(corpora()),
        "PATH": path,
        "COLUMNS": "80",
        "CHUDE_LANG": language,
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **extra}


def printed(command: str, folder: Path, language: str = "en") -> str:
    """Run a command of a shell; return what it prints to both streams, without a byte order mark."""
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment(language, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode().replace("\ufeff", "")


def on_terminal(command: str, folder: Path, language: str = "en") -> str:
    """Run a command with a terminal of 80 columns; return what appears there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, shell=True, cwd=folder, stdout=theirs, stderr=theirs, env=environment(language, folder)
    )
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 1 << 16):
            seen += piece
    except OSError:  # Linux says so that the other end is closed
        pass
    process.wait()
    return seen.decode().replace("\r\n", "\n")
