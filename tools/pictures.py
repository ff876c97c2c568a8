"""Make the pictures of the guides again: ``python -m tools.pictures [NAME...]``, with Chromium and the dev extra.

``tools/blocks.toml`` lists them: what a terminal shows after a command, or a page that chude writes, in a browser
of some width. ``docs/pictures/made-from.json`` keeps the hash of what each was made from.
"""

import html
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.blocks import PICTURES, RECORD, Made, read_pictures
from tools.shell import SAMPLES, on_terminal, printed

PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #1b1d21; display: inline-block }}
pre {{ margin: 0; padding: 16px 20px; width: 80ch; white-space: pre-wrap; color: #e9e6df;
       font: 15px/1.4 "Noto Sans Mono", "DejaVu Sans Mono", monospace }}
</style><pre>{}</pre>"""
LOCALES = {"en": "en-GB", "vi": "vi-VN"}


def last_seen(screen: str) -> str:
    """Return what is left on a screen without its colours, a line that was drawn over as it was last."""
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
    return "\n".join(line.rsplit("\r", 1)[-1].rstrip() for line in plain.split("\n")).strip("\n")


def photograph_page(chromium: Browser, folder: Path, made: Made) -> None:
    """Write what a page of chude looks like, after some keys."""
    entry = made.entry
    language = entry.get("language", "en")
    for command in entry["first"]:
        printed(command, folder, language)
    page = chromium.new_context(
        viewport={"width": entry["width"], "height": entry["height"]},
        locale=LOCALES[language],
        color_scheme="dark" if entry.get("dark") else "light",
    ).new_page()
    page.goto((folder / entry["page"]).as_uri())
    for key in entry.get("keys", []):
        page.keyboard.press(key)
    if place := entry.get("scroll"):
        page.locator(place).first.evaluate("element => element.scrollIntoView()")
    page.screenshot(path=PICTURES / f"{made.name}.png")


def photograph_terminal(chromium: Browser, folder: Path, made: Made) -> None:
    """Run a command and write what the terminal shows then."""
    page = chromium.new_page(viewport={"width": 900, "height": 600})
    command = made.entry["terminal"]
    page.set_content(
        PAGE.format(
            html.escape(f"$ {command}\n{last_seen(on_terminal(command, folder, made.entry.get('language', 'en')))}")
        )
    )
    page.locator("pre").screenshot(path=PICTURES / f"{made.name}.png")


def recorded() -> dict[str, str]:
    """Return the hash of what each picture was made from."""
    found: dict[str, str] = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return found


def stale() -> list[str]:
    """Return the names of pictures whose inputs have changed."""
    kept = recorded()
    return [made.name for made in read_pictures().values() if kept.get(made.name) != made.digest]


def photograph(names: Sequence[str]) -> None:
    """Write ``docs/pictures/NAME.png`` for each name, and from what it was made."""
    browser = os.environ.get("CHUDE_CHROMIUM") or shutil.which("chromium")
    table = read_pictures()
    kept = {name: found for name, found in recorded().items() if name in table}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for name in names:
            with tempfile.TemporaryDirectory() as temporary:
                folder, made = Path(temporary), table[name]
                shutil.copytree(SAMPLES, folder / "data" / "samples")
                print(f"docs/pictures/{name}.png", file=sys.stderr)
                (photograph_terminal if "terminal" in made.entry else photograph_page)(chromium, folder, made)
                kept[name] = made.digest
    RECORD.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main(names: Sequence[str]) -> None:
    """Make pictures again, all of them by default."""
    photograph(names or list(read_pictures()))


if __name__ == "__main__":
    main(sys.argv[1:])
