"""Messages in the source, as Babel's methods of extraction.

Beside calls of ``_``, ``ngettext`` and ``N_``, these are: help of the command line, messages of chude's errors, names
of steps, types of files, and what click says. Errors are written as f-strings; an expression in one becomes a field
with the last name that stands in it.
"""

import ast
import inspect
import itertools
import keyword
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from chude.cli.models import first_sentence
from chude.labelling.progress import cause_of

FIELD = re.compile(r"\{\w*(?:![rsa])?(?::[^{}]*)?\}")

SENTENCE = "sentence"
"""Context of the messages that are translated after they are filled in."""

WORDS_OF_CLICK: tuple[str | tuple[str, str], ...] = (
    "Usage:",
    "[OPTIONS]",
    "COMMAND [ARGS]...",
    "Options",
    "Commands",
    "Show this message and exit.",
    "default: {default}",
    "required",
    "Missing command.",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "No such option {name!r}.",
    "No such command {name!r}.",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    "Option {name!r} does not take a value.",
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    "{value} is not in the range {range}.",
    "{value!r} is not a valid {number_type}.",
    "integer range",
)
"""What the command line shows of click. It looks most of it up itself; `chude.cli` the metavars and types."""

WORDS_OF_THE_SYSTEM = (
    "No such file or directory",
    "Permission denied",
    "Is a directory",
    "Not a directory",
    "No space left on device",
    "File name too long",
    "Input/output error",
    "Read-only file system",
)
"""What the system says of files most often; a part of a sentence begins with a small letter."""

Found = tuple[int, str, Any, list[str]]

_ERRORS = frozenset(
    f"{name}Error"
    for name in ("Chude", "Input", "ModelFile", "Decoding", "Output", "Tokenizer", "MissingExtra", "Engine")
)
_SENTENCES = dict.fromkeys((*_ERRORS, "N_", "progress", "fail", "Unreadable", "Refusal"), (0,)) | {
    "error_batch": (1,),
    "FileType": (0, 1),
}
"""Which arguments of which calls are sentences."""
_EXAMPLE = re.compile(r".*\S {2,}(\S.*)")
_NAME = re.compile(r"[A-Za-z]\w*")
_MOST_ALTERNATIVES = 12
_COUNTED = frozenset({"DecodingError", "Unreadable", "Refusal", "N_", "error_batch", "FileType"})
_LEFT_OUT = "{path} is "  # the column of errors leaves it out, since that of paths stands beside it


def words_of_recipes(folder: Path) -> Iterator[str]:
    """Yield what `chude models` says of the bundled models: what each is for, and the names of its tests."""
    for path in sorted(folder.glob("*.toml")):
        recipe = tomllib.loads(path.read_text(encoding="utf-8"))
        if "purpose" in recipe:
            yield first_sentence(recipe["purpose"])
        yield from (test["name"] for test in recipe.get("test", ()))


def python_messages(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Found]:
    """Yield the messages of a module."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.FunctionDef) and _is_command(node):
            yield node.lineno, "_", inspect.cleandoc(ast.get_docstring(node) or ""), []
        if isinstance(node, ast.Call):
            yield from _of_call(node)


def file_types(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Found]:
    """Yield the names of types of files, and what to do with them."""
    for each in tomllib.load(file).get("type", ()):
        for name in ("name", "advice"):
            if each.get(name):
                yield from ((1, "pgettext", (SENTENCE, said), []) for said in _with_cause(each[name]))


def signatures(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Found]:
    """Yield the names of file formats, which are the first fields of the lines."""
    for number, line in enumerate(file.read().decode().splitlines(), 1):
        if not line.startswith("#"):
            yield from ((number, "pgettext", (SENTENCE, said), []) for said in _with_cause(line.partition("\t")[0]))


def _with_cause(name: str) -> Iterator[str]:
    """Yield a name, and what of it is shown where errors are counted by their cause."""
    yield from dict.fromkeys((name, cause_of(name)))


def _is_command(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator).startswith(("click.command", "click.group")) for decorator in node.decorator_list)


def _of_call(node: ast.Call) -> Iterator[Found]:
    called = ast.unparse(node.func).rpartition(".")[2]
    texts = [text for text in map(_text, node.args) if text is not None]
    if called == "_" and texts:
        yield node.lineno, "_", texts[0], []
    elif called == "ngettext" and len(texts) > 1:
        yield node.lineno, "ngettext", tuple(texts[:2]), []
    elif called == "examples":
        remarks = filter(None, map(_EXAMPLE.fullmatch, texts))
        yield from ((node.lineno, "_", remark[1], []) for remark in remarks)
    elif called in _SENTENCES and node.args:
        arguments = [node.args[i] for i in _SENTENCES[called] if i < len(node.args)]
        alternatives = (itertools.islice(_alternatives(argument), _MOST_ALTERNATIVES) for argument in arguments)
        for sentence in itertools.chain.from_iterable(alternatives):
            rest = sentence.removeprefix(_LEFT_OUT)
            cause = cause_of(rest) if called in _COUNTED or rest != sentence else sentence
            for each in dict.fromkeys((sentence, rest, cause)):
                if _NAME.search(FIELD.sub("", each)):
                    yield node.lineno, "pgettext", (SENTENCE, each), []
    for argument in node.keywords:
        text = _text(argument.value)
        if argument.arg in ("help", "short_help") and text is not None:
            yield node.lineno, "_", text, []


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _alternatives(node: ast.AST) -> Iterator[str]:
    """Yield each text that an expression can give, its values as fields."""
    fields = _Fields()
    for pieces in _pieces(node, fields):
        yield "".join(pieces)


def _pieces(node: ast.AST, fields: "_Fields") -> Iterator[tuple[str, ...]]:
    if isinstance(node, ast.Constant):
        yield (str(node.value),)
    elif isinstance(node, ast.JoinedStr):
        for parts in itertools.product(*(list(_pieces(value, fields)) for value in node.values)):
            yield tuple(itertools.chain.from_iterable(parts))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for left, right in itertools.product(_pieces(node.left, fields), list(_pieces(node.right, fields))):
            yield left + right
    elif isinstance(node, ast.IfExp):
        yield from _pieces(node.body, fields)
        yield from _pieces(node.orelse, fields)
    elif isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp) and not node.format_spec:
        yield from _pieces(node.value, fields)
    else:
        yield (fields.field(node),)


class _Fields:
    """Names of the fields of one message: the last name of each expression, with a number where it is taken."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def field(self, node: ast.AST) -> str:
        spec = ""
        if isinstance(node, ast.FormattedValue):
            if node.conversion > 0:
                spec = f"!{chr(node.conversion)}"
            if isinstance(node.format_spec, ast.JoinedStr):
                spec += ":" + "".join(str(getattr(part, "value", "")) for part in node.format_spec.values)
            node = node.value
        expression = ast.unparse(node)
        names = [each for each in _NAME.findall(re.sub(r"'[^']*'", "", expression)) if not keyword.iskeyword(each)]
        name = names[-1].strip("_") if names else "value"
        while self._names.setdefault(name, expression) != expression:
            name += "_"
        return f"{{{name}{spec}}}"
