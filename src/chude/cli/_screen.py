"""Labels as a table on a terminal."""

import shutil
import unicodedata
from collections.abc import Mapping
from typing import BinaryIO

import click

from chude.cli._fitted import cut, printable
from chude.labelling.progress import place
from chude.locale import _, number, sentence
from chude.sinks.schema import Labelled, labels_among
from chude.topics import EMPTY, NEWS, NOT_COVERED

_LAYOUT = "{:>6}  {:<14}  {:<22}  {}"
_LEAST_SECOND = 0.05
"""Probability from which a second topic is named."""

_FIXED = len(_LAYOUT.format("", "", "", ""))


class ScreenSink:
    """One line for each text: probability, topic, remark, and which text it is.

    Parameters
    ----------
    names : mapping of str to str
        Names of the topics, by slug.
    kinds : mapping of str to str
        Names of the kinds of text, by slug: the remark says of which kind a text is, if it is not news.
    """

    separator = footer = b""

    def __init__(self, names: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        self._names, self._kinds = names, kinds
        self._room = max(16, shutil.get_terminal_size().columns - _FIXED)
        self.header = (_LAYOUT.format(_("prob"), _("topic"), _("remark"), _("text")) + "\n").encode()

    def encode(self, labelled: Labelled) -> bytes:
        """Return the lines of a batch."""
        tells_kinds = "kind" in labels_among(list(labelled.columns))
        lines = [f"{self._line(row, row['kind'] if tells_kinds else None)}\n" for row in labelled.rows()]
        return "".join(lines).encode(errors="backslashreplace")

    def _line(self, row: dict[str, object], kind: object) -> str:
        shown = printable(place(str(row["path"]), row["row"]))  # type: ignore[arg-type]
        if width(shown) > self._room:
            shown = "…" + shown[-(self._room - 1) :]
        if row["error"] is not None:
            return _LAYOUT.format("-", "-", cut(sentence(str(row["error"])), 22), shown)
        if kind not in (None, NEWS) and row["reason"] not in (EMPTY, NOT_COVERED):
            remark = self._kinds.get(str(kind), str(kind))
        elif row["reason"] is not None:
            remark = f"{sentence(str(row['reason']))}: {self._name(row['best_topic'])}"
        elif row["second_topic"] is not None and float(str(row["second_probability"])) >= _LEAST_SECOND:
            second = self._name(row["second_topic"])
            remark = _("or {topic} {probability:.2f}", topic=second, probability=row["second_probability"])
        else:
            remark = ""
        probability = number(float(str(row["probability"])), ".3f")
        return _LAYOUT.format(probability, cut(self._name(row["topic"]), 14), cut(remark, 22), shown)

    def _name(self, topic: object) -> str:
        return printable(self._names.get(str(topic), str(topic)))


def width(text: str) -> int:
    """Return the number of columns that a text has on a terminal."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


class Terminal:
    """Standard output as a stream of bytes, for consoles that take text only."""

    def write(self, data: bytes) -> int:
        """Print UTF-8."""
        click.echo(data.decode(), nl=False)
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""


def terminal() -> BinaryIO:
    """Return standard output for `ScreenSink`."""
    return Terminal()  # type: ignore[return-value]
