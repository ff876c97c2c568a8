"""Text of a mail or of a page saved as MHTML, by the standard library."""

import email
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from chude.decoding.decoder import Decoded, refuse_damaged
from chude.decoding.html import decode_html, decoded_as
from chude.errors import DecodingError

_NEXT_MAIL = re.compile(rb"\r?\n\r?\nFrom \S+[^\n]*\d{2}:\d{2}[^\n]*\n[!-9;-~]+:")


def decode_mail(data: bytes, *, mend: bool = True) -> Decoded:
    """Decode a mail: its subject and its text, or the main text of its page.

    Attachments are not read. If there are a text and a page with the same content, the text is used for a mail and the
    page for MHTML.

    Parameters
    ----------
    data : bytes
        A whole mail (.eml) or a page saved with its images (.mhtml).
    mend : bool, default True
        As for `decode`.

    Returns
    -------
    Decoded
        `encoding` is that of the part.

    Raises
    ------
    DecodingError
        If the mail holds no text, or the file holds several mails.
    MissingExtraError
        If it is a page, and trafilatura is not installed.
    """
    more = len(_NEXT_MAIL.findall(data)) if data.startswith(b"From ") else 0
    if more:
        raise DecodingError(f"mailbox of {more + 1:,} mails, not a text: save each mail as a file of its own (.eml)")
    try:
        message = email.message_from_bytes(data)
        parts = [part for part in message.walk() if _is_text(part)]
    except RecursionError:
        raise DecodingError("mail with too many parts inside each other") from None
    found = list(_wanted(parts, prefers_page=_is_page(message)))
    decoded = [each for each in (_decoded(part, mend) for part in found) if each is not None]
    if not decoded:
        raise DecodingError("mail without a text: what is attached has to be saved as files of its own")
    body = "\n".join(each.text for each in decoded)
    subject = _subject(message)
    return Decoded(body if body.startswith(subject) else f"{subject}\n{body}", decoded[0].encoding)


def _is_text(part: "Message[str, str]") -> bool:
    return part.get_content_type() in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment"


def _is_page(message: "Message[str, str]") -> bool:
    return "Snapshot-Content-Location" in message or message.get_content_type() == "multipart/related"


def _wanted(parts: "list[Message[str, str]]", *, prefers_page: bool) -> "Iterator[Message[str, str]]":
    """Return the first page or all plain texts: the preferred ones, if there are any."""
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    if plain and not (prefers_page and pages):
        yield from plain
    else:
        yield from pages[:1]


def _decoded(part: "Message[str, str]", mend: bool) -> Decoded | None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return None
    if part.get_content_type() == "text/html":
        return decode_html(payload, mend=mend)
    said = part.get_content_charset()
    return refuse_damaged(decoded_as(payload, said, mend=mend), mend=mend)


def _subject(message: "Message[str, str]") -> str:
    value = message.get("Subject", "")
    try:
        subject = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        subject = str(value)
    return " ".join(subject.encode("utf-8", "replace").decode().split())
