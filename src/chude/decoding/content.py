"""The text of a file of any format and name: prose, a page, a mail, a document."""

import io

from chude.decoding.decoder import Decoded, checked, decode_source
from chude.decoding.html import decode_html
from chude.decoding.kinds import MAIL, PAGE, text_kind
from chude.decoding.magic import PDF, WORD, WORKBOOK, file_kind
from chude.decoding.mend import may_need_mending, mended
from chude.decoding.needed_packages import PAGES
from chude.errors import DecodingError
from chude.locale import N_

# The readers of documents and mails are imported when there is such a file: most runs have none.
_NAMES = {WORD: "docx", PDF: "pdf"}
TIME_LIMIT = 30.0
"""Seconds for one document, or for some hundred rows of a workbook."""

_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": WORKBOOK}
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
    "ZIP archive": N_("its name has to end in .zip to be read"),
    "gzip archive": N_("its name has to end in .gz to be read"),
    "Zstandard archive": N_("its name has to end in .zst to be read"),
    "Parquet table": N_("its name has to end in .parquet, and --text-column names its column of text"),
}


_TABLES = {
    WORKBOOK: N_("its name has to end in .xlsx to be read"),
    "Parquet table": N_("its name has to end in .parquet to be read"),
}


def no_table(head: bytes) -> str | None:
    """Say what a file is by its first bytes, and what to do, if it is no table of text; None if that is not known."""
    kind = _kind(head)
    if kind is None:
        return None
    advice = _TABLES.get(kind) or _ADVICE.get(kind)
    return f"{kind}, not text: {advice}" if advice else f"{kind}, not text"


def file_text(
    data: bytes, name: str = "", *, encoding: str | None = None, mend: bool = True, time_limit: float = TIME_LIMIT
) -> Decoded:
    """Return the text of a file: all of it for prose, the main text for a page, a mail or a document.

    Parameters
    ----------
    data : bytes
        The whole file, not compressed.
    name : str, optional
        Its name; only the endings of pages matter.
    encoding, mend
        As for `decode`; documents contain their encoding.
    time_limit : float
        Seconds that a document may take.

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
    kind = _kind(data)
    if kind in _NAMES:
        return _document(data, kind, mend, time_limit)
    if kind == WORKBOOK:
        raise DecodingError(f"{kind}, a table: name its column of text with --text-column")
    if kind in _ADVICE:
        raise DecodingError(f"{kind}, not text: {_ADVICE[kind]}")
    if name.lower().endswith(PAGES):
        return decode_html(data, encoding=encoding, mend=mend)
    try:
        source = decode_source(data, encoding=encoding, mend=mend)
    except DecodingError:
        found = text_kind(data[:4096].decode("ascii", "replace"))
        if found is not None and found.name == PAGE:
            return decode_html(data, mend=mend)  # it reads the encoding that the page names
        raise
    found = text_kind(source.text)
    if found is None:
        return checked(source, mend=mend and encoding is None)
    if found.name == PAGE:
        return decode_html(data, encoding=encoding, mend=mend)
    if found.name == MAIL:
        from chude.decoding.mail import decode_mail

        return decode_mail(data, mend=mend)
    raise DecodingError(str(found))


def _kind(data: bytes) -> str | None:
    """Name the format of a file; that of an Office file by the names of its parts, if its first bytes do not tell."""
    kind = file_kind(data)
    if kind not in {"Office document", "ZIP archive"}:
        return kind
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return kind
    return next((document for part, document in _PARTS.items() if part in names), kind)


def _document(data: bytes, kind: str, mend: bool, time_limit: float) -> Decoded:
    from chude.decoding.documents import document_text

    text, name = document_text(data, kind, time_limit=time_limit), _NAMES[kind]
    if mend and may_need_mending(text):  # fonts of TCVN3 and VNI are in many PDFs
        better = mended(text)
        return checked(Decoded(better, name if better == text else f"{name}, mended"))
    return Decoded(text, name)
