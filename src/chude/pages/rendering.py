"""From templates to self-contained pages."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chude import locale
from chude.pages import words
from chude.pages.numbers import percent, signed
from chude.pages.visible import shown, visible

_FOLDER = Path(__file__).parent


def render(template: str, **values: Any) -> str:
    """Fill in a template of this folder.

    Everything is escaped but `Markup`. Beside jinja's own, templates have the filters `shown`, `visible` (for
    titles and attributes), `percent` and `signed`, and the functions `_`, `ngettext`, `number`, `sentence`,
    `language` and `sheet`.

    Parameters
    ----------
    template : str
        Its file name; it extends ``base.html.j2``.
    **values : object

    Returns
    -------
    str
        The page.
    """
    return _environment().get_template(template).render(**values)


def source(name: str) -> str:
    """Return a script or a style sheet of this folder, with newlines as line ends."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _sheet(name: str) -> Markup:
    """Return a style sheet of this folder."""
    return Markup(source(name))  # noqa: S704  (a file of ours)


def attribute(text: str) -> str:
    """Escape text for an attribute, which cannot hold markup: the names of invisible characters stand in ``⟨ ⟩``."""
    return str(escape(visible(text)))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    environment.filters.update(shown=shown, visible=visible, percent=percent, signed=signed)
    environment.globals.update(
        _=words.message,
        ngettext=words.plural,
        number=locale.number,
        sentence=locale.sentence,
        language=locale.current,
        sheet=_sheet,
        version=version("chude"),
    )
    return environment
