"""A real browser for pages: headless Chromium from the system, driven by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    # For one module at a time: while Playwright runs, no other test may start an event loop.
    api = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    program = os.environ.get("CHUDE_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("browser tests need Chromium: install the package chromium, or set CHUDE_CHROMIUM to its path")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


class Opener:
    """Opens pages given as HTML, each in a profile of its own, and notes what they request and complain about."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.faults: list[str] = []
        self._browser, self._folder = browser, folder
        self._contexts: list[Any] = []

    def __call__(self, html: str, *, phone: bool = False, dark: bool = False) -> Any:
        """Open a page; `phone` is 360 pixels wide, `dark` what its reader prefers."""
        path = self._folder / f"page-{len(self._contexts)}.html"
        path.write_bytes(html.encode("utf-8"))
        context = self._browser.new_context(
            viewport={"width": 360, "height": 740} if phone else {"width": 1280, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.faults.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._check(request.url, path.as_uri()))
        page.goto(path.as_uri())
        return page

    def close(self) -> None:
        """Close the pages."""
        for context in self._contexts:
            context.close()

    def _dismiss(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _check(self, url: str, own: str) -> None:
        if url.partition("#")[0] != own and not url.startswith("data:"):
            self.faults.append(f"request: {url}")


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Opener]:
    """An `Opener`; the test fails if a page requests anything or complains of anything."""
    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()
    assert not opener.faults


@pytest.fixture
def violations(browser: Any) -> Callable[[Any], list[str]]:
    """Return what axe-core finds against WCAG 2.2 level A and AA on an open page: contrast, names, structure."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")

    def check(page: Any) -> list[str]:
        found = axe.Axe().run(page, options=AA).response["violations"]
        return [
            f"{violation['id']}: {node['html']} {node['failureSummary']}"
            for violation in found
            for node in violation["nodes"]
        ]

    return check


@pytest.fixture
def overflow() -> Callable[[Any], int]:
    """Return by how many pixels an open page is wider than its window."""
    return lambda page: page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
