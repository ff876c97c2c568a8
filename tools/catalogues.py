"""Bring the words of pages up to date: ``python tools/catalogues.py``, with the dev extra.

Takes every message out of the templates and scripts of ``src/chude/pages``, merges them into the catalogues
(``locale/vi.po``, which translators edit), and compiles these to the JSON that pages carry. With ``--check`` nothing is
written, and what is missing or stale is said.
"""

import io
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PAGES = Path(__file__).resolve().parent.parent / "src" / "chude" / "pages"
METHODS = [("**.js", "javascript"), ("**.j2", "jinja2.ext:babel_extract")]
_CHANGING = tuple(b'"' + name for name in (b"POT-", b"PO-", b"Report-", b"Last-", b"Language-Team", b"Generated-By"))
HEADER = (
    "# Words of chude's pages. The English of the messages is in the templates and scripts; edit the translations here."
)


def extracted() -> Catalog:
    """Return every message of the templates and scripts."""
    catalog = Catalog(fuzzy=False)
    for file, line, message, comments, context in extract_from_dir(PAGES, METHODS):
        catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return catalog


def updated(path: Path) -> Catalog:
    """Return a catalogue with the messages of today; translations of others are dropped."""
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.stem)
    else:
        catalog = Catalog(locale=path.stem)
    catalog.header_comment, catalog.fuzzy = HEADER, False
    catalog.project, catalog.version = "chude", "pages"
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """Write a catalogue for translators, without what would change at each run."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, no_location=True)
    kept = [line for line in out.getvalue().split(b"\n") if not line.startswith(_CHANGING)]
    return b"\n".join(kept)


def as_json(catalog: Catalog) -> bytes:
    """Write the translations for scripts: from each message to its plural forms."""
    messages = {_english(each): _forms(each)[: catalog.num_plurals] for each in catalog if each.id}
    return (json.dumps(dict(sorted(messages.items())), ensure_ascii=False, indent=1) + "\n").encode()


def missing(catalog: Catalog) -> list[str]:
    """Return the messages without a translation."""
    return [_english(each) for each in catalog if each.id and not all(_forms(each))]


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def main(arguments: list[str]) -> int:
    """Update the catalogues, or check that there is nothing to update."""
    faults = []
    for path in sorted((PAGES / "locale").glob("*.po")):
        catalog = updated(path)
        faults += [f"{path.name}: no translation of {message!r}" for message in missing(catalog)]
        for target, content in ((path, as_po(catalog)), (path.with_suffix(".json"), as_json(catalog))):
            if "--check" not in arguments:
                target.write_bytes(content)
            elif not target.exists() or target.read_bytes() != content:
                faults.append(f"{target.name} is not up to date: run python tools/catalogues.py")
    print("\n".join(faults), file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
