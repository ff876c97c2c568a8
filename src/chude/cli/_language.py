"""Help in another language than English: commands are written in English, and translated when one is asked for."""

import re
from copy import copy
from inspect import cleandoc
from typing import Any

import click

from chude import locale
from chude.cli._types import Or
from chude.locale import _, translated

EXAMPLES = "Examples:"
"""What stands above the examples of a command."""

_EXAMPLE = re.compile(r"(?P<line>.*\S {2,})(?P<remark>\S.*)")


def in_language(command: click.Command) -> click.Command:
    """Return a command with its help in the language of messages; in English, the command itself."""
    if locale.current() == locale.LANGUAGES[0]:
        return command
    told = copy(command)
    told._help_option = None  # click remembers the option, and with it the language of an earlier call
    told.help = translated(cleandoc(told.help or ""))
    told.short_help = translated(told.short_help or "")
    told.epilog = "\n".join(map(_example, (told.epilog or "").split("\n")))
    told.params = [_option(param) for param in told.params]
    told.options_metavar = translated(told.options_metavar or "")
    if isinstance(told, click.Group):
        told.subcommand_metavar = translated(told.subcommand_metavar or "")
    return told


def _example(line: str) -> str:
    match = _EXAMPLE.fullmatch(line)
    if match:
        return match["line"] + translated(match["remark"])
    return _("Examples:") if line == EXAMPLES else line


def _option(param: click.Parameter) -> click.Parameter:
    if not isinstance(param, click.Option):
        return param
    told = copy(param)
    told.help = translated(told.help or "")
    if told.metavar is not None:  # else click makes one of the name of the type
        told.type = _type(told.type)
    return told


def _type(option_type: click.ParamType[Any]) -> click.ParamType[Any]:
    """Return a type with the name that errors have for it, also where a word may stand for its number."""
    told = copy(option_type)
    if isinstance(told, click.IntRange):
        told.name = translated(told.name)
    if isinstance(told, Or):
        told.number = _type(told.number)
    return told


def with_language(command: click.Command) -> click.Command:
    """Return a command with ``--lang``, which is read before the options are: see `chude.locale.asked`."""
    told = copy(command)
    option = click.Option(
        ["--lang"],
        type=click.Choice(locale.LANGUAGES),
        expose_value=False,
        help="Language of messages and pages.  [default: that of CHUDE_LANG, else of the locale]",
    )
    told.params = [*command.params, option]
    return told
