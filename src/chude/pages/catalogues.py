"""Words of pages in other languages than English, from gettext catalogues."""

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "locale"


@cache
def messages(language: str) -> dict[str, list[str]]:
    """Return the messages of a catalogue.

    They are compiled from ``locale/LANGUAGE.po`` by ``tools/catalogues.py``, to the JSON that scripts of pages read.

    Parameters
    ----------
    language : str
        As in the catalogue's name: ``vi``.

    Returns
    -------
    dict of str to list of str
        From each English message to its translations, one for each plural form of the language.
    """
    found: dict[str, list[str]] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found
