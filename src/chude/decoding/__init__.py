"""Bytes to text: encodings, repair of wrongly decoded text, and the text of pages, mails and documents."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chude.decoding.content import file_text, no_table, no_workbook
    from chude.decoding.decoder import Decoded, decode, put_right
    from chude.decoding.file_types import FileType, beginning_file_type, text_file_type
    from chude.decoding.html import decode_html, main_text
    from chude.decoding.magic import binary_file_type
    from chude.decoding.mend import may_need_mending
    from chude.decoding.names import ENCODINGS, canonical_name
    from chude.decoding.needed_packages import PAGES, require_reader
    from chude.decoding.prose import begins_unlike_prose, may_be_no_prose

# Names are found when they are first asked for: a file of plain UTF-8 needs none of the tables and patterns that tell
# and mend everything else.
_HOMES = {
    "ENCODINGS": "names",
    "PAGES": "needed_packages",
    "Decoded": "decoder",
    "FileType": "file_types",
    "beginning_file_type": "file_types",
    "begins_unlike_prose": "prose",
    "canonical_name": "names",
    "decode": "decoder",
    "decode_html": "html",
    "binary_file_type": "magic",
    "file_text": "content",
    "main_text": "html",
    "may_be_no_prose": "prose",
    "may_need_mending": "mend",
    "no_table": "content",
    "no_workbook": "content",
    "put_right": "decoder",
    "require_reader": "needed_packages",
    "text_file_type": "file_types",
}

__all__ = [
    "ENCODINGS",
    "PAGES",
    "Decoded",
    "FileType",
    "beginning_file_type",
    "begins_unlike_prose",
    "binary_file_type",
    "canonical_name",
    "decode",
    "decode_html",
    "file_text",
    "main_text",
    "may_be_no_prose",
    "may_need_mending",
    "no_table",
    "no_workbook",
    "put_right",
    "require_reader",
    "text_file_type",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
