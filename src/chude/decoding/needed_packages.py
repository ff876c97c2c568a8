"""Which files need a package to be read, by the ending of their names."""

from functools import cache

from chude.decoding.magic import PDF, WORD, WORKBOOK

PAGES = (".html", ".htm", ".xhtml")
"""Endings of pages: such files are read as pages whatever their content."""

_DOCUMENTS = {".docx": WORD, ".pdf": PDF, ".xlsx": WORKBOOK}


@cache
def require_reader(ending: str) -> None:
    """Check before a run that the package that reads files with an ending is installed.

    Raises
    ------
    MissingExtraError
        If it is not; the message says what to install.
    """
    if ending in PAGES:
        from chude.decoding.html import require_extractor  # most runs have neither pages nor documents

        require_extractor()
    elif ending in _DOCUMENTS:
        from chude.decoding.documents import require_library

        require_library(_DOCUMENTS[ending])
