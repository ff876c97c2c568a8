"""Options that several commands share, given to a command as one typed argument."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from typing import Any

Command = Callable[..., Any]


def as_one(
    name: str, options_type: type[Any], options: Sequence[Callable[[Command], Command]]
) -> Callable[[Command], Command]:
    """Return a decorator that adds options to a command.

    Parameters
    ----------
    name : str
        The argument by which the command gets them.
    options_type : type
        The dataclass of the argument; each field is an option of that name.
    options : sequence of callables
        Of ``click.option``, in the order of the help.
    """

    def decorated(command: Command) -> Command:
        @wraps(command)
        def bundled(**arguments: Any) -> Any:
            values = {field.name: arguments.pop(field.name) for field in fields(options_type)}
            return command(**arguments, **{name: options_type(**values)})

        bundled_with_options: Command = bundled
        for option in reversed(options):
            bundled_with_options = option(bundled_with_options)
        return bundled_with_options

    return decorated
