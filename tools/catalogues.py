"""Bring the catalogues up to date: ``python tools/catalogues.py``, with the dev extra.

Takes every message out of ``src/chude``, merges them into the catalogues (``locale/vi.po``, which translators edit),
and compiles these: ``chude.mo`` for messages of the command line and of templates, ``page.json`` for scripts of pages,
``sentences.json`` for sentences that are translated after they are filled in. With ``--check`` nothing is written, and
what is missing, stale or wrong is said.
"""

import io
import json
import sys
from pathlib import Path

if __name__ == "__main__":  # run by its path, as translators do
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.messages import FIELD, SENTENCE, WORDS_OF_CLICK, WORDS_OF_THE_SYSTEM, words_of_recipes

CHUDE = Path(__file__).resolve().parent.parent / "src" / "chude"
METHODS = [
    ("locale/**.py", "ignore"),
    ("**.py", "tools.messages:python_messages"),
    ("decoding/file_types.toml", "tools.messages:file_types"),
    ("decoding/magic.tsv", "tools.messages:signatures"),
    ("**.js", "javascript"),
    ("**.j2", "jinja2.ext:babel_extract"),
]
_REVIEW = ("review.js", "review.html.j2")  # whose words the page takes along
_CHANGING = ("POT-", "PO-", "Report-", "Last-", "Language-Team", "Generated-By")
HEADER = "# Words of chude. The English of the messages is in the source; edit the translations here."


def extracted() -> Catalog:
    """Return every message of the source, with the files that it stands in."""
    catalog = Catalog(fuzzy=False)
    for file, line, message, comments, context in extract_from_dir(CHUDE, METHODS):
        catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    for message in words_of_recipes(CHUDE.parents[1] / "models"):
        catalog.add(message, context=SENTENCE)
    for message in WORDS_OF_CLICK:
        catalog.add(message)
    for message in WORDS_OF_THE_SYSTEM:
        catalog.add(message, context=SENTENCE)
        catalog.add(message[0].lower() + message[1:], context=SENTENCE)
    return catalog


def updated(path: Path) -> Catalog:
    """Return a catalogue with the messages of today; translations of others are dropped."""
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.stem)
    else:
        catalog = Catalog(locale=path.stem)
    catalog.header_comment, catalog.fuzzy = HEADER, False
    catalog.project, catalog.version = "chude", "messages"
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """Write a catalogue for translators, without what would change at each run."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, no_location=True)
    changing = tuple(f'"{name}'.encode() for name in _CHANGING)
    return b"\n".join(line for line in out.getvalue().split(b"\n") if not line.startswith(changing))


def as_mo(catalog: Catalog) -> bytes:
    """Compile the messages that the module gettext looks up; the header says the plural forms and nothing else."""
    compiled = _Plain(locale=catalog.locale, fuzzy=False)
    for each in catalog:
        if each.id and each.context is None:
            compiled.add(each.id, each.string)
    out = io.BytesIO()
    write_mo(out, compiled)
    return out.getvalue()


class _Plain(Catalog):
    """A catalogue whose header does not change from day to day."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super().mime_headers if not name.startswith(_CHANGING)]


def as_json(messages: dict[str, str] | dict[str, list[str]]) -> bytes:
    """Write translations as JSON."""
    return (json.dumps(dict(sorted(messages.items())), ensure_ascii=False, indent=1) + "\n").encode()


def compiled(catalog: Catalog) -> dict[str, bytes]:
    """Return the files that are made of a catalogue, by their names."""
    found = [each for each in catalog if each.id]
    on_pages = [each for each in found if any(Path(file).name in _REVIEW for file, _ in each.locations)]
    sentences = [each for each in found if each.context == SENTENCE]
    return {
        "LC_MESSAGES/chude.mo": as_mo(catalog),
        "page.json": as_json({_english(each): _forms(each)[: catalog.num_plurals] for each in on_pages}),
        "sentences.json": as_json({_english(each): _forms(each)[0] for each in sentences}),
    }


def faults(catalog: Catalog) -> list[str]:
    """Return what is wrong with translations: there is none, nobody has checked it, or its fields are not the same."""
    found = []
    for each in (each for each in catalog if each.id):
        english = _english(each)
        if not all(_forms(each)):
            found.append(f"no translation of {english!r}")
        elif each.fuzzy:
            found.append(f"not checked, marked as fuzzy: {english!r}")
        elif any(_fields(form) != _fields(_many(each)) for form in _forms(each)):
            found.append(f"other fields than in English: {english!r}")
    return found


def _fields(message: str) -> set[str]:
    return {field[0] for field in FIELD.finditer(message)}


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _many(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def main(arguments: list[str]) -> int:
    """Update the catalogues, or check that there is nothing to update."""
    wrong = []
    for path in sorted((CHUDE / "locale").glob("*.po")):
        catalog = updated(path)
        wrong += [f"{path.name}: {fault}" for fault in faults(catalog)]
        files = {path.with_suffix("") / name: content for name, content in compiled(catalog).items()}
        for target, content in {path: as_po(catalog), **files}.items():
            if "--check" not in arguments:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            elif not target.exists() or target.read_bytes() != content:
                wrong.append(f"{target.name} is not up to date: run python tools/catalogues.py")
    print("\n".join(wrong), file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
