"""Words of pages in the reader's language: for templates, and for the scripts of pages."""

import json
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from chude.locale import FOLDER, filled, translated, translated_plural
from chude.pages.visible import shown


def message(english: str, /, **values: Any) -> Markup:
    """Return a message in the language for a template; what fills its fields is escaped, but for markup."""
    return _markup(translated(english), values)


def plural(one: str, many: str, n: int, /, **values: Any) -> Markup:
    """Return the form of a message for a number, as `message`; the number is the field ``n``."""
    return _markup(translated_plural(one, many, n), {"n": n, **values})


def _markup(text: str, values: dict[str, Any]) -> Markup:
    safe = {name: shown(value) if isinstance(value, str) else value for name, value in values.items()}
    return Markup(filled(str(escape(text)), safe))  # noqa: S704  (the message and each value are escaped)


@cache
def messages(language: str) -> dict[str, list[str]]:
    """Return the messages of the scripts of pages.

    They are compiled from ``locale/LANGUAGE.po`` by ``tools/catalogues.py``.

    Parameters
    ----------
    language : str
        As in the catalogue's name: ``vi``.

    Returns
    -------
    dict of str to list of str
        From each English message to its translations, one for each plural form of the language.
    """
    found: dict[str, list[str]] = json.loads((FOLDER / language / "page.json").read_text(encoding="utf-8"))
    return found
