"""Whole files and members of zip archives, each one text."""

from chude.decoding import decode, decode_html
from chude.decoding.html import require_extractor
from chude.errors import DecodingError
from chude.sources.options import SourceOptions
from chude.sources.rawfile import Unreadable

HTML = (".html", ".htm")


def require_decoder(name: str) -> None:
    """Check that files of this name can be read: web pages need a package of their own.

    Raises
    ------
    MissingExtraError
        If it is not installed; the message says what to install.
    """
    if is_page(name):
        require_extractor()


def to_text(data: bytes, name: str, options: SourceOptions) -> tuple[str, str]:
    """Decode a file, and extract the main text where it is a page.

    Raises
    ------
    Unreadable
        If it is no text.
    """
    page = is_page(name)
    try:
        decoded = (decode_html if page else decode)(data, encoding=options.encoding, mend=options.mend)
    except DecodingError as error:
        raise Unreadable(str(error)) from None
    except (ValueError, RecursionError, AssertionError) as error:
        # Parsers of pages meet everything; one they fail on must not end a run over a million.
        if not page:
            raise
        raise Unreadable(f"page that cannot be parsed ({type(error).__name__}: {error!s:.200})") from None
    return decoded.text, decoded.encoding


def is_page(name: str) -> bool:
    """Tell by its name whether a file is a page."""
    return name[-8:].lower().removesuffix(".gz").removesuffix(".zst").endswith(HTML)
