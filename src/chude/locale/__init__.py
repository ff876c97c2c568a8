"""The language of what people read: English, or Vietnamese by a gettext catalogue.

Messages are English in the source and in everything that programs read. The command line chooses a language for what it
prints and for pages; in Python it is English unless `choose` is called. Nothing is loaded for English.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import GNUTranslations

FOLDER = Path(__file__).parent

LANGUAGES = ("en", "vi")
"""The first one is that of the source."""

DOMAIN = "chude"

_VARIABLES = ("CHUDE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

_catalogue: "GNUTranslations | None" = None


def asked(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language that a command line and its environment ask for.

    Parameters
    ----------
    arguments : sequence of str
        Of the command line; ``--lang`` may stand before or after the name of the command, and counts for errors of use,
        too.
    environment : mapping
        The first of ``CHUDE_LANG``, ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` that is not empty counts.

    Returns
    -------
    str
        One of `LANGUAGES`.
    """
    for place, word in enumerate(arguments):
        if word == "--":
            break
        named = arguments[place + 1] if word == "--lang" and place + 1 < len(arguments) else ""
        if word.startswith("--lang="):
            named = word.partition("=")[2]
        if named in LANGUAGES:  # another is an error of use, which is said in the language of the environment
            return named
    return _known(next(filter(None, map(environment.get, _VARIABLES)), ""))


def _known(name: str) -> str:
    """Return the language of a locale's name, as in ``vi_VN.UTF-8``."""
    language = name.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def choose_language(language: str) -> None:
    """Choose the language of messages and pages, for the whole process.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    """
    global _catalogue  # noqa: PLW0603  (the language is the process's, as with gettext itself)
    if language == current():
        return
    import gettext

    if language == LANGUAGES[0]:
        _catalogue = None
        gettext.textdomain("messages")
        return
    _catalogue = gettext.translation(DOMAIN, FOLDER, [language])
    # Click's own words go through the functions of gettext, which look here for them.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)


def current() -> str:
    """Return the language of messages, one of `LANGUAGES`."""
    return LANGUAGES[0] if _catalogue is None else LANGUAGES[1]


def translated(message: str) -> str:
    """Return a message in the language, as it stands in the catalogue: fields are not filled in."""
    return message if _catalogue is None or not message else _catalogue.gettext(message)


def translated_plural(one: str, many: str, number: int) -> str:
    """Return the form of a message for a number, as it stands in the catalogue: fields are not filled in."""
    if _catalogue is None:
        return one if number == 1 else many
    return _catalogue.ngettext(one, many, number)


def _(message: str, /, **values: object) -> str:
    """Return a message in the language, filled in; numbers with a format are written as the language writes them.

    Examples
    --------
    >>> _("{path}: {n:,} texts", path="a.csv", n=1200)
    'a.csv: 1,200 texts'
    """
    return filled(translated(message), values) if values else translated(message)


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a message for a number, in the language, filled in; the number is the field ``n``.

    Examples
    --------
    >>> ngettext("{n:,} text", "{n:,} texts", 1), ngettext("{n:,} text", "{n:,} texts", 1200)
    ('1 text', '1,200 texts')
    """
    return filled(translated_plural(one, many, n), {"n": n, **values})


def N_(message: str) -> str:  # noqa: N802  (gettext's name)
    """Return a sentence as it is: it is marked for the catalogue, and translated where it is printed, by `sentence`.

    For what is also written to files, and for sentences that the library says without knowing who reads them.
    """
    return message


def filled(message: str, values: Mapping[str, object]) -> str:
    """Fill in the fields of a message, numbers as the language writes them."""
    if _catalogue is None:
        return message.format(**values)
    from chude.locale.numbers import Filling

    return Filling().vformat(message, (), values)


def number(value: float, spec: str = ",") -> str:
    """Return a number as the language writes it.

    Parameters
    ----------
    value : float
    spec : str
        As for `format`.

    Examples
    --------
    >>> number(130_222), number(93.51, ".1f"), number(0.935, ".1%")
    ('130,222', '93.5', '93.5 %')
    """
    return written(format(value, spec).replace("%", " %"))


def written(text: str) -> str:
    """Return a number that is written as in English as the language writes it."""
    if _catalogue is None:
        return text
    from chude.locale import numbers

    return numbers.written(text)


def sentence(english: str) -> str:
    """Return the translation of a sentence that was filled in already, such as the message of an error.

    Errors and what labelling notes of a text are English wherever a program may read them, in Python and in files.
    Where they are printed for people, the catalogue's sentence that fits one gives its translation. One that fits none
    stays English.
    """
    if _catalogue is None:
        return english
    from chude.locale.sentences import Sentences

    return Sentences.of(current()).translated(english)
