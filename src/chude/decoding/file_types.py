"""What a file of text holds by what is in it: prose, a page, a mail, JSON, code; whatever its name is."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from chude.decoding.prose import HEAD
from chude.locale import N_

PAGE = N_("web page (HTML)")
MAIL = N_("mail")
_CODE = N_("source code")

_COMMENTS = r"\s*(?>(?:<!--.*?-->\s*|<\?xml[^>]{0,200}>\s*)*)"
# The tags by which browsers know a page (MIME Sniffing, 7.1), and others that pages and pieces of them begin with.
_PAGE_START = re.compile(
    _COMMENTS + r"<(?:!doctype\s+html|html|head|script|iframe|h[1-6]|div|font|table|a|style|title|b|body|br|p|meta|link"
    r"|article|section|main|nav|header|img|span|ul|ol|center|strong|em|i|figure|blockquote)(?:[\s/>]|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING_TAG = re.compile(r"</(?:p|div|td|tr|li|span|a|h[1-6]|table|script|strong|b)\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_XML_START = re.compile(
    r"\s*(?:<\?xml\b|(?>(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*)<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>)", re.DOTALL
)
_MANY_TAGS = 5
_MUCH_MARKUP = 0.3

_HEADER = re.compile(r"([!-9;-~]{1,60}):(?:[ \t][^\n]*|[ \t]*\r?)\n(?:[ \t]+\S[^\n]*\n)*")
# fmt: off
_MAIL_HEADERS = frozenset([
    "from", "to", "cc", "date", "subject", "message-id",
    "mime-version", "received", "return-path", "content-type", "content-transfer-encoding", "reply-to",
    "delivered-to", "sender", "in-reply-to", "references", "x-mailer", "user-agent",
    "dkim-signature", "snapshot-content-location",
])
# fmt: on
_MBOX = re.compile(r"From \S+[^\n]*\d{2}:\d{2}[^\n]*\n")
_FEWEST_HEADERS = 3

_JSON_KEY = re.compile(r'\s*[\[{]\s*(?:[\[{]\s*)*"(?:[^"\\\n]|\\.){1,200}"\s*:')
_MOST_NAMED = 12

_NAME = re.compile(r"[\w .#/()-]{1,40}")
_FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class FileType:
    """What a text is that is no prose.

    Attributes
    ----------
    name : str
        `PAGE` and `MAIL` have readers; others have none.
    advice : str
        What to do with it.
    """

    name: str
    advice: str = ""

    def __str__(self) -> str:
        return N_(f"{self.name}, not a text: {self.advice}")


def text_file_type(text: str) -> FileType | None:
    """Tell what a text is if it is no prose.

    Parameters
    ----------
    text : str
        Without a byte order mark; the first `HEAD` characters decide, but for JSON, which is parsed.

    Returns
    -------
    FileType or None
        None for prose, also for prose about code, with tags in it or with a snippet of JSON.
    """
    head = text[:HEAD]
    start = head.lstrip()
    if start[:1] in "{[" and start:
        found = _json(text)
        if found is not None:
            return found
    if "<" in head:
        found = _markup(text, head)
        if found is not None:
            return found
    if _is_mail(start):
        return FileType(MAIL)
    found = next((each for pattern, each in _signatures() if pattern.match(start)), None)
    if found is not None:
        return found
    if ("=" in head or "{" in head) and _is_code(head):
        return FileType(_CODE, "chude labels prose")
    return _table(start)


def beginning_file_type(text: str) -> FileType | None:
    """Tell what a text is by its first words alone: for tables and lists, which may be of JSON or code."""
    start = text[:HEAD].lstrip()
    if _PAGE_START.match(start):
        return FileType(PAGE, "it holds no rows")
    if _is_mail(start):
        return FileType(MAIL, "it holds no rows")
    return next((each for pattern, each in _signatures() if each.name != _CODE and pattern.match(start)), None)


@cache
def _signatures() -> tuple[tuple[re.Pattern[str], FileType], ...]:
    rows = tomllib.loads(files(__package__).joinpath("file_types.toml").read_text(encoding="utf-8"))["type"]
    return tuple((re.compile(row["pattern"], re.DOTALL), FileType(row["name"], row["advice"])) for row in rows)


def _markup(text: str, head: str) -> FileType | None:
    if _PAGE_START.match(head):
        return FileType(PAGE)
    if len(_CLOSING_TAG.findall(head)) >= _MANY_TAGS:
        markup = sum(map(len, _TAG.findall(head)))
        if markup > _MUCH_MARKUP * len(head):
            return FileType(PAGE)
    start = _XML_START.match(head)
    if start is not None and (start[1] is None or text[-200:].rstrip().endswith(f"</{start[1]}>")):
        return FileType("XML", "extract its text first")
    return None


def _is_mail(start: str) -> bool:
    """Whether a text begins with the headers of a mail, as RFC 5322 has them: several, and a blank line below."""
    at = 0
    envelope = _MBOX.match(start)
    if envelope is not None:
        at = envelope.end()
    known = set()
    while header := _HEADER.match(start, at):
        known.add(header[1].lower())
        at = header.end()
    is_ended = at == len(start) or start[at] in "\r\n"
    return is_ended and len(known & _MAIL_HEADERS) >= _FEWEST_HEADERS


def _json(text: str) -> FileType | None:
    """Tell JSON, and name its fields; prose that begins with a bracket does not parse."""
    first_line = text.lstrip().partition("\n")[0]
    value = _parsed(text)
    if value is None and first_line.startswith("{"):
        value = _parsed(first_line)  # JSON Lines
    if value is None:
        return FileType("JSON", "it is damaged or cut off: save it again") if _JSON_KEY.match(text[:HEAD]) else None
    fields = _fields(value)
    if not fields:
        return FileType("JSON", "chude labels prose")
    shown = ", ".join(fields[:_MOST_NAMED]) + (", ..." if len(fields) > _MOST_NAMED else "")
    return FileType("JSON", f"name the field that holds the text with --text-column; its fields are: {shown}")


def _parsed(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _fields(value: Any) -> list[str]:
    """Fields of the first record: of an array, of the array in an object, or of the object itself."""
    if isinstance(value, dict):
        inside = next(
            (each for each in value.values() if isinstance(each, list) and each and isinstance(each[0], dict)), None
        )
        return list(inside[0]) if inside else list(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return list(value[0])
    return []


def _is_code(head: str) -> bool:
    from chude.decoding.source_code import is_code  # its patterns take a while to compile

    return is_code(head, is_cut=len(head) == HEAD)


def _table(start: str) -> FileType | None:
    """Tell a table with a header from prose: each line has as many cells as the first, which holds short names."""
    import csv

    lines = start.splitlines()
    first = lines[0] if lines else ""
    for delimiter in "\t,;|":
        names = first.split(delimiter)
        if len(names) < 2 or not all(_NAME.fullmatch(name.strip().strip('"')) for name in names):
            continue
        if delimiter != "\t" and any(" " in name.strip() and '"' not in name for name in names):
            continue
        try:
            rows = list(csv.reader(lines[:-1] if len(start) > HEAD // 2 else lines, delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        rows = [row for row in rows if row]
        if len(rows) >= _FEWEST_ROWS and all(len(row) == len(names) for row in rows):
            return FileType(
                "table (CSV)",
                "name its column of text with --text-column; the name of the file has to end in .csv or .tsv",
            )
    return None
