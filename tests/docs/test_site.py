"""The site builds without a warning, its links lead somewhere, and it needs no internet."""

import subprocess
import sys
from pathlib import Path

import pytest

import chude
from tools import site

pytest.importorskip("sphinx", reason="needs the docs extra")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, by the command of ``make docs``; Sphinx changes much of a process, so it has its own."""
    folder = tmp_path_factory.mktemp("site") / "docs"
    done = subprocess.run(
        [sys.executable, "-m", "tools.site", str(folder)],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def test_the_reference_has_every_public_name(built: Path) -> None:
    places = site.Page((built / "docs" / "reference.html").read_text(encoding="utf-8")).places
    assert {f"chude.{name}" for name in chude.__all__} - places == {"chude.ChudeError"}  # it is where errors are
    assert "chude.errors.ChudeError" in places


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="gone.html">', "gone.html"),
        ('<a href="#gone">', "#gone"),
        ('<img src="gone.png">', "gone.png"),
        ('<script src="https://example.org/x.js"></script>', "loads https://example.org/x.js"),
        ('<a href="https://example.org/">', None),
        ('<p id="there"><a href="#there">', None),
        ('<img src="data:image/png;base64,">', None),
    ],
)
def test_faults_are_found(tmp_path: Path, html: str, fault: str | None) -> None:
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    found = list(site.faults(tmp_path))
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]
