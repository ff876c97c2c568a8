"""The text of a file of any format and name: prose, a page, a mail, a document."""

import io

from chude.decoding.decoder import Decoded, decode_source, refuse_damaged
from chude.decoding.file_types import MAIL, PAGE, text_file_type
from chude.decoding.html import decode_html
from chude.decoding.magic import PDF, WORD, WORKBOOK, binary_file_type
from chude.decoding.mend import may_need_mending, mended
from chude.decoding.needed_packages import PAGES
from chude.errors import DecodingError
from chude.locale import N_

# The readers of documents and mails are imported when there is such a file: most runs have none.
_ENCODINGS = {WORD: "docx", PDF: "pdf"}
"""What a document has in the column ``encoding``."""

_OFFICE_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": WORKBOOK}
_SAVE = N_("save it as .docx, .pdf or plain text")
_UNPACK = N_("unpack it first")
_ADVICE: dict[str | None, str] = {
    "RTF document": _SAVE,
    "Microsoft Office document (.doc, .xls or .ppt)": N_(f"{_SAVE}, a table as .xlsx or .csv, without a password"),
    "OpenDocument file": N_(f"{_SAVE}, a table as .xlsx or .csv"),
    "PowerPoint presentation (.pptx)": _SAVE,
    "EPUB book": _SAVE,
    "Kindle book": _SAVE,
    "DjVu document": _SAVE,
    "PostScript document": _SAVE,
    "tar archive": _UNPACK,
    "7-Zip archive": _UNPACK,
    "RAR archive": _UNPACK,
    "cabinet archive": _UNPACK,
    "bzip2 archive": _UNPACK,
    "xz archive": _UNPACK,
    "LZ4 archive": _UNPACK,
    "ZIP archive": N_("unpack it, or give it as a file of its own, with a name that ends in .zip"),
    "gzip archive": _UNPACK,
    "Zstandard archive": _UNPACK,
    "Parquet table": N_("--text-column reads it; the name of a file has to end in .parquet"),
}
"""What to do with files of a format. It has to be right on standard input and in archives, too."""

_ADVICE_FOR_TABLES = _ADVICE | {WORKBOOK: N_("--text-column reads it; the name of a file has to end in .xlsx")}
"""What to do with them where a table is expected; `file_text` has a sentence of its own for a workbook."""


def no_table(head: bytes) -> str | None:
    """Say what a file is by its first bytes, and what to do, if it is no table of text; None if that is not known."""
    file_type = _file_type(head)
    if file_type is None:
        return None
    advice = _ADVICE_FOR_TABLES.get(file_type)
    return f"{file_type}, not text: {advice}" if advice else f"{file_type}, not text"


def no_workbook(data: bytes) -> str | None:
    """Say what a file is that was taken for a workbook, and what to do; None if it is one, though perhaps damaged."""
    found = _file_type(data)
    if data.startswith(b"PK") and (found is None or found == WORKBOOK or not _is_whole(data)):
        return None
    if found is None:
        return N_("no Excel workbook, though its name ends in .xlsx: give it the ending of what it is, such as .csv")
    advice = _ADVICE.get(found)
    return f"{found}, not text: {advice}" if advice else N_(f"{found}, not a table")


def file_text(data: bytes, name: str = "", *, encoding: str | None = None, mend: bool = True) -> Decoded:
    """Return the text of a file: all of it for prose, the main text for a page, a mail or a document.

    Parameters
    ----------
    data : bytes
        The whole file, not compressed.
    name : str, optional
        Its name; only the endings of pages matter.
    encoding, mend
        As for `decode`; documents contain their encoding.

    Returns
    -------
    Decoded
        `encoding` is "docx" or "pdf" for a document.

    Raises
    ------
    DecodingError
        If it is no text, is damaged beyond repair, or has a format that chude does not read; the message names it.
    MissingExtraError
        If it is a page or a document, and the package that reads it is not installed.
    InputError
        If `encoding` is not the name of an encoding that chude reads.
    """
    file_type = _file_type(data)
    if file_type in _ENCODINGS:
        return _document(data, file_type, mend)
    if file_type == WORKBOOK:
        raise DecodingError(f"{file_type}, a table: name its column of text with --text-column")
    if file_type in _ADVICE:
        raise DecodingError(f"{file_type}, not text: {_ADVICE[file_type]}")
    if name.lower().endswith(PAGES):
        return decode_html(data, encoding=encoding, mend=mend)
    try:
        source = decode_source(data, encoding=encoding, mend=mend)
    except DecodingError:
        found = text_file_type(data[:4096].decode("ascii", "replace"))
        if found is not None and found.name == PAGE:
            return decode_html(data, mend=mend)  # it reads the encoding that the page names
        raise
    found = text_file_type(source.text)
    if found is None:
        return refuse_damaged(source, mend=mend and encoding is None)
    if found.name == PAGE:
        return decode_html(data, encoding=encoding, mend=mend)
    if found.name == MAIL:
        from chude.decoding.mail import decode_mail

        return decode_mail(data, mend=mend)
    raise DecodingError(str(found))


def _file_type(data: bytes) -> str | None:
    """Name the format of a file; that of an Office file by the names of its parts, if its first bytes do not tell."""
    found = binary_file_type(data)
    if found not in {"Office document", "ZIP archive"}:
        return found
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return found
    return next((document for part, document in _OFFICE_PARTS.items() if part in names), found)


def _is_whole(data: bytes) -> bool:
    """Whether an archive has its end, where its table of contents is."""
    import zipfile

    return zipfile.is_zipfile(io.BytesIO(data))


def _document(data: bytes, file_type: str, mend: bool) -> Decoded:
    from chude.decoding.documents import document_text

    text, name = document_text(data, file_type), _ENCODINGS[file_type]
    if mend and may_need_mending(text):  # fonts of TCVN3 and VNI are in many PDFs
        better = mended(text)
        return refuse_damaged(Decoded(better, name if better == text else f"{name}, mended"))
    return Decoded(text, name)
