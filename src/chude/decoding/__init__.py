"""Bytes to text: encodings, repair of wrongly decoded text, and the text of pages, mails and documents."""

from chude.decoding.content import PAGES, file_text, require_reader
from chude.decoding.decoder import Decoded, decode, put_right
from chude.decoding.html import decode_html, main_text
from chude.decoding.kinds import Kind, beginning_kind, begins_unlike_prose, may_be_no_prose, text_kind
from chude.decoding.magic import file_kind
from chude.decoding.mend import may_need_mending
from chude.decoding.names import ENCODINGS, canonical_name

__all__ = [
    "ENCODINGS",
    "PAGES",
    "Decoded",
    "Kind",
    "beginning_kind",
    "begins_unlike_prose",
    "canonical_name",
    "decode",
    "decode_html",
    "file_kind",
    "file_text",
    "main_text",
    "may_be_no_prose",
    "may_need_mending",
    "put_right",
    "require_reader",
    "text_kind",
]
