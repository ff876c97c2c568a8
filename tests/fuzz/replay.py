"""Hold kept inputs against their targets again: ``python -m fuzz.replay OUT TARGET FOLDER [TARGET FOLDER ...]``.

Run with compiled kernels, with plain ones, and with compiled ones under sanitizers; `differences` compares.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

Outcomes = dict[str, Any]
FAILED = "failed"
MODES = {"compiled": {"CHUDE_KERNELS": "compiled"}, "plain": {"CHUDE_KERNELS": "plain"}}
TESTS = Path(__file__).parents[1]


def differences(folders: dict[str, Path], sanitized: dict[str, str] | None = None) -> list[str]:
    """
    Replay the inputs in the folder of each target, in every mode; say what failed or did not come to the same.

    `sanitized` are the variables of the environment in which kernels run under sanitizers.
    """
    modes = MODES | ({"sanitized": sanitized} if sanitized else {})
    with tempfile.TemporaryDirectory(prefix="chude-replay-") as scratch:
        told = {mode: _replayed(folders, mode, changed, Path(scratch)) for mode, changed in modes.items()}
    troubles = []
    for mode, outcomes in told.items():
        for name, outcome in told["compiled"].items():
            other = outcomes[name]
            if isinstance(other, dict):
                troubles.append(f"{name}, {mode}: {other[FAILED]}")
            elif not same(outcome, other):
                troubles.append(f"{name}: compiled {outcome!r:.400}, {mode} {other!r:.400}")
    return troubles


def same(left: Any, right: Any) -> bool:
    """Whether two outcomes are equal, but for the last digits of numbers."""
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=2e-6 if left == round(left, 6) else 1e-9)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def _replayed(folders: dict[str, Path], mode: str, changed: dict[str, str], scratch: Path) -> Outcomes:
    out = scratch / f"{mode}.json"
    pairs = [word for target, folder in folders.items() for word in (target, str(folder.resolve()))]
    command = [sys.executable, "-m", "fuzz.replay", str(out), *pairs]
    done = subprocess.run(
        command, cwd=TESTS, env=os.environ | changed, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"replaying {mode} ended with {done.returncode}: {done.stderr[-3000:]}")
    outcomes: Outcomes = json.loads(out.read_text(encoding="utf-8"))
    return outcomes


def main(out: str, *pairs: str) -> None:
    """Write what comes of each file, as JSON."""
    outcomes: Outcomes = {}
    for target, folder in zip(pairs[::2], pairs[1::2], strict=True):
        check = import_module(f"fuzz.{target}").check
        for path in sorted(Path(folder).iterdir()):
            try:
                outcome = check(path.read_bytes())
            except Exception:  # whatever it is, it is the finding
                outcome = {FAILED: traceback.format_exc()[-1500:]}
            outcomes[f"{target}/{path.name}"] = outcome
    Path(out).write_text(json.dumps(outcomes), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
