"""The main text of an HTML page, by trafilatura (the extra `html`)."""

import codecs
import logging
import re
from html import unescape
from importlib.util import find_spec
from types import ModuleType

from chude.decoding.code_pages import LEGACY_ENCODINGS
from chude.decoding.decoder import Decoded, decode_source, refuse_damaged
from chude.decoding.names import canonical_name
from chude.errors import DecodingError, InputError, MissingExtraError

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096
_TAGS = re.compile(r"(<[^<>]*>)")
_TAG_NAME = re.compile(r"<([/!?]?[A-Za-z0-9-]*)")
_HIDDEN = {"head", "script", "style", "noscript", "template"}


def main_text(html: str | bytes) -> str:
    """Return the title and the main text of a page: no navigation, no comments, no footer.

    If the extractor finds no main text (a page of captions, a fragment, a few words), all visible text of the page is
    returned; an empty page gives an empty string.

    Parameters
    ----------
    html : str or bytes
        The page; bytes are decoded as `decode_html` does.

    Returns
    -------
    str
        Title, newline, text; the title is left out if the text begins with it.

    Raises
    ------
    DecodingError
        If the bytes are no text.
    MissingExtraError
        If trafilatura is not installed.
    """
    if isinstance(html, bytes):
        html = _source(html, None, mend=True).text
    trafilatura = _extractor()
    tree = trafilatura.load_html(html)
    title = "" if tree is None else _title(tree)
    body = trafilatura.extract(html, include_comments=False) or _visible_text(html)
    return body if body.startswith(title) else f"{title}\n{body}".strip()


def decode_html(data: bytes, *, encoding: str | None = None, mend: bool = True) -> Decoded:
    """Decode a page and extract its main text.

    The encoding is detected as in `decode`. The encoding that the page names (`<meta charset>`) is used only if the
    bytes are not UTF-8 and fit no Vietnamese encoding: most pages in legacy encodings name a wrong one.

    Parameters
    ----------
    data : bytes
        A whole page.
    encoding, mend
        As for `decode`.

    Returns
    -------
    Decoded
        The main text, and the encoding of the page.

    Raises
    ------
    DecodingError, InputError
        As `decode`.
    MissingExtraError
        If trafilatura is not installed.
    """
    source = _source(data, encoding, mend=mend)
    try:
        text = main_text(source.text)
    except (ValueError, RecursionError, AssertionError) as error:
        # A page on which the parser fails must not end a run over a million pages.
        raise DecodingError(f"page that cannot be parsed ({type(error).__name__}: {error!s:.200})") from None
    return refuse_damaged(Decoded(text, source.encoding), mend=mend and encoding is None)


def _source(data: bytes, encoding: str | None, *, mend: bool) -> Decoded:
    if encoding is not None:
        return decode_source(data, encoding=encoding, mend=mend)
    found = _CHARSET.search(data[:_HEAD])
    return decoded_as(data, found and found[1].decode("ascii", "replace"), mend=mend)


def decoded_as(data: bytes, said: str | None, *, mend: bool) -> Decoded:
    """Decode; the named encoding is used only if the bytes are not UTF-8 and fit no Vietnamese encoding.

    Raises
    ------
    DecodingError
        As `decode_source`.
    """
    try:
        decoded = decode_source(data, mend=mend)
    except DecodingError:
        as_said = _as_said(data, said)
        if as_said is None:
            raise
        return as_said
    return _as_said(data, said) or decoded if decoded.encoding == "windows-1252" else decoded


def _as_said(data: bytes, hint: str | None) -> Decoded | None:
    """Decode from the encoding that a page or a mail names, if it fits every byte."""
    if hint is None:
        return None
    try:
        name = canonical_name(hint)
    except InputError:
        name = hint
    try:
        if name in LEGACY_ENCODINGS:
            decoded = decode_source(data, encoding=name)
            return None if decoded.encoding.endswith("damaged") else decoded
        codec = codecs.lookup(name)
        return Decoded(data.decode(codec.name), codec.name if name == hint else name)
    except (LookupError, UnicodeDecodeError, DecodingError):
        return None


def _title(tree: object) -> str:
    """Find the headline: that of the page's metadata, else its first heading, else its title element."""
    for path in ("//meta[@property='og:title']/@content", "//h1", "//title"):
        for node in tree.xpath(path):  # type: ignore[attr-defined]
            text = " ".join(str(node if isinstance(node, str) else node.text_content()).split())
            if text:
                return text
    return ""


def _visible_text(html: str) -> str:
    """Return the text between the tags, with entities resolved, except for elements that are not shown.

    The time is linear in the length of any page, and there is no limit of depth and size, unlike with a tree.
    """
    hidden_in = ""
    lines = []
    for piece in _TAGS.split(html):
        tag = _TAG_NAME.match(piece)
        if tag is None:
            lines.append("" if hidden_in else " ".join(unescape(piece).split()))
        elif not hidden_in and tag[1].lower() in _HIDDEN:
            hidden_in = tag[1].lower()
        elif tag[1].lower() == f"/{hidden_in}":
            hidden_in = ""
    return "\n".join(filter(None, lines))


def require_extractor() -> None:
    """Check that trafilatura is installed.

    Raises
    ------
    MissingExtraError
        If it is not.
    """
    if find_spec("trafilatura") is None:
        raise MissingExtraError('a web page (HTML) needs trafilatura: pip install "chude[html]"')


def _extractor() -> ModuleType:
    require_extractor()
    import trafilatura

    # A page without text needs no message; without a handler, the logger would write one to stderr for each.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    module: ModuleType = trafilatura
    return module
