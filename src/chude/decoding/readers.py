"""Which files need a package to be read, by the ending of their names."""

from functools import cache

from chude.decoding.magic import PDF, WORD, WORKBOOK

PAGES = (".html", ".htm", ".xhtml")
"""Endings of pages, which are taken for pages whatever is in them."""

_DOCUMENTS = {".docx": WORD, ".pdf": PDF, ".xlsx": WORKBOOK}


@cache
def require_reader(ending: str) -> None:
    """Check that what reads files with an ending is installed, before a run begins.

    Raises
    ------
    MissingExtraError
        It is not; the message says what to install.
    """
    if ending in PAGES:
        from chude.decoding.html import require_extractor  # most runs have neither pages nor documents

        require_extractor()
    elif ending in _DOCUMENTS:
        from chude.decoding.documents import require_library

        require_library(_DOCUMENTS[ending])
