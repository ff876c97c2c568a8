"""The process that reads documents, started by `chude.decoding.documents`: documents on stdin, their text on stdout."""

import contextlib
import datetime
import io
import json
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any

from chude.decoding.document_messages import END, ERROR, HEADER, ROWS, TEXT
from chude.decoding.magic import PDF, WORD, WORKBOOK

_MEMORY = 2 << 30
_UNPACKED = 512 << 20
"""Largest size of all parts of an Office file together, by its directory; `zipfile` reads no more than that."""
_LONGEST = 64 << 20
"""Largest number of characters; a longer text is an attack."""
_PIECE = 500
"""Number of rows of a workbook in one message."""


class Refusal(Exception):  # noqa: N818 - an answer
    """A reason why a document has no text."""


def main() -> None:
    """Read documents until there are no more."""
    _limit_memory()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # the output of a library must not mix with the messages
    while size := source.read(4):
        file_type = source.read(struct.unpack(">I", size)[0]).decode()
        data = source.read(struct.unpack(">Q", source.read(8))[0])
        _answer(file_type, data, target)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _answer(file_type: str, data: bytes, target: IO[bytes]) -> None:
    what, message = END, b""
    try:
        for piece in _EXTRACTORS[file_type](data):
            said = piece.encode("utf-8", "replace")
            _send(target, ROWS if file_type == WORKBOOK else TEXT, said)
    except Refusal as error:
        what, message = ERROR, str(error).encode()
    except MemoryError:
        what, message = ERROR, f"takes more than {_MEMORY >> 30} GB of memory".encode()
    except Exception as error:
        what, message = ERROR, f"damaged ({type(error).__name__}: {error!s:.200})".encode("utf-8", "replace")
    _send(target, what, message)


def _send(target: IO[bytes], what: bytes, message: bytes) -> None:
    target.write(HEADER.pack(what, len(message)) + message)
    target.flush()


def _checked_archive(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("encrypted: save it without a password")
    unpacked = sum(member.file_size for member in members)
    if unpacked > _UNPACKED:
        raise Refusal(f"larger unpacked than a document may be ({unpacked:,} of {_UNPACKED:,} bytes)")


def word_text(data: bytes) -> Iterator[str]:
    """Paragraphs and tables of the body, in order."""
    import docx

    _checked_archive(data)
    lines = list(_blocks(docx.Document(io.BytesIO(data))))
    yield _required("\n".join(lines), Refusal("it holds no text"))


def _blocks(container: Any) -> Iterator[str]:
    from docx.text.paragraph import Paragraph

    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
            continue
        for row in block.rows:
            cells = {cell._tc: cell for cell in row.cells}  # a merged cell is repeated in each of its columns
            yield "\t".join("\n".join(_blocks(cell)) for cell in cells.values())


def pdf_text(data: bytes) -> Iterator[str]:
    """Text of the pages, in order."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refusal("encrypted: save it without a password") from None
        raise Refusal(f"damaged ({error!s:.200})") from None
    pages, length = [], 0
    with contextlib.closing(document):
        for number in range(len(document)):
            with contextlib.closing(document[number]) as page, contextlib.closing(page.get_textpage()) as text:
                pages.append(text.get_text_range(errors="replace").replace("\r\n", "\n").replace("\ufffe", ""))
            length += len(pages[-1])
            if length > _LONGEST:
                raise Refusal(f"more text than a document may have ({_LONGEST:,} characters)")
    no_text = Refusal(f"no text in {len(pages)} pages: a scan has to go through OCR first")
    yield _required("\n".join(pages), no_text)


def _required(text: str, otherwise: Refusal) -> str:
    if not any(map(str.isalpha, text)):
        raise otherwise
    if len(text) > _LONGEST:
        raise Refusal(f"more text than a document may have ({_LONGEST:,} characters)")
    return text


def workbook(data: bytes) -> Iterator[str]:
    """Rows of the sheets, in order, as JSON: name of the sheet, some rows."""
    import openpyxl

    _checked_archive(data)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        rows: list[list[Any]] = []
        for row in sheet.iter_rows(values_only=True):
            rows.append([_plain(cell) for cell in row])
            if len(rows) == _PIECE:
                yield json.dumps([sheet.title, rows])
                rows = []
        if rows:
            yield json.dumps([sheet.title, rows])


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time.min:
        return cell.date().isoformat()  # in Excel, every date has a time
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, (str, int, float, bool)) else str(cell)


_EXTRACTORS: dict[str, Callable[[bytes], Iterator[str]]] = {WORD: word_text, PDF: pdf_text, WORKBOOK: workbook}

if __name__ == "__main__":
    main()
