"""``chude label`` with a bundled model, on the samples."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["news", "vntc"])
def test_the_samples(tmp_path: Path, name: str) -> None:
    if not (ROOT / "models" / f"{name}.safetensors").exists():
        pytest.skip(f"models/{name}.safetensors is not built")
    out = tmp_path / "labels.csv"
    command = [sys.executable, "-c", "from chude.cli import main; main()", "label"]
    done = subprocess.run(
        [*command, str(ROOT / "data" / "samples"), "-o", str(out), "--model", name, "--top", "3"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [Path(row["path"]) for row in rows] == sorted(
        (ROOT / "data" / "samples").rglob("*.txt"), key=lambda p: str(p).encode()
    )
    assert {row["encoding"] for row in rows} >= {"utf-8", "utf-16-le"}
    assert all(float(row["probability"]) > 0 and row["topic_name"] for row in rows)
    sport = [row["topic"] for row in rows if "the-thao" in row["path"]]
    assert sport
    assert set(sport) == {"the-thao"}
