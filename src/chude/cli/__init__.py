"""The command line: one module for each command, imported when it is needed."""

import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import click

from chude import locale
from chude.cli._language import EXAMPLES, in_language, with_language
from chude.locale import _

_COMPLETION = "_CHUDE_COMPLETE"
"""The variable by which the script of a shell asks for completions."""

EXIT_FAILED_TEXTS, EXIT_WRONG_USE, EXIT_STOPPED, EXIT_INTERRUPTED = 1, 2, 3, 130

# At its end the interpreter looks for garbage among all objects: 0.02 to 0.07 s, for memory that the system takes back
# anyway. Frozen objects are left out.
atexit.register(gc.freeze)


class LazyGroup(click.Group):
    """The commands: modules of this package with a ``command``, except those whose names begin with ``_``.

    An error of chude ends in one sentence on stderr and an exit code: 2 for wrong use, 3 for a run that had to stop,
    130 for Ctrl-C.
    """

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Make a context whose help is in the language of messages."""
        return click.Group.make_context(in_language(with_language(self)), info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the modules."""
        from pkgutil import iter_modules  # help lists the commands, a command does not

        names = (module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
        return sorted(name.replace("_", "-") for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        module = _module_of(cmd_name)
        if module is None:
            return None
        command: click.Command = module.command
        told = in_language(with_language(command))
        if _COMPLETION not in os.environ:
            return told
        from chude.cli._completion import completing

        return completing(told)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command of a context; its result is the exit code."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader of the output has closed it
            _silence_stdout()
            return EXIT_STOPPED

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = "chude", **extra: Any
    ) -> None:
        """Run a command and exit."""
        extra.pop("standalone_mode", None)
        _show_what_cannot_be_encoded()
        args = list(sys.argv[1:] if args is None else args)
        locale.choose_language(locale.asked(args, os.environ))
        try:
            code = super().main(args or ["--help"], prog_name, standalone_mode=False, **extra)
        except click.ClickException as error:
            if type(error) is click.BadParameter:  # translated before click puts it into a sentence of its own
                error = click.BadParameter(locale.sentence(error.message), error.ctx, error.param, error.param_hint)
            _say(error.format_message())
            if isinstance(error, click.UsageError) and error.ctx is not None:
                click.echo(_("Try '{command} --help'.", command=error.ctx.command_path), err=True)
            code = EXIT_WRONG_USE
        except (KeyboardInterrupt, click.Abort):
            click.echo(_("chude: stopped"), err=True)
            code = EXIT_INTERRUPTED
        except Exception as error:
            code = _code_of(error)
        sys.exit(code or 0)


def _module_of(cmd_name: str) -> ModuleType | None:
    """Import the module of a command; None where there is none of that name."""
    name = cmd_name.replace("-", "_")
    if "_" in cmd_name or name.startswith("_") or not name.isidentifier():
        return None
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":  # the command is there, and something that it imports is not
            raise
        return None


def _show_what_cannot_be_encoded() -> None:
    r"""Print a letter that the code page of a terminal does not have as ``\u1ec7``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _code_of(error: Exception) -> int:
    """Print an error of chude and return its exit code. Any other exception is a defect, and is raised again."""
    from chude.errors import ChudeError, EngineError, OutputError

    if not isinstance(error, ChudeError):
        raise error
    _say(str(error))
    if not isinstance(error, (OutputError, EngineError)):
        return EXIT_WRONG_USE
    _silence_stdout()
    return EXIT_STOPPED


def _say(sentence: str) -> None:
    click.echo(_("chude: error: {sentence}", sentence=locale.sentence(sentence)), err=True)


def _silence_stdout() -> None:
    """Keep the interpreter from flushing, at its end, what cannot be written."""
    from contextlib import suppress

    with suppress(OSError):  # in tests, standard output is not a file of the system
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def examples(*lines: str) -> str:
    """Return the end of the help of a command: lines as they would be typed."""
    return "\n".join(["\b", EXAMPLES, *(f"  {line}" for line in lines)])


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        import chude

        click.echo(f"chude {chude.__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "chude label articles/ -o labels.csv      a topic for each text of a folder",
        "chude explain article.txt                why it has that topic",
        "chude review archive/ -o review.html     a page to label texts on",
        "chude train mine/ -o mine.safetensors    learn your own topics",
        "chude label articles/ --model mine.safetensors",
    ),
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def main() -> None:
    """Tell what Vietnamese texts are about.

    Every command has its own help: chude COMMAND --help.
    """
