"""A fast check, for every text, whether it may be something other than prose; `file_types` tells what it is."""

import re

HEAD = 8192
"""Number of characters by which the type of a file is recognized."""

# What the start of a text has to look like for any of the types in `file_types`; "<", "{" and "=" may come later.
# `read_texts` of the kernels (`chude.kernels.plain.files`) tells by the first word that a text is none of these: what
# is added here is added there, too.
_SPECIAL_START = re.compile(
    rb"\s*(?:[\[{<#\\%\"/.-]|(?i:version\ https|create|insert|drop|lock|pragma|copy|set|use|select|update|delete|alter"
    rb"|msgid|traceback|begin|start|commit|import|from|package|using|diff|index|http/|warc/)\b|[!-9;-~]{1,60}:|[A-Za-z0-9+/]{60}"
    rb"|\d{4}[-/]\d\d[-/]\d\d[T ]\d|[0-9a-fA-F.:]{3,45} \S+ \S+ \[\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:"
    rb"|[^\s,;|]{1,120}(?:[,;|][^\s,;|]{1,120})+\r?\n|[^\t\n]{1,120}\t)"
)


def may_be_no_prose(data: bytes) -> bool:
    """Whether `text_file_type` may return a type for UTF-8; fast, and seldom true for prose."""
    end = 4 * HEAD  # a character has four bytes at most
    return (
        data.find(b"<", 0, end) >= 0
        or data.find(b"{", 0, end) >= 0
        or data.find(b"=", 0, end) >= 0
        or begins_unlike_prose(data)
    )


def begins_unlike_prose(data: bytes) -> bool:
    """Do the same as `may_be_no_prose`, for UTF-8 without ``<``, ``{`` and ``=``."""
    return _SPECIAL_START.match(data) is not None
