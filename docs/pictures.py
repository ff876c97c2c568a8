"""Make pictures in the guides again: ``python docs/pictures.py [NAME...]``, with Chromium and the dev extra.

Those of a terminal, and those of the page of `chude review`, in the middle of a review of the samples.
"""

import html
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from refresh import ROOT, on_terminal

COMMANDS = {
    "label": "chude label data/samples/xe data/samples/du-lich data/samples/difficult",
    "train": "chude train data/samples --exclude difficult -o mine.safetensors",
    "audit": "chude audit data/samples --exclude difficult -o doubts.csv",
}
# A few texts in, by keys; n opens the sections.
REVIEWS: dict[str, dict[str, Any]] = {
    "review": {
        "context": {"viewport": {"width": 1180, "height": 800}, "locale": "en-GB"},
        "keys": ["Enter", "Enter", "2", "Enter", "Enter"],
    },
    "review-vi": {
        "context": {"viewport": {"width": 1180, "height": 800}, "locale": "vi-VN"},
        "keys": ["Enter", "Enter", "2", "Enter", "Enter"],
    },
    "review-phone": {
        "context": {"viewport": {"width": 390, "height": 780}, "locale": "vi-VN", "color_scheme": "dark"},
        "keys": ["Enter", "Enter", "2", "Enter", "Enter"],
    },
}
PICTURES = ROOT / "docs" / "pictures"
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #1b1d21; display: inline-block }}
pre {{ margin: 0; padding: 16px 20px; width: 80ch; white-space: pre-wrap; color: #e9e6df;
       font: 15px/1.4 "Noto Sans Mono", "DejaVu Sans Mono", monospace }}
</style><pre>{}</pre>"""


def last_seen(screen: str) -> str:
    """Return what is left on a screen without its colours, a line that was drawn over as it was last."""
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
    return "\n".join(line.rsplit("\r", 1)[-1].rstrip() for line in plain.split("\n")).strip("\n")


def photograph_review(chromium: Browser, folder: Path, name: str) -> None:
    """Review a few samples by keyboard, and write what the page looks like then."""
    kind = REVIEWS[name]
    page_file = folder / "review.html"
    if not page_file.exists():
        on_terminal("chude review data/samples --exclude difficult -n 44 -o review.html", folder)
    page = chromium.new_context(**{"device_scale_factor": 1, **kind["context"]}).new_page()
    page.goto(page_file.as_uri())
    for key in kind["keys"]:
        page.keyboard.press(key)
    page.screenshot(path=PICTURES / f"{name}.png")


def photograph_terminal(chromium: Browser, folder: Path, name: str) -> None:
    """Run a command and write what the terminal shows then."""
    page = chromium.new_page(viewport={"width": 900, "height": 600})
    command = COMMANDS[name]
    page.set_content(PAGE.format(html.escape(f"$ {command}\n{last_seen(on_terminal(command, folder))}")))
    page.locator("pre").screenshot(path=PICTURES / f"{name}.png")


def main(names: list[str]) -> None:
    """Write ``docs/pictures/NAME.png`` for each name, or for all."""
    browser = os.environ.get("CHUDE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(ROOT / "data" / "samples", folder / "data" / "samples")
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for name in names or [*COMMANDS, *REVIEWS]:
            photograph = photograph_terminal if name in COMMANDS else photograph_review
            photograph(chromium, folder, name)


if __name__ == "__main__":
    main(sys.argv[1:])
