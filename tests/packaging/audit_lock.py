"""Ask a database for known vulnerabilities in what requirements.lock names: ``python audit_lock.py PIP_AUDIT``.

Ends with 0 where none is known, with 1 where one is, with 3 where the database could not be asked (with 0 after
``--allow-offline``, for machines without a network; it is said all the same).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[2] / "requirements.lock"
FOUND, NOT_DONE = 1, 3


def main(arguments: list[str]) -> int:
    """Run pip-audit and tell its three outcomes apart, two of which end it with the same code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pip_audit")
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--allow-offline", action="store_true")
    chosen = parser.parse_args(arguments)
    command = [chosen.pip_audit, "--requirement", str(chosen.lock), "--no-deps", "--disable-pip", "--format", "json"]
    command += ["--vulnerability-service", "osv", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        last = done.stderr.strip().rpartition("\n")[2]
        packages = json.loads(done.stdout)["dependencies"]  # is written only where every package was asked for
    except (OSError, ValueError, KeyError) as error:
        why = last if isinstance(error, ValueError) and last else error
        print(f"audit: not done, the database could not be asked: {why!s:.300}", file=sys.stderr)
        return 0 if chosen.allow_offline else NOT_DONE
    skipped = [f"{package['name']} ({package['skip_reason']})" for package in packages if "skip_reason" in package]
    found = [(package, known) for package in packages for known in package.get("vulns", [])]
    for package, known in found:
        mended = ", ".join(known["fix_versions"]) or "no version yet"
        print(f"audit: {package['name']} {package['version']}: {known['id']}, mended in {mended}", file=sys.stderr)
    for name in skipped:
        print(f"audit: not looked up: {name}", file=sys.stderr)
    print(f"audit: {len(found)} known vulnerabilities in {len(packages) - len(skipped)} locked packages")
    return FOUND if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
