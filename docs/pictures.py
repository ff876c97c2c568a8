"""Make the pictures of a terminal in the guides again: ``python docs/pictures.py``, with Chromium and the dev extra."""

import html
import os
import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from refresh import ROOT, on_terminal

COMMANDS = {
    "label": "chude label data/samples/xe data/samples/du-lich data/samples/difficult",
    "train": "chude train data/samples --exclude difficult -o mine.safetensors",
    "audit": "chude audit data/samples --exclude difficult -o doubts.csv",
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #1b1d21; display: inline-block }}
pre {{ margin: 0; padding: 16px 20px; width: 80ch; white-space: pre-wrap; color: #e9e6df;
       font: 15px/1.4 "Noto Sans Mono", "DejaVu Sans Mono", monospace }}
</style><pre>{}</pre>"""


def last_seen(screen: str) -> str:
    """Return what is left on a screen without its colours, a line that was drawn over as it was last."""
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
    return "\n".join(line.rsplit("\r", 1)[-1].rstrip() for line in plain.split("\n")).strip("\n")


def main() -> None:
    """Run the commands and write ``docs/pictures/NAME.png``."""
    browser = os.environ.get("CHUDE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "data" / "samples", folder / "data" / "samples")
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport={"width": 900, "height": 600})
        for picture, command in COMMANDS.items():
            page.set_content(PAGE.format(html.escape(f"$ {command}\n{last_seen(on_terminal(command, folder))}")))
            page.locator("pre").screenshot(path=ROOT / "docs" / "pictures" / f"{picture}.png")


if __name__ == "__main__":
    main()
