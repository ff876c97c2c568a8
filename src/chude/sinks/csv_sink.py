"""CSV: UTF-8, comma-separated."""

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any

from chude.sinks.schema import Labelled, as_list
from chude.sinks.sink import SinkOptions
from chude.values import as_text, to_utf8


class CsvSink:
    """CSV in UTF-8. Lines end with a newline; null is an empty cell.

    Parameters
    ----------
    options : SinkOptions
        With `bom`, the file begins with a byte order mark, by which Excel recognizes UTF-8.
    """

    separator = footer = b""

    def __init__(self, options: SinkOptions) -> None:
        header = to_utf8(_csv([[name] for name in options.columns]))
        self.header = (b"\xef\xbb\xbf" if options.bom else b"") + header

    def encode(self, labelled: Labelled) -> bytes:
        """Return the lines of a batch."""
        return to_utf8(_csv([_cells(as_list(values)) for values in labelled.columns.values()]))


def to_csv(names: Sequence[str], rows: Sequence[Mapping[str, Any]], delimiter: str = ",") -> str:
    r"""Write rows as CSV with a header.

    Parameters
    ----------
    names : sequence of str
        Columns.
    rows : sequence of mappings
        Each has a value for every column.
    delimiter : str
        Between cells.

    Examples
    --------
    >>> to_csv(["path", "row"], [{"path": "a,b.txt", "row": None}])
    'path,row\n"a,b.txt",\n'
    """
    header = _csv([[name] for name in names], delimiter)
    return header + _csv([_cells([row[name] for row in rows]) for name in names], delimiter)


def _cells(values: list[Any]) -> list[str]:
    """Return the values of a column as text; null is an empty one."""
    types = set(map(type, values))
    if types == {str}:
        return values
    if types == {float}:
        return list(map(repr, values))
    if types == {NoneType}:
        return [""] * len(values)
    return ["" if value is None else as_text(value) for value in values]


def _csv(columns: Sequence[list[str]], delimiter: str = ",") -> str:
    """Return columns as lines, column by column: most columns have no cell that needs quotes.

    Cells are quoted as `csv.writer` quotes them, with one exception: `csv.writer` does not quote a lone carriage
    return, which readers take for the end of the row. In a row that has one, every cell is quoted.
    """
    returns: set[int] = set()
    cells: list[list[str]] = []
    for column in columns:
        together = "".join(column)
        if "\r" in together:
            returns.update(k for k, cell in enumerate(column) if "\r" in cell)
        is_plain = delimiter not in together and '"' not in together and "\n" not in together
        cells.append(column if is_plain else [_quoted_where_needed(cell, delimiter) for cell in column])
    lines = list(map(delimiter.join, zip(*cells, strict=True)))
    for k in returns:
        lines[k] = delimiter.join(_quoted(column[k]) for column in columns)
    lines.append("")
    return "\n".join(lines)


def _quoted_where_needed(cell: str, delimiter: str) -> str:
    return _quoted(cell) if delimiter in cell or '"' in cell or "\n" in cell else cell


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
