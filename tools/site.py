"""Build the site of the guides and the reference, and check its links: ``python -m tools.site [FOLDER]``.

The build fails on any warning of Sphinx: a link or a reference that leads nowhere, a docstring that cannot be read.
What it wrote is then read as a browser without the internet would: every link within the site must lead to a page and
a place on it, and nothing that a page loads may lie elsewhere. Addresses of other sites are not asked for.
"""

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.blocks import ROOT

FOLDER = ROOT / "build" / "docs"
_LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """The places of a page, what it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element names, links to or loads."""
        for name, value in attrs:
            if value is None:
                continue
            if name == "id":
                self.places.add(value)
            elif (tag, name) in _LOADED:
                self.loaded.append(value)
            elif (tag, name) == ("a", "href"):
                self.links.append(value)


def build(folder: Path) -> int:
    """Build the site; return the exit code of Sphinx, 0 if there was no warning."""
    from sphinx.cmd.build import build_main

    doctrees = folder.with_name(f"{folder.name}-doctrees")
    arguments = ["-W", "--keep-going", "-q", "-b", "html", "-c", ROOT / "docs", "-d", doctrees, ROOT, folder]
    code: int = build_main(list(map(str, arguments)))
    (folder / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><title>chude</title>'
        '<meta http-equiv="refresh" content="0; url=docs/index.html"><a href="docs/index.html">chude</a>\n',
        encoding="utf-8",
    )
    return code


def faults(folder: Path) -> Iterator[str]:
    """Yield a sentence for each link of the site that leads nowhere, and for all that is loaded from elsewhere."""
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(folder.resolve()).as_posix()
        for address in page.links + page.loaded:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.loaded and parts.scheme != "data":
                    yield f"{name} loads {address}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{name} links to {address}, which is not there"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
                yield f"{name} links to {address}, a place that is not on the page"
    for style in sorted(folder.rglob("*.css")):
        text = style.read_text(encoding="utf-8")
        if "url(http" in text or "url(//" in text or "@import" in text:
            yield f"{style.relative_to(folder)} loads something from elsewhere"


def main(arguments: list[str]) -> int:
    """Build and check; return 0 if all is well."""
    folder = Path(arguments[0]) if arguments else FOLDER
    code = build(folder)
    found = list(faults(folder))
    print("\n".join(found) or f"the guides and the reference are in {folder / 'index.html'}", file=sys.stderr)
    return code or bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
