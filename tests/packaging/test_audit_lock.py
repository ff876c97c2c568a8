"""An audit says what it found, and never takes a database that could not be asked for one that knew nothing."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

_spec = importlib.util.spec_from_file_location("audit_lock", Path(__file__).with_name("audit_lock.py"))
assert _spec is not None
assert _spec.loader is not None
audit_lock = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit_lock)

CLEAN = {"name": "numpy", "version": "2.4.6", "vulns": []}
KNOWN = {"name": "lxml", "version": "6.1.3", "vulns": [{"id": "PYSEC-1", "fix_versions": ["6.1.4"], "aliases": []}]}
SKIPPED = {"name": "chude", "skip_reason": "could not be found"}


def auditor(folder: Path, output: str, code: int, said: str = "") -> str:
    """Write a program that answers as pip-audit would, and keeps what it was asked."""
    program = folder / "pip-audit"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nopen({str(folder / 'asked')!r}, 'w').write(' '.join(sys.argv[1:]))\n"
        f"print({output!r})\nprint({said!r}, file=sys.stderr)\nsys.exit({code})\n"
    )
    program.chmod(0o755)
    return str(program)


def report(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.skipif(sys.platform == "win32", reason="writes a program as Unix starts them")
@pytest.mark.parametrize(
    ("output", "code", "options", "expected", "said"),
    [
        (report(CLEAN), 0, [], 0, "0 known vulnerabilities in 1 locked packages"),
        (report(CLEAN, KNOWN), 1, [], 1, "lxml 6.1.3: PYSEC-1, mended in 6.1.4"),
        (report(CLEAN, KNOWN), 1, ["--allow-offline"], 1, "1 known vulnerabilities in 2 locked packages"),
        (report(CLEAN, SKIPPED), 0, [], 0, "not looked up: chude (could not be found)"),
        ("", 1, [], 3, "audit: not done, the database could not be asked: no route"),
        ("", 1, ["--allow-offline"], 0, "audit: not done, the database could not be asked: no route"),
        ("{", 0, [], 3, "audit: not done"),
    ],
)
def test_what_an_audit_says(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    output: str,
    code: int,
    options: list[str],
    expected: int,
    said: str,
) -> None:
    program = auditor(tmp_path, output, code, "Traceback\nno route")
    assert audit_lock.main([program, *options]) == expected
    printed = capsys.readouterr()
    assert said in printed.out + printed.err
    asked = (tmp_path / "asked").read_text()
    assert str(audit_lock.LOCK) in asked
    assert "--no-deps" in asked


def test_an_audit_without_its_program_is_not_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "pip-audit")
    assert audit_lock.main([missing]) == 3
    assert audit_lock.main([missing, "--allow-offline"]) == 0
    assert capsys.readouterr().err.count("audit: not done") == 2
