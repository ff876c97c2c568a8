"""Fuzz every target, then replay what was kept: ``python -m fuzz FOLDER --minutes 30``; `make soak` does it.

Ends with 1 where something was found; what it was is said, and stays in the folder.
"""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from tools import sanitizing

from . import TARGETS
from .replay import MODES, TESTS, differences

SHARES = {"decoding": 3, "tokenizing": 3, "scoring": 3, "labelling": 2, "model_files": 1}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("folder", type=Path, help="keeps the inputs that reached something new, and what was found")
    parser.add_argument("--minutes", type=float, default=30, help="for all targets together")
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=TARGETS)
    chosen = parser.parse_args()
    if find_spec("atheris") is None:
        parser.error("fuzzing needs atheris: pip install -e '.[fuzz]' (Linux, Python 3.11 to 3.13)")
    folder = chosen.folder.resolve()
    whole = sum(SHARES[target] for target in chosen.targets)
    seconds = {target: max(1, round(chosen.minutes * 60 * SHARES[target] / whole)) for target in chosen.targets}
    troubles = [trouble for target in chosen.targets for trouble in _fuzzed(target, folder / target, seconds[target])]
    kept = {target: folder / target / "corpus" for target in chosen.targets if (folder / target / "corpus").is_dir()}
    count = sum(1 for corpus in kept.values() for _ in corpus.iterdir())
    _say(f"replaying {count} inputs compiled, plain and under sanitizers")
    troubles += differences(kept, sanitizing.build(sanitizing.FOLDER))
    _say(f"{len(troubles)} findings in {sum(seconds.values()) / 60:.1f} minutes of fuzzing")
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return min(len(troubles), 1)


def _fuzzed(target: str, folder: Path, seconds: int) -> list[str]:
    """Fuzz one target in a process of its own; say what was found."""
    _say(f"{target}: {seconds} s")
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    with log.open("wb") as said:
        command = [sys.executable, "-m", "fuzz.run", target, str(folder), str(seconds)]
        environment = os.environ | MODES["plain"]  # so that coverage sees the loops
        code = subprocess.run(
            command, cwd=TESTS, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL, check=False
        ).returncode
    last = next((line for line in reversed(log.read_text(errors="replace").splitlines()) if "DONE" in line), "not done")
    _say(f"{target}: {last.strip()}")
    return [] if code == 0 else [f"{target}: ended with {code}; see {log} and {folder}/found-*"]


def _say(message: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {message}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
