"""Bytes to text: detection of encodings, Vietnamese legacy tables, mending, HTML."""

from chude.decoding.decoder import Decoded, decode
from chude.decoding.html import decode_html, main_text
from chude.decoding.magic import file_kind
from chude.decoding.names import ENCODINGS, canonical_name

__all__ = ["ENCODINGS", "Decoded", "canonical_name", "decode", "decode_html", "file_kind", "main_text"]
