"""Excel workbooks. Nothing can be appended to one: rows are kept as JSON and rewritten at the end."""

import datetime
import json
import math
import os
import threading
from typing import Any, BinaryIO, NamedTuple

from chude.errors import MissingExtraError, OutputError
from chude.sinks.schema import Labelled
from chude.sinks.sink import SinkOptions
from chude.values import as_text, to_json, to_utf8

MAX_TEXTS = 1_048_576 - 1
"""Rows of a sheet, without the header (Microsoft, "Excel specifications and limits")."""

MAX_CHARACTERS = 32_767
"""Characters of a cell, in units of UTF-16 (the same page)."""

_EXACT = 10**15
"""Excel keeps 15 digits of a number; a longer whole number, such as the id of an article, is written as text."""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""Text with such a beginning would become a formula when the cell is edited."""

_FIXED_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)  # the same labels give the same file
_WIDTHS = {"path": 40, "topic_name": 18, "reason": 14, "error": 30}


class XlsxSink:
    """One sheet: a header that stays in view, then a row for each text. Text stays text where it looks like a formula.

    Parameters
    ----------
    options : SinkOptions

    Raises
    ------
    MissingExtraError
        If XlsxWriter is not there.
    """

    header = separator = footer = b""

    def __init__(self, options: SinkOptions) -> None:
        try:
            import xlsxwriter  # noqa: F401 - said before labelling begins
        except ImportError as error:
            raise MissingExtraError("writing .xlsx files needs XlsxWriter: pip install 'chude[documents]'") from error
        self._columns = list(options.columns)
        self._n_texts = 0
        self._lock = threading.Lock()

    def encode(self, labelled: Labelled) -> bytes:
        """Return the rows of a batch, each as a line of JSON.

        Raises
        ------
        OutputError
            If there are more rows than a sheet can hold, or a text is longer than a cell can hold.
        """
        with self._lock:
            self._n_texts += len(labelled)
            _check_number(self._n_texts)
        return to_utf8("".join(f"{to_json(_cells(row))}\n" for row in labelled.rows()))

    def rewrite(self, body: BinaryIO, out: BinaryIO) -> None:
        """Write the workbook, row by row. Its temporary files are in the folder of `out`."""
        import xlsxwriter
        from xlsxwriter.exceptions import FileCreateError

        options = {"constant_memory": True, "tmpdir": os.path.dirname(out.name)}
        book = xlsxwriter.Workbook(out, options)
        try:
            self._fill(book, body)
            book.close()
        except FileCreateError as error:  # it wraps an OSError
            raise error.args[0] from None
        finally:
            book.fileclosed = True  # otherwise it tries again when it is collected

    def _fill(self, book: Any, body: BinaryIO) -> None:
        book.set_properties({"created": _FIXED_DATE})
        sheet = book.add_worksheet("labels")
        formats: tuple[dict[str, bool], ...] = ({"bold": True}, {}, {"quote_prefix": True})
        styles = _Styles(*(book.add_format(properties) for properties in formats))
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._columns):
            _write_text(sheet, 0, column, to_utf8(name).decode(), styles.bold)
            sheet.set_column(column, column, _WIDTHS.get(name, 12))
        body.seek(0)
        number = 0
        for number, line in enumerate(body, 1):
            _check_number(number)  # in a resumed run, `encode` has counted only its own rows
            for column, value in enumerate(json.loads(line)):
                _write(sheet, number, column, value, styles)
        sheet.autofilter(0, 0, number, len(self._columns) - 1)


def _check_number(n_texts: int) -> None:
    if n_texts > MAX_TEXTS:
        raise OutputError(
            f"a sheet of Excel holds {MAX_TEXTS:,} texts, and there are more: write .csv or .parquet, or label fewer "
            "at a time"
        )


def _cells(row: dict[str, Any]) -> list[Any]:
    return [_cell(name, value) for name, value in row.items()]


def _cell(name: str, value: Any) -> Any:
    """Return a value as a cell holds it: None, a truth value, a number, or text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else as_text(value)
    text = to_utf8(as_text(value)).decode()
    if len(text) > MAX_CHARACTERS // 2 and len(text.encode("utf-16-le")) // 2 > MAX_CHARACTERS:
        raise OutputError(
            f"a cell of Excel holds {MAX_CHARACTERS:,} characters, and one of the column {name!r} has {len(text):,}: "
            "leave the column out, or write .csv or .parquet"
        )
    return text


class _Styles(NamedTuple):
    """Formats of cells: names of columns, text, and text that Excel must not take for a formula."""

    bold: Any
    plain: Any
    quoted: Any


def _write(sheet: Any, row: int, column: int, value: Any, styles: _Styles) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif value:
        _write_text(sheet, row, column, value, styles.quoted if value.startswith(_ACTIVE) else styles.plain)


def _write_text(sheet: Any, row: int, column: int, text: str, how: Any) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):  # which XlsxWriter takes for markup of its own
        sheet.write_rich_string(row, column, text[0], how, text[1:])
    else:
        sheet.write_string(row, column, text, how)
