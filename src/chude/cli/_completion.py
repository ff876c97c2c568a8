"""What a shell offers for values of options and arguments, beside what click knows: names of models, files, folders."""

from copy import copy
from typing import Any, cast

import click
from click.shell_completion import CompletionItem

from chude import bundled

_FILES = "file"  # the shell lists files itself


def completing(command: click.Command) -> click.Command:
    """Return a command whose values are completed, by what their metavar says."""
    told = copy(command)
    told.params = [_completed(param) for param in told.params]
    return told


def _completed(param: click.Parameter) -> click.Parameter:
    shown = param.metavar or ""
    if not isinstance(param.type, click.types.StringParamType) or shown in ("NAME", "GLOB", "C", "URL"):
        return param
    told: Any = copy(param)
    told.shell_complete = _models if "MODEL" in shown or shown == "NAME|PATH" else _files
    return cast("click.Parameter", told)


def _files(_context: click.Context, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type=_FILES)]


def _models(context: click.Context, incomplete: str) -> list[CompletionItem]:
    names = [name for name in bundled.model_names() if name.startswith(incomplete)]
    return [*map(CompletionItem, names), *_files(context, incomplete)]
