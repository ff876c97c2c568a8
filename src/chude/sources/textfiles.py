"""Files that are one text each: plain text and web pages."""

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
    """Decode a file; of a web page, extract the main text.

    Raises
    ------
    Unreadable
        If it is not text.
    """
    page = is_page(name)
    try:
        decoded = (decode_html if page else decode)(data, encoding=options.encoding, mend=options.mend)
    except DecodingError as error:
        raise Unreadable(str(error)) from None
    except (ValueError, RecursionError, AssertionError) as error:
        # A page on which the parser fails must not end a run over a million pages.
        if not page:
            raise
        raise Unreadable(f"page that cannot be parsed ({type(error).__name__}: {error!s:.200})") from None
    return decoded.text, decoded.encoding


def is_page(name: str) -> bool:
    """Whether a file is a web page, by its name."""
    return name[-8:].lower().removesuffix(".gz").removesuffix(".zst").endswith(HTML)
